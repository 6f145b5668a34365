"""What a kernel's source may not say, found by reading its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

ALLOWED_MODULES = frozenset(
    {
        *("__future__", "abc", "collections", "contextlib", "dataclasses", "enum", "functools"),
        *("itertools", "math", "numbers", "operator", "time", "typing", "typing_extensions"),
        *("warnings",),
        *("numpy", "torch", "triton"),
    }
)
FORBIDDEN_SUBMODULES = frozenset(
    {
        *("torch._C", "torch._dynamo", "torch.distributed", "torch.futures", "torch.hub"),
        *("torch.library", "torch.multiprocessing", "torch.overrides", "torch.package"),
        *("torch.serialization", "torch.storage", "torch.utils.cpp_extension", "torch.utils.data"),
        *("torch.utils._python_dispatch", "numpy.ctypeslib", "numpy.lib", "triton.runtime.build"),
        *("torch.fx", "torch.profiler", "torch.autograd.profiler", "torch.testing"),
        *("torch.utils.benchmark", "torch.utils.bottleneck", "torch.utils.collect_env"),
        *("numpy.distutils", "numpy.f2py", "numpy.testing"),
    }
)
FORBIDDEN_CALLS = frozenset(
    {
        *("__import__", "breakpoint", "compile", "delattr", "eval", "exec", "globals"),
        *("locals", "open", "setattr", "vars"),
    }
)
MODULE_NAMES = frozenset(
    {
        *("builtins", "cpp_extension", "ctypes", "gc", "importlib", "inspect", "multiprocessing"),
        *("os", "pathlib", "pickle", "resource", "shutil", "signal", "socket", "subprocess"),
        *("sys", "tempfile", "threading", "traceback"),
    }
)
"Modules that other modules import and so expose as attributes."
FORBIDDEN_ATTRIBUTES = MODULE_NAMES | {
    *("_C", "classes", "cr_frame", "ctypeslib", "f_back", "f_builtins", "f_globals", "f_locals"),
    *("from_file", "fromfile", "gi_frame", "hub", "load_inline", "load_library", "memmap"),
    *("ForwardRef", "attrgetter", "get_type_hints", "make_dataclass", "methodcaller"),
    *("set_num_interop_threads", "set_num_threads", "tb_frame", "tofile"),
}
FORBIDDEN_ON_MODULES = frozenset({"load", "save", "loadtxt", "savetxt", "savez", "fork"})
"Harmless in Triton's language, file or process access in torch's and numpy's."
ALLOWED_DUNDERS = frozenset(
    {
        *("__add__", "__all__", "__call__", "__contains__", "__doc__", "__enter__", "__eq__"),
        *("__exit__", "__getitem__", "__hash__", "__init__", "__iter__", "__len__", "__mul__"),
        *("__name__", "__post_init__", "__repr__", "__setitem__", "__slots__", "__version__"),
    }
)
LONGEST_SOURCE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One construct that a kernel may not contain."""

    line: int
    construct: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.construct} is not allowed: {self.reason}"


def violations(source: str) -> list[Violation]:
    """Return what the policy forbids, in the order of lines; SyntaxError if it isn't Python."""
    if len(source) > LONGEST_SOURCE:
        reason = f"a kernel has at most {LONGEST_SOURCE:,} characters"
        return [Violation(line=1, construct="so long a file", reason=reason)]
    tree = ast.parse(source)
    modules = _imported_names(tree)
    found = [found for node in ast.walk(tree) for found in _judge(node, modules)]
    return sorted(found, key=lambda violation: violation.line)


def _judge(node: ast.AST, modules: dict[str, str]) -> Iterator[Violation]:
    match node:
        case ast.Import(names=names):
            for name in names:
                yield from _judge_import(node, name.name)
        case ast.ImportFrom(module=module, names=names, level=level):
            yield from _judge_import_from(node, module or "", names, level)
        case ast.Attribute():
            yield from _judge_attribute(node, modules)
        case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN_CALLS:
            yield _violation(
                node, f"`{name}`", "a kernel computes; it needs no reflection or files"
            )
        case ast.Name(id=name) if _hidden(name):
            yield _violation(node, f"`{name}`", "Python's internals are off limits")
        case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]):
            yield from _judge_getattr(node, name)
        case ast.Call(args=arguments) if any(map(_is_getattr, arguments)):
            yield _violation(node, "passing `getattr` on", "write the attribute out")
        case ast.Assign(value=value) if _is_getattr(value):
            yield _violation(node, "renaming `getattr`", "write the attribute out")
        case ast.MatchClass(kwd_attrs=attributes):
            for attribute in attributes:
                if _hidden(attribute) or attribute in FORBIDDEN_ATTRIBUTES:
                    yield _violation(node, f"matching `{attribute}`", "it is off limits")
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            for target in targets:
                yield from _judge_target(target, modules)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.For(target=target):
            yield from _judge_target(target, modules)


