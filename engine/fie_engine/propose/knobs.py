"""Numbers in a kernel that tune it without changing what it computes."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.propose.recipes.flow import call_name, loads
from fie_engine.propose.splice import Kernel, same_outside, splice

_NAMED = re.compile(
    r"(BLOCK|TILE|CHUNK)(_\w+|SIZE\w*|[MNK])?|\w+_(BLOCK|TILE|CHUNK)(_SIZE)?|GROUP_(SIZE_)?M|"
    r"SPLIT_K|UNROLL\w*|num_warps|num_stages|num_ctas|loop_unroll_factor",
    re.IGNORECASE,
)
_CHOICES = {
    "num_warps": (1, 2, 4, 8, 16),
    "num_stages": (1, 2, 3, 4, 5, 6),
    "num_ctas": (1, 2),
    "split_k": (1, 2, 4, 8),
    "group_m": (1, 2, 4, 8, 16),
    "group_size_m": (1, 2, 4, 8, 16),
    "loop_unroll_factor": (1, 2, 4, 8),
}
_SHAPING = frozenset("repeat_interleave view reshape unflatten expand new_zeros zeros".split())
"Calls whose arguments are part of what is computed, so that a number in them is no knob."


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One number, where it stands, and what else it may be."""

    name: str
    "Unique in its file: the name, with a count from the second on."
    value: int
    node: ast.expr
    choices: tuple[int, ...]


def knobs(kernel: Kernel) -> list[Knob]:
    """Return the knobs inside the evolve block, in the file's order."""
    found: list[Knob] = []
    seen: dict[str, int] = {}
    for name, node in sorted(_named_numbers(kernel), key=lambda item: kernel.span(item[1])):
        value = _integer(node)
        if value is None or not _NAMED.fullmatch(name) or not kernel.inside(node):
            continue
        if _shapes_the_result(kernel, name):
            continue
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name}#{seen[name]}"
        found.append(Knob(name=label, value=value, node=node, choices=_choices(name, value)))
    return found


def _named_numbers(kernel: Kernel) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(kernel.tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value
        elif isinstance(node, ast.Call):
            yield from ((item.arg, item.value) for item in node.keywords if item.arg)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        elif isinstance(node, ast.FunctionDef):
            yield from _defaults(node.args)


def _defaults(spec: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    plain = [*spec.posonlyargs, *spec.args]
    with_default = plain[len(plain) - len(spec.defaults) :]
    yield from ((arg.arg, value) for arg, value in zip(with_default, spec.defaults, strict=True))
    for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if default is not None:
            yield arg.arg, default


def _integer(node: ast.expr) -> int | None:
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 0:
        return node.value
    return None


def _choices(name: str, value: int) -> tuple[int, ...]:
    listed = _CHOICES.get(name.lower())
    if listed is None:
        power = 1 << (value.bit_length() - 1)
        listed = tuple(
            number for shift in range(-2, 3) if 8 <= (number := int(power * 2.0**shift)) <= 1024
        )
    return tuple(sorted({*listed, value}))


def _shapes_the_result(kernel: Kernel, name: str) -> bool:
    """Return whether a number is part of a tensor's shape somewhere in plain PyTorch code."""
    for use in loads(kernel.tree, name):
        for outer in kernel.outward(use):
            if call_name(outer) in _SHAPING:
                return True
            if isinstance(outer, ast.stmt):
                break
    return False


def turned(kernel: Kernel, settings: dict[str, int]) -> str | None:
    """Return the source with the named knobs set; None if that changes nothing."""
    edits = [
        kernel.replace(knob.node, str(settings[knob.name]))
        for knob in knobs(kernel)
        if settings.get(knob.name, knob.value) != knob.value
    ]
    source = splice(kernel, edits) if edits else None
    return source if source and same_outside(kernel.source, source) else None
