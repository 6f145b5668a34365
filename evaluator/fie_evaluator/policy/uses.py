"""Where in a syntax tree a module or a class may stand without being handed on."""

import ast
import string
from collections.abc import Iterator

from fie_evaluator.policy.modules import OPENINGS
from fie_evaluator.policy.names import Names

HARMLESS_BASES = frozenset(
    {
        *("abc.ABC", "collections.Counter", "collections.OrderedDict", "collections.UserDict"),
        *("collections.defaultdict", "contextlib.ContextDecorator"),
        *("enum.Enum", "enum.Flag", "enum.IntEnum", "enum.IntFlag", "enum.StrEnum"),
        *("torch.autograd.Function", "torch.autograd.function.Function", "torch.nn.Module"),
    }
)
BUILTIN_BASES = frozenset({"dict", "float", "int", "list", "object", "set", "str", "tuple"})
TYPING = ("typing", "typing_extensions")
CLASS_CHECKS = frozenset({"isinstance", "issubclass"})
SHOWN_BY = frozenset({"print", "repr", "str", "len", *CLASS_CHECKS})


def is_module(path: str) -> bool:
    """Whether a dotted path is a module that kernels may name."""
    return path in OPENINGS


def is_shared_class(path: str) -> bool:
    """Whether a dotted path is a class that the judge uses too, so that it must stay as it is."""
    module, _, name = path.rpartition(".")
    if path in ("torch.cuda.device", "torch.cuda.stream", "torch.device"):
        return True
    if not name[:1].isupper() or name.endswith(("Error", "Resources")):
        return False
    return module.split(".")[0] in ("torch", "triton") and not module.startswith("torch.nn")


def is_handed_on(node: ast.expr, names: Names) -> bool:
    """Whether a module or shared class is used as a value, rather than for what it holds."""
    paths = names.paths(node)
    parent = names.parents[node]
    if any(map(is_module, paths)):
        return not (_is_read(node, parent, names) or _is_renaming(node, parent, names))
    if any(map(is_shared_class, paths)):
        return not (
            _is_read(node, parent, names)
            or _is_renaming(node, parent, names)
            or _is_class_use(node, names)
        )
    return False


def _is_read(node: ast.expr, parent: ast.AST, names: Names) -> bool:
    match parent:
        case ast.Attribute() | ast.Compare():
            return True
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[first, *_]):
            return first is node
        case _:
            return False


def _is_renaming(node: ast.expr, parent: ast.AST, names: Names) -> bool:
    """Whether it only gets a second name, which `Names` follows."""
    match parent:
        case ast.Assign(targets=targets):
            only_names = all(isinstance(target, ast.Name) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            only_names = isinstance(target, ast.Name) and value is node
        case _:
            return False
    return only_names and names.scope(node).kind != "class"


def _is_class_use(node: ast.expr, names: Names) -> bool:
    child: ast.AST = node
    while True:
        parent = names.parents.get(child)
        match parent:
            case ast.Call(func=func) if func is child:
                return child is node
            case ast.Call(func=ast.Name(id=name)) if name in CLASS_CHECKS:
                return True
            case ast.Call(args=[first, *_]):
                return first is child and _is_typing_call(parent.func, names)
            case ast.Subscript(value=generic, slice=index, ctx=ast.Load()) if index is child:
                return _is_generic(generic, names)
            case ast.keyword(arg="bound"):
                return True
            case ast.arg() | ast.ExceptHandler() | ast.MatchClass() | ast.ClassDef():
                return True
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                return returns is child
            case ast.AnnAssign(annotation=annotation):
                return annotation is child
            case ast.Tuple() | ast.List() | ast.BinOp(op=ast.BitOr()):
                child = parent
            case _:
                return False


def _is_generic(node: ast.expr, names: Names) -> bool:
    """Whether a subscript of this makes a type, rather than looking something up."""
    paths = names.paths(node)
    if paths:
        return all(path.split(".")[0] in (*TYPING, "collections") for path in paths)
    return any(names.is_builtin(node, name) for name in (*BUILTIN_BASES, "frozenset", "type"))


def _is_typing_call(function: ast.expr, names: Names) -> bool:
    return any(path.split(".")[0] in TYPING for path in names.paths(function))


def type_is_compared(call: ast.Call, names: Names) -> bool:
    """Whether what `type(x)` returns is looked at, shown or called, and not kept."""
    if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        return False
    match names.parents[call]:
        case ast.Compare() | ast.FormattedValue():
            return True
        case ast.Attribute(ctx=ast.Load()):
            return True
        case ast.Subscript(slice=index, ctx=ast.Load()):
            return index is call
        case ast.Call(func=func) if func is call:
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in SHOWN_BY
        case _:
            return False


def type_is_named(name: ast.Name, names: Names) -> bool:
    """Whether `type` itself stands in an annotation or is compared with."""
    match names.parents[name]:
        case ast.Subscript(value=value):
            return value is name
        case ast.Compare() | ast.arg() | ast.BinOp(op=ast.BitOr()):
            return True
        case ast.Call(func=ast.Name(id=function), args=[_, kind, *_]):
            return function in CLASS_CHECKS and kind is name
        case _:
            return False


def base_is_harmless(base: ast.expr, names: Names) -> bool:
    """Whether a class may derive from this: its own kind, or what only gives it a shape."""
    if isinstance(base, ast.Subscript):
        base = base.value
    paths = names.paths(base)
    if paths:
        return all(
            path in HARMLESS_BASES or path.split(".")[0] in TYPING or path.startswith("torch.nn.")
            for path in paths
        )
    match base:
        case ast.Name(id=name) if names.defined_here(base):
            return names.is_class(name)
        case ast.Name(id=name):
            return name in BUILTIN_BASES or name.endswith(("Error", "Exception", "Warning"))
        case ast.Call(func=func):
            made = names.paths(func)
            return bool(made) and made <= {"collections.namedtuple", "typing.NamedTuple"}
        case _:
            return False


def format_attributes(text: str) -> Iterator[str]:
    """Yield the attributes that a format string reads, in nested fields too."""
    for _, name, spec, _ in string.Formatter().parse(text):
        if name:
            yield from name.replace("[", ".").replace("]", "").split(".")[1:]
        if spec:
            yield from format_attributes(spec)