def _judge_import(node: ast.stmt, module: str) -> Iterator[Violation]:
    root = module.partition(".")[0]
    if root not in ALLOWED_MODULES:
        yield _violation(
            node, f"`import {module}`", f"a kernel may import {', '.join(sorted(ALLOWED_MODULES))}"
        )
    elif _is_forbidden(module):
        yield _violation(node, f"`import {module}`", "it reaches beyond computing on tensors")


def _judge_import_from(
    node: ast.ImportFrom, module: str, names: list[ast.alias], level: int
) -> Iterator[Violation]:
    if level:
        yield _violation(node, "a relative import", "a kernel is one file")
        return
    yield from _judge_import(node, module)
    for name in names:
        full = f"{module}.{name.name}"
        root = module.partition(".")[0]
        on_module = root in ("torch", "numpy") and name.name in FORBIDDEN_ON_MODULES
        if on_module or name.name in FORBIDDEN_ATTRIBUTES or _is_forbidden(full):
            yield _violation(node, f"`{full}`", "it reaches beyond computing on tensors")
        if name.name == "*":
            yield _violation(node, f"`from {module} import *`", "name what you import")


def _judge_attribute(node: ast.Attribute, modules: dict[str, str]) -> Iterator[Violation]:
    path = _module_path(node, modules)
    if _hidden(node.attr):
        yield _violation(node, f"`.{node.attr}`", "Python's internals are off limits")
    elif node.attr in FORBIDDEN_ATTRIBUTES or (path and _is_forbidden(path)):
        yield _violation(node, f"`{ast.unparse(node)}`", "it reaches beyond computing on tensors")
    elif node.attr in FORBIDDEN_ON_MODULES and path in (
        *(f"torch.{node.attr}", f"numpy.{node.attr}", f"torch.jit.{node.attr}"),
    ):
        yield _violation(node, f"`{ast.unparse(node)}`", "a kernel needs no files or processes")


def _judge_getattr(node: ast.Call, name: ast.expr) -> Iterator[Violation]:
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        yield _violation(node, "`getattr` with a computed name", "write the name out")
    elif _hidden(name.value) or name.value in FORBIDDEN_ATTRIBUTES | FORBIDDEN_ON_MODULES:
        yield _violation(node, f"`getattr(…, {name.value!r})`", "that attribute is off limits")


def _judge_target(target: ast.expr, modules: dict[str, str]) -> Iterator[Violation]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _judge_target(part, modules)
        return
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return
    path = _module_path(target, modules)
    if path and not path.startswith("torch.backends."):
        yield _violation(
            target, f"assigning `{ast.unparse(target)}`", "a kernel may not change other modules"
        )


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """Map each name that an import binds to the dotted path that it stands for."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for name in names:
                    root = name.name.partition(".")[0]
                    bound[name.asname or root] = name.name if name.asname else root
            case ast.ImportFrom(module=str(module), names=names):
                for name in names:
                    bound[name.asname or name.name] = f"{module}.{name.name}"
    for node in ast.walk(tree):
        # A second name for a module, or for a part of one, changes nothing.
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            path = _module_path(node.value, bound)
            names_here = [target.id for target in node.targets if isinstance(target, ast.Name)]
            bound |= dict.fromkeys(names_here, path) if path else {}
    return bound


def _module_path(node: ast.AST, modules: dict[str, str]) -> str:
    """Return the dotted path of an expression that starts at an imported name, else ""."""
    match node:
        case ast.Name(id=name):
            return modules.get(name, "")
        case ast.Attribute(value=value, attr=attr):
            path = _module_path(value, modules)
            return f"{path}.{attr}" if path else ""
        case ast.Subscript(value=value):
            path = _module_path(value, modules)
            return f"{path}.[]" if path else ""
        case _:
            return ""


def _is_getattr(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "getattr"


def _is_forbidden(path: str) -> bool:
    return any(path == module or path.startswith(f"{module}.") for module in FORBIDDEN_SUBMODULES)


def _hidden(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in ALLOWED_DUNDERS


def _violation(node: ast.expr | ast.stmt | ast.pattern, construct: str, reason: str) -> Violation:
    return Violation(line=node.lineno, construct=construct, reason=reason)
