"""Changes of Triton kernels and of how they are launched."""

import ast
from collections.abc import Callable, Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import bindings, call_name, dotted, keyword
from fie_engine.propose.splice import Edit, Kernel

Finder = Callable[[Kernel], Iterator[Site]]
LOG2_E = "1.4426950408889634"


def jitted(kernel: Kernel) -> Iterator[ast.FunctionDef]:
    """Yield the Triton kernels inside the evolve block."""
    for function in kernel.functions:
        names = {
            dotted(node.func if isinstance(node, ast.Call) else node)
            for node in function.decorator_list
        }
        if names & {"triton.jit", "jit"}:
            yield function


def _calls(function: ast.FunctionDef, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and dotted(node.func) == f"tl.{name}":
            yield node


def _append(kernel: Kernel, call: ast.Call, argument: str) -> Edit:
    """Add one argument behind a call's last."""
    last = max(
        (node for node in [*call.args, *(item.value for item in call.keywords)]),
        key=lambda node: kernel.span(node)[1],
    )
    _, end = kernel.span(last)
    return Edit(start=end, end=end, text=f", {argument}")


def _dot_accumulator(kernel: Kernel) -> Iterator[Site]:
    for function in jitted(kernel):
        for node in ast.walk(function):
            if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Add):
                continue
            call = node.value
            if call_name(call) != "dot" or not isinstance(call, ast.Call) or len(call.args) != 2:
                continue
            if not isinstance(node.target, ast.Name) or keyword(call, "acc") is not None:
                continue
            name, (left, right) = node.target.id, call.args
            more = "".join(f", {kernel.text(item.value)}" for item in call.keywords if not item.arg)
            named = "".join(
                f", {item.arg}={kernel.text(item.value)}" for item in call.keywords if item.arg
            )
            product = f"{kernel.text(left)}, {kernel.text(right)}, {name}{more}{named}"
            edit = kernel.replace(node, f"{name} = tl.dot({product})")
            yield Site(where=f"{name} in {function.name}", edits=(edit,))


def _loop_option(option: str) -> Finder:
    def find(kernel: Kernel) -> Iterator[Site]:
        for function in jitted(kernel):
            for node in ast.walk(function):
                if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Call):
                    continue
                name = option.split("=")[0]
                counted = dotted(node.iter.func) in ("range", "tl.range")
                if not counted or keyword(node.iter, name) is not None:
                    continue
                edits = [_append(kernel, node.iter, option)]
                if dotted(node.iter.func) == "range":
                    edits.append(kernel.replace(node.iter.func, "tl.range"))
                where = f"line {node.lineno} in {function.name}"
                yield Site(where=where, edits=tuple(edits))

    return find


def _eviction(policy: str) -> Finder:
    def find(kernel: Kernel) -> Iterator[Site]:
        for function in jitted(kernel):
            for call in _calls(function, "load"):
                if keyword(call, "eviction_policy") is None and call.args:
                    edit = _append(kernel, call, f'eviction_policy="{policy}"')
                    yield Site(where=f"line {call.lineno} in {function.name}", edits=(edit,))

    return find


def _exp2(kernel: Kernel) -> Iterator[Site]:
    for function in jitted(kernel):
        edits = []
        for call in _calls(function, "exp"):
            if len(call.args) == 1 and not any(
                dotted(item.func) == "tl.exp"
                for item in ast.walk(call.args[0])
                if isinstance(item, ast.Call)
            ):
                text = f"tl.exp2({kernel.operand(call.args[0])} * {LOG2_E})"
                edits.append(kernel.replace(call, text))
        if edits:
            yield Site(where=f"{len(edits)} places in {function.name}", edits=tuple(edits))


