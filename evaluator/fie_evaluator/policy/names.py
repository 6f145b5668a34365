"""What each name in a kernel's syntax tree stands for, scope by scope; nothing is run."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["module", "function", "comprehension", "class"]
Paths = frozenset[str]
NOWHERE: Paths = frozenset()
MOST_PATHS = 64
LONGEST_PATH = 12
MOST_ROUNDS = 20
"Renaming in circles or in long chains, which no kernel needs, ends at these."

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(slots=True, kw_only=True, eq=False)
class Scope:
    """The names that one module, function, comprehension or class body binds."""

    kind: Kind
    outer: "Scope | None" = None
    bound: dict[str, Paths] = field(default_factory=dict)
    "For each name the dotted paths of what imports and renaming may have made of it."
    elsewhere: dict[str, "Scope"] = field(default_factory=dict)
    "Where the names live that `global` and `nonlocal` declare."

    def home(self, name: str) -> "Scope":
        """Return the scope in which an assignment to the name here binds it."""
        return self.elsewhere.get(name, self)

    def bind(self, name: str, paths: Paths = NOWHERE) -> None:
        """Note one more thing that the name may stand for; ValueError if it is too many."""
        bound = self.home(name).bound
        short = {path for path in paths if path.count(".") < LONGEST_PATH}
        bound[name] = bound.get(name, NOWHERE) | short
        if len(bound[name]) > MOST_PATHS:
            raise ValueError(f"{name} stands for too many things")

    def find(self, name: str) -> "Scope | None":
        """Return the innermost scope that binds the name; None for a builtin."""
        scope: Scope | None = self.home(name)
        while scope is not None and name not in scope.bound:
            scope = scope.outer
            # What a class body binds isn't seen from the functions in it.
            while scope is not None and scope.kind == "class":
                scope = scope.outer
        return scope

    def paths(self, name: str) -> Paths:
        """Return everything that the name may stand for."""
        scope = self.find(name)
        if scope is None:
            return NOWHERE
        if scope.kind == "class" and scope.outer is not None:
            return scope.bound[name] | scope.outer.paths(name)
        return scope.bound[name]


class Names:
    """Answers what an expression of one syntax tree may stand for."""

    def __init__(self, tree: ast.Module) -> None:
        """Read the whole tree; ValueError if it renames without end."""
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
        self._module = Scope(kind="module")
        self._scopes: dict[ast.AST, Scope] = {}
        self._bindings: list[tuple[Scope, str, Paths]] = []
        self._renamings: list[tuple[Scope, str, ast.expr]] = []
        self._nonlocals: set[tuple[Scope, str]] = set()
        self._given: dict[str, list[ast.AST]] = {}
        self._read_body(tree.body, self._module)
        self._settle()

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope in which the node's names are looked up."""
        return self._scopes.get(node, self._module)

    def paths(self, node: ast.AST) -> Paths:
        """Return the dotted paths of what the expression may be, as far as imports lead."""
        match node:
            case ast.Name(id=name):
                return self.scope(node).paths(name)
            case ast.Attribute(value=value, attr=attr):
                return frozenset(f"{path}.{attr}" for path in self.paths(value))
            case ast.Subscript(value=value):
                return frozenset(f"{path}.[]" for path in self.paths(value))
            case _:
                return NOWHERE

    def is_builtin(self, node: ast.AST, name: str) -> bool:
        """Whether the expression may be this builtin.

        Only a function's own name surely hides it: a module's may not be bound yet.
        """
        if not (isinstance(node, ast.Name) and node.id == name):
            return False
        scope = self.scope(node).find(name)
        return scope is None or scope.kind in ("module", "class")

    def defined_here(self, node: ast.Name) -> bool:
        """Whether the file itself binds the name, and to nothing imported."""
        return self.scope(node).find(node.id) is not None and not self.paths(node)

    def texts(self, name: str) -> list[str] | None:
        """Return every string that a name is given in this file; None if it is given more."""
        given = self._given.get(name, [])
        texts = [node.value for node in given if isinstance(node, ast.Constant)]
        strings = [text for text in texts if isinstance(text, str)]
        return strings if given and len(strings) == len(given) else None

    def is_class(self, name: str) -> bool:
        """Whether a name is given to classes of this file and to nothing else."""
        given = self._given.get(name, [])
        return bool(given) and all(isinstance(node, ast.ClassDef) for node in given)

    def _settle(self) -> None:
        """Apply what was read, then follow second names for imported things to the end."""
        for scope, name, paths in self._bindings:
            if (scope, name) not in self._nonlocals:
                scope.bind(name, paths)
        for scope, name in self._nonlocals:
            outer = scope.outer.find(name) if scope.outer else None
            scope.elsewhere[name] = outer or self._module
        for scope, name, paths in self._bindings:
            scope.bind(name, paths)
        for _ in range(MOST_ROUNDS):
            if not [moved for renaming in self._renamings if (moved := self._follow(*renaming))]:
                return
        raise ValueError("names are renamed too often")

    def _follow(self, scope: Scope, name: str, value: ast.expr) -> bool:
        """Give a name what its value stands for; return whether that is news."""
        before = scope.home(name).bound.get(name, NOWHERE)
        scope.bind(name, self.paths(value))
        return scope.home(name).bound[name] != before

    def _note(self, scope: Scope, name: str, given: ast.AST, paths: Paths = NOWHERE) -> None:
        self._bindings.append((scope, name, paths))
        self._given.setdefault(name, []).append(given)

    def _read_body(self, body: Iterable[ast.AST], scope: Scope) -> None:
        statements = list(body)
        self._declare(statements, scope)
        self._read(statements, scope)

    def _declare(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        """Find `global` and `nonlocal` first: they hold for the whole function."""
        for node in nodes:
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.expr():
                    continue
                case ast.Global(names=names):
                    scope.elsewhere |= dict.fromkeys(names, self._module)
                case ast.Nonlocal(names=names):
                    self._nonlocals |= {(scope, name) for name in names}
                case _:
                    self._declare(ast.iter_child_nodes(node), scope)

    def _read(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        """Note what these nodes bind, and where each name in them is looked up."""
        for node in nodes:
            self._scopes[node] = scope
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    self._read_function(node, scope)
                case ast.ClassDef(name=name, body=body):
                    self._note(scope, name, node)
                    self._read((*node.decorator_list, *node.bases, *node.keywords), scope)
                    self._read_body(body, Scope(kind="class", outer=scope))
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    self._read_comprehension(node, scope)
                case _:
                    self._bind(node, scope)
                    self._read(ast.iter_child_nodes(node), scope)

    def _read_function(self, node: Function, scope: Scope) -> None:
        inside = Scope(kind="function", outer=scope)
        arguments = node.args
        self._read([*arguments.defaults, *filter(None, arguments.kw_defaults)], scope)
        for argument in every_argument(arguments):
            self._note(inside, argument.arg, argument)
            self._read(filter(None, [argument.annotation]), scope)
        if isinstance(node, ast.Lambda):
            self._read([node.body], inside)
            return
        self._note(scope, node.name, node)
        self._read([*node.decorator_list, *filter(None, [node.returns])], scope)
        self._read_body(node.body, inside)

    def _read_comprehension(self, node: Comprehension, scope: Scope) -> None:
        inside = Scope(kind="comprehension", outer=scope)
        first = node.generators[0]
        self._read([first.iter], scope)
        for part in node.generators:
            later = [] if part is first else [part.iter]
            self._read([part.target, *part.ifs, *later], inside)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._read(results, inside)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import(names=names):
                for name in names:
                    root = name.name.partition(".")[0]
                    path = name.name if name.asname else root
                    self._note(scope, name.asname or root, node, frozenset({path}))
            case ast.ImportFrom(module=str(module), names=names):
                for name in names:
                    path = f"{module}.{name.name}"
                    self._note(scope, name.asname or name.name, node, frozenset({path}))
            case ast.Name(ctx=ast.Store() | ast.Del()):
                self._bind_name(node, scope)
            case ast.ExceptHandler(name=str(name)) | ast.MatchStar(name=str(name)):
                self._note(scope, name, node)
            case ast.MatchAs(name=str(name)) | ast.MatchMapping(rest=str(name)):
                self._note(scope, name, node)

    def _bind_name(self, node: ast.Name, scope: Scope) -> None:
        match self.parents[node]:
            case ast.NamedExpr():
                # In a comprehension it binds a name of the function around it.
                while scope.kind == "comprehension" and scope.outer is not None:
                    scope = scope.outer
                self._note(scope, node.id, node)
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                self._note(scope, node.id, value)
                if isinstance(value, ast.Name | ast.Attribute):
                    self._renamings.append((scope, node.id, value))
            case _:
                self._note(scope, node.id, node)


def every_argument(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Yield a function's parameters of all kinds."""
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from filter(None, (arguments.vararg, arguments.kwarg))
