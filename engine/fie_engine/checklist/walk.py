"""Follows a kernel file's calls from its entry point, without running anything."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fie_engine.checklist.calls import NUMBERLESS, Notes
from fie_engine.checklist.found import Found, Launch
from fie_engine.checklist.value import NOTHING, PRODUCT, STORED, Value, last_name, mixed, named_ints
from fie_evaluator.syntax import parsed

MOST_STEPS = 60_000
"Syntax nodes that are looked at: a hostile file may call itself without end."
DEEPEST = 12
FEW_TURNS = 4
"A loop over so many constants is no loop over experts or tokens."

COPIED = frozenset({"weights", "activations"})
"Roles that a kernel without a product hands on to what it writes."
FOREIGN = re.compile(r"__global__|#include\s*<|cute\.(jit|kernel)|@T\.prim_func")


@dataclass(slots=True, kw_only=True)
class Walk(Notes):
    """One walk; what it comes across is in `found`."""

    functions: Mapping[str, ast.FunctionDef]
    steps: int = 0

    # Functions

    def call(self, name: str, values: Mapping[str, Value]) -> Value:
        """Walk a function whose parameters have these values; return what it returns."""
        if len(self.path) >= DEEPEST or name in self.path or self.steps > MOST_STEPS:
            return mixed(values.values())
        function = self.functions[name]
        self.path.append(name)
        returned: list[Value] = []
        env = {one.arg: values.get(one.arg, NOTHING) for one in _parameters(function)}
        self._block(function.body, env, returned)
        self.path.pop()
        return returned[0] if len(returned) == 1 else mixed(returned, raw=True)

    def _block(self, body: list[ast.stmt], env: dict[str, Value], returned: list[Value]) -> None:
        for statement in body:
            self._statement(statement, env, returned)

    def _statement(self, node: ast.stmt, env: dict[str, Value], returned: list[Value]) -> None:
        match node:
            case ast.Return(value=value):
                returned.append(self.value(value, env))
            case ast.Assign(targets=targets, value=value):
                given = self.value(value, env)
                for target in targets:
                    self._assign(target, given, env)
            case ast.AnnAssign(target=target, value=value):
                self._assign(target, self.value(value, env), env)
            case ast.AugAssign(target=target, value=value):
                given = mixed([self.value(target, env), self.value(value, env)])
                self._assign(target, given, env)
            case ast.For(target=target, iter=iterated, body=body):
                self._assign(target, replace(self.value(iterated, env), items=()), env)
                self._loop(node, body, env, returned)
            case ast.While(test=test, body=body):
                self.value(test, env)
                self._loop(node, body, env, returned)
            case _:
                self._parts(node, env, returned)

    def _parts(self, node: ast.AST, env: dict[str, Value], returned: list[Value]) -> None:
        """Walk the parts of a statement of any other kind, in their order."""
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.stmt):
                self._statement(part, env, returned)
            elif isinstance(part, ast.expr):
                self.value(part, env)
            elif not isinstance(part, ast.arguments):
                self._parts(part, env, returned)

    def _loop(
        self,
        node: ast.For | ast.While,
        body: list[ast.stmt],
        env: dict[str, Value],
        returned: list[Value],
    ) -> None:
        short = self.in_kernel or (isinstance(node, ast.For) and self._is_short(node.iter))
        head = ast.unparse(node).split("\n", 1)[0].rstrip(":")
        self.loops += [] if short else [head[:60]]
        self._block(body, env, returned)
        if not short:
            self.loops.pop()

    def _is_short(self, iterated: ast.expr) -> bool:
        if isinstance(iterated, ast.Tuple | ast.List):
            return len(iterated.elts) <= FEW_TURNS
        turns = [
            arg.value for arg in getattr(iterated, "args", ()) if isinstance(arg, ast.Constant)
        ]
        is_range = isinstance(iterated, ast.Call) and last_name(iterated.func) == "range"
        whole = [turn for turn in turns if isinstance(turn, int)]
        return is_range and len(whole) == len(iterated.args) and max(whole) <= FEW_TURNS  # type: ignore[attr-defined]

    def _assign(self, target: ast.expr, value: Value, env: dict[str, Value]) -> None:
        match target:
            case ast.Name(id=name):
                env[name] = value
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                items = value.items if len(value.items) == len(elements) else ()
                each = items or (replace(value, items=()),) * len(elements)
                for element, item in zip(elements, each, strict=True):
                    self._assign(element, item, env)
            case ast.Starred(value=inner):
                self._assign(inner, value, env)
            case ast.Subscript(value=ast.Name(id=name)) if value.tags:
                env[name] = mixed([env.get(name, NOTHING), value])

    # Expressions

    def value(self, node: ast.expr | None, env: dict[str, Value]) -> Value:
        """Return what is known of an expression's value."""
        self.steps += 1
        if node is None or self.steps > MOST_STEPS:
            return NOTHING
        match node:
            case ast.Name(id=name):
                return env.get(name) or Value(ints=self.numbers.get(name, frozenset()))
            case ast.Constant(value=int(number)) if not isinstance(node.value, bool):
                return Value(ints=frozenset({number}))
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                items = tuple(self.value(element, env) for element in elements)
                return replace(mixed(items, raw=True), items=items)
            case ast.Attribute(value=inner, attr=name):
                return self._attribute(self.value(inner, env), name)
            case ast.Subscript(value=inner, slice=index):
                return self._subscript(inner, index, env)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.value(test, env)
                return mixed([self.value(body, env), self.value(orelse, env)], raw=True)
            case ast.BinOp(left=left, op=operator, right=right):
                return self._binary(node, self.value(left, env), operator, self.value(right, env))
            case ast.Call():
                return self._call(node, env)
            case (
                ast.ListComp(elt=element, generators=made)
                | ast.GeneratorExp(elt=element, generators=made)
            ):
                return self._comprehension(node, element, made, env)
            case ast.Lambda():
                return NOTHING
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        return mixed(self.value(part, env) for part in parts)

    def _attribute(self, inner: Value, name: str) -> Value:
        if name in NUMBERLESS:
            return NOTHING
        if inner.tags:
            return replace(inner, items=())
        return Value(ints=self.numbers.get(name, frozenset()))

    def _subscript(self, inner: ast.expr, index: ast.expr, env: dict[str, Value]) -> Value:
        whole, at = self.value(inner, env), self.value(index, env)
        if isinstance(index, ast.Constant) and isinstance(index.value, str):
            return Value(ints=self.numbers.get(index.value, frozenset()))
        if isinstance(index, ast.Constant) and isinstance(index.value, int) and whole.items:
            return (
                whole.items[index.value]
                if -len(whole.items) <= index.value < len(whole.items)
                else whole
            )
        return replace(whole, tags=whole.tags | at.ranges, items=())

    def _binary(self, node: ast.BinOp, left: Value, operator: ast.operator, right: Value) -> Value:
        if isinstance(operator, ast.MatMult):
            return self.product(node, "single", (left, right))
        both = mixed([left, right], raw=True)
        # A pointer and its offset are still that pointer; a computed number is not the input's.
        points = self.in_kernel and isinstance(operator, ast.Add | ast.Sub) and not both.loaded
        return replace(both, raw=both.raw and points)

    def _comprehension(
        self,
        node: ast.expr,
        element: ast.expr,
        made: list[ast.comprehension],
        env: dict[str, Value],
    ) -> Value:
        inside = dict(env)
        for one in made:
            self._assign(one.target, replace(self.value(one.iter, env), items=()), inside)
        self.loops.append(f"[… {ast.unparse(made[0]).strip()}]"[:60])
        value = self.value(element, inside)
        self.loops.pop()
        return value

    # Calls

    def _call(self, node: ast.Call, env: dict[str, Value]) -> Value:
        name = last_name(node.func)
        given = self._arguments(node, env)
        keywords = {one.arg: self.value(one.value, env) for one in node.keywords if one.arg}
        if isinstance(node.func, ast.Subscript) and last_name(node.func.value) in self.functions:
            self.value(node.func.slice, env)
            return self._launch(node, last_name(node.func.value), given, keywords, env)
        if isinstance(node.func, ast.Name) and name in self.functions:
            return self.call(name, self._bound(name, given, keywords))
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, env)
            given = [owner, *given] if owner.tags else given
        return self.known(node, name, given, keywords)

    def _arguments(self, node: ast.Call, env: dict[str, Value]) -> list[Value]:
        given: list[Value] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                whole = self.value(argument.value, env)
                given += whole.items or (whole,)
            else:
                given.append(self.value(argument, env))
        return given

    def _bound(
        self, name: str, given: list[Value], keywords: Mapping[str, Value]
    ) -> dict[str, Value]:
        names = [one.arg for one in _parameters(self.functions[name])]
        return {**dict(zip(names, given, strict=False)), **keywords}

    def _launch(
        self,
        node: ast.Call,
        kernel: str,
        given: list[Value],
        keywords: Mapping[str, Value],
        env: dict[str, Value],
    ) -> Value:
        bound = self._bound(kernel, given, keywords)
        roles = frozenset().union(*(value.tags for value in bound.values()))
        launch = Launch(place=self.place(node), kernel=kernel, given=roles)
        self.found.launches.append(launch)
        products, self.widens = len(self.found.products), False
        values = {
            one.arg: self._parameter(one.arg, bound.get(one.arg, NOTHING))
            for one in _parameters(self.functions[kernel])
        }
        self.kernel = kernel
        self.call(kernel, values)
        self.kernel = ""
        written = frozenset({STORED}) if len(self.found.products) > products else roles & COPIED
        self._mark(node, Value(tags=written, raw=not self.widens), env)
        return NOTHING

    def _parameter(self, name: str, value: Value) -> Value:
        tags = frozenset(STORED if tag == PRODUCT else tag for tag in value.tags)
        ints = value.ints or self.numbers.get(name, frozenset())
        return replace(value, tags=tags, ints=ints, name=name, items=())

    def _mark(self, node: ast.Call, written: Value, env: dict[str, Value]) -> None:
        """Note what a launch may have written into those of its arguments that held nothing."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in env and not env[part.id].tags:
                env[part.id] = replace(env[part.id], tags=written.tags, raw=written.raw)


def walk(source: str, entry_point: str, roles: Mapping[str, str]) -> Found:
    """Return what a kernel file does with its inputs, their roles given by parameter.

    Raises what `ast.parse` raises, and RecursionError for a file that is nested too deeply.
    """
    nodes = list(ast.walk(parsed(source)))
    functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    found = Found(foreign=bool(FOREIGN.search(source)))
    started = Walk(functions=functions, numbers=named_ints(nodes), found=found)
    if entry_point in functions:
        tagged = {name: Value(tags=frozenset({role})) for name, role in roles.items()}
        started.call(entry_point, tagged)
    return started.found


def _parameters(function: ast.FunctionDef) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]
