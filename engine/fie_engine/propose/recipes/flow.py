"""What a function's statements define, use and touch: the facts that preconditions rest on."""

import ast
from collections.abc import Iterable
from functools import lru_cache

Loop = ast.For
ALLOCATING = frozenset(
    "abs add amax amin arange bmm cat clone cumsum div einsum empty empty_like erf exp exp2 full "
    "full_like gather index_select log log2 logsumexp masked_fill matmul max maximum mean min "
    "minimum mm mul neg ones ones_like outer pow reciprocal relu repeat_interleave rms_norm rsqrt "
    "scatter sigmoid silu softmax sqrt square stack sub sum take tanh where zeros zeros_like "
    "linear baddbmm addmm new_zeros new_empty gelu".split()
)
"Torch functions and methods whose result shares no memory with their arguments."
VIEWS = frozenset("view flatten unflatten unsqueeze squeeze t transpose permute mT T".split())
"Methods whose result is the receiver's own memory."
HARMLESS = (
    ALLOCATING
    | VIEWS
    | frozenset(
        "all any argmax argsort bool chunk contiguous cos dim expand expand_as float half "
        "int item len long narrow nonzero numel range reshape select sin size softplus sort split "
        "to tolist topk tril triu type unbind values indices var view_as std norm "
        "bfloat16 bincount prod slice tensor eq ne lt gt le ge logical_not cdiv isfinite".split()
    )
)
"Functions and methods without a side effect."
ELEMENTWISE = frozenset(
    "abs add bfloat16 clamp div erf exp exp2 float half log log2 masked_fill maximum minimum mul "
    "neg pow reciprocal relu rsqrt sigmoid silu sqrt square sub tanh to where gelu".split()
)
"Functions and methods that treat every element alone."


def call_name(node: ast.AST) -> str:
    """Return the last part of what a call calls, "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def dotted(node: ast.AST) -> str:
    """Return "torch.nn.functional" for such an expression, "" where it isn't plain names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def is_torch_call(node: ast.AST) -> bool:
    """Return whether this calls a function of torch's own namespaces."""
    return isinstance(node, ast.Call) and dotted(node.func).split(".")[0] in ("torch", "F")


def receiver(node: ast.AST) -> ast.expr | None:
    """Return the object of a method call, or the first argument of a torch function."""
    if not isinstance(node, ast.Call):
        return None
    if is_torch_call(node):
        return node.args[0] if node.args else None
    return node.func.value if isinstance(node.func, ast.Attribute) else None


def operands(node: ast.Call) -> list[ast.expr]:
    """Return a call's tensor-like inputs: receiver and positional arguments."""
    first = (
        [] if is_torch_call(node) or not isinstance(node.func, ast.Attribute) else [node.func.value]
    )
    return [*first, *node.args]


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """Return a keyword argument's value."""
    return next((item.value for item in node.keywords if item.arg == name), None)


def same(one: ast.AST, other: ast.AST) -> bool:
    """Return whether two expressions are written alike."""
    return ast.dump(one) == ast.dump(other)


@lru_cache(maxsize=256)
def _names_of(scope: ast.FunctionDef | ast.For | ast.Module) -> dict[str, list[ast.Name]]:
    """Return a scope's names by identifier; recipes ask for them many times over."""
    found: dict[str, list[ast.Name]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            found.setdefault(node.id, []).append(node)
    return found


def _occurrences(scope: ast.AST, name: str) -> list[ast.Name]:
    if isinstance(scope, ast.FunctionDef | ast.For | ast.Module):
        return _names_of(scope).get(name, [])
    return [node for node in ast.walk(scope) if isinstance(node, ast.Name) and node.id == name]


def loads(scope: ast.AST, name: str) -> list[ast.Name]:
    """Return every read of a name, in the tree's order."""
    return [node for node in _occurrences(scope, name) if isinstance(node.ctx, ast.Load)]


def names_read(node: ast.AST) -> set[str]:
    """Return the names that an expression or statement reads."""
    return {
        item.id
        for item in ast.walk(node)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)
    }


def names_bound(scope: ast.AST | Iterable[ast.AST]) -> set[str]:
    """Return the names that statements bind, loop targets included."""
    nodes = [scope] if isinstance(scope, ast.AST) else list(scope)
    return {
        node.id
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }


def parameters(function: ast.FunctionDef) -> list[str]:
    """Return a function's parameter names in order."""
    spec = function.args
    return [arg.arg for arg in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]]


def bindings(function: ast.AST, name: str) -> list[ast.Name]:
    """Return every place that binds a name."""
    return [node for node in _occurrences(function, name) if isinstance(node.ctx, ast.Store)]


@lru_cache(maxsize=256)
def _assignments(function: ast.FunctionDef) -> dict[str, ast.Assign]:
    """Return each name's last plain assignment."""
    return {
        node.targets[0].id: node
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
    }


def definition(function: ast.FunctionDef, name: str) -> ast.Assign | None:
    """Return the assignment that gives a name its only value; None if there are others."""
    if name in parameters(function) or len(bindings(function, name)) != 1:
        return None
    return _assignments(function).get(name)


def mutated(scope: ast.AST | Iterable[ast.AST]) -> set[str]:
    """Return names whose tensors may be written in place: x[...] =, x += and x.op_()."""
    nodes = [scope] if isinstance(scope, ast.AST) else list(scope)
    found: set[str] = set()
    for node in (item for top in nodes for item in ast.walk(top)):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found |= root_name(node.value)
        elif isinstance(node, ast.AugAssign):
            found |= root_name(node.target)
        elif isinstance(node, ast.Call) and call_name(node).endswith("_"):
            found |= root_name(receiver(node))
        elif isinstance(node, ast.Call) and (out := keyword(node, "out")) is not None:
            found |= root_name(out)
    return found


def root_name(node: ast.expr | None) -> set[str]:
    """Return the name whose memory an expression of views and subscripts looks at."""
    while node is not None:
        if isinstance(node, ast.Name):
            return {node.id}
        if isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call) and (
            call_name(node) in VIEWS or call_name(node).endswith("_")
        ):
            node = receiver(node)
        else:
            return set()
    return set()


def is_torch_function(function: ast.FunctionDef) -> bool:
    """Return whether a function is plain Python, that is, not compiled by a decorator."""
    compiled = ("jit", "compile", "autotune", "heuristics", "script")
    for node in function.decorator_list:
        target = node.func if isinstance(node, ast.Call) else node
        if dotted(target).split(".")[-1] in compiled:
            return False
    return True