def _grouped(kernel: Kernel) -> Iterator[Site]:
    """Precondition: a plain two-dimensional grid, each program number read once."""
    for function in jitted(kernel):
        reads = list(_calls(function, "program_id"))
        axes = {ast.unparse(call.args[0]): call for call in reads if call.args}
        if len(reads) != 2 or set(axes) != {"0", "1"} or list(_calls(function, "num_programs")):
            continue
        if any(isinstance(outer, ast.For) for call in reads for outer in kernel.outward(call)):
            continue
        first, second = kernel.fresh("grouped_m"), kernel.fresh("grouped_n")
        top = next(node for node in function.body if not _is_docstring(node))
        line = (
            f"{first}, {second} = tl.swizzle2d(tl.program_id(0), tl.program_id(1), "
            "tl.num_programs(0), tl.num_programs(1), 8)"
        )
        edits = (
            kernel.before(top, line),
            kernel.replace(axes["0"], first),
            kernel.replace(axes["1"], second),
        )
        yield Site(where=function.name, edits=edits)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _contiguous(kernel: Kernel) -> Iterator[Site]:
    """Precondition: `something * B + tl.arange(0, B)`, assigned to a name once."""
    for function in jitted(kernel):
        for node in ast.walk(function):
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.BinOp(
                        left=ast.BinOp(op=ast.Mult(), right=ast.Name(id=block)),
                        op=ast.Add(),
                        right=ast.Call(args=[ast.Constant(value=0), ast.Name(id=length)]) as lanes,
                    ),
                ) if block == length and dotted(lanes.func) == "tl.arange":
                    if len(bindings(function, name)) == 1:
                        inner = f"tl.multiple_of({kernel.text(node.value)}, {block})"
                        text = f"tl.max_contiguous({inner}, {block})"
                        edit = kernel.replace(node.value, text)
                        yield Site(where=f"{name} in {function.name}", edits=(edit,))


def _launch(option: str) -> Finder:
    def find(kernel: Kernel) -> Iterator[Site]:
        kernels = {function.name for function in jitted(kernel)}
        for function in kernel.functions:
            for node in ast.walk(function):
                match node:
                    case ast.Call(func=ast.Subscript(value=ast.Name(id=name))) if name in kernels:
                        if keyword(node, option.split("=")[0]) is None and node.args:
                            edit = _append(kernel, node, option)
                            yield Site(where=f"{name} in {function.name}", edits=(edit,))

    return find


RECIPES = (
    Recipe(
        name="accumulate in dot",
        reason="tl.dot adds to its accumulator without an extra sum",
        exact=False,
        find=_dot_accumulator,
    ),
    Recipe(
        name="pipelined loop",
        reason="loads of later turns start while this one computes",
        exact=True,
        find=_loop_option("num_stages=3"),
    ),
    Recipe(
        name="unrolled loop",
        reason="two turns at a time leave fewer branches",
        exact=True,
        weight=0.6,
        find=_loop_option("loop_unroll_factor=2"),
    ),
    Recipe(
        name="evict first",
        reason="what is read once shouldn't displace what is read again",
        exact=True,
        weight=0.5,
        find=_eviction("evict_first"),
    ),
    Recipe(
        name="evict last",
        reason="what other programs read again should stay in the cache",
        exact=True,
        weight=0.5,
        find=_eviction("evict_last"),
    ),
    Recipe(
        name="exp2",
        reason="the hardware computes powers of two; exp costs one product more",
        exact=False,
        find=_exp2,
    ),
    Recipe(
        name="grouped order",
        reason="neighbouring programs share operands while they are in the cache",
        exact=True,
        find=_grouped,
    ),
    Recipe(
        name="contiguous hint",
        reason="the compiler may use wide loads",
        exact=True,
        weight=0.6,
        find=_contiguous,
    ),
    Recipe(
        name="launch with more warps",
        reason="more warps hide more latency",
        exact=True,
        find=_launch("num_warps=8"),
    ),
    Recipe(
        name="launch with more stages",
        reason="more loads are under way at once",
        exact=True,
        weight=0.7,
        find=_launch("num_stages=4"),
    ),
)
