"""GPU kernels by name: what a trace calls them, what the profiler filters by, which matter."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fie_evaluator.child.messages import Operator

ENOUGH = 0.9
"Kernels are chosen until they make up this share of the GPU's time."
MOST_NAMES = 6
MOST_LAUNCHES = 10
"Each profiled launch is replayed about twenty times, over a second in all."
SHARE_WORTH_ANY_COST = 0.1
LONGEST_NAME = 80
UNNAMED = re.compile(r"\(anonymous namespace\)::|<unnamed>::")
NO_KERNELS = ("Memcpy", "Memset")
"What a trace lists beside kernels, and the profiler doesn't see."


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedKernel:
    """All launches of the kernels of one name in one call of the candidate."""

    base: str
    "The function's name without namespace, template and parameters."
    name: str
    "As it is shown."
    ms: float
    launches: int
    share: float
    "Of the GPU's time, 0 to 1."

    @property
    def launch_us(self) -> float:
        """The mean time of one launch."""
        return self.ms * 1e3 / max(1, self.launches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which kernels to profile."""

    bases: tuple[str, ...]
    "Empty for whichever come first."
    launches: int
    "How many launches they have in one call."

    @property
    def pattern(self) -> str:
        """A regular expression that matches exactly these names."""
        return f"^({'|'.join(re.escape(base) for base in self.bases)})$"


def traced_kernels(operators: Sequence[Operator]) -> tuple[TracedKernel, ...]:
    """Return the kernels of a trace by name, the largest share first."""
    # A candidate's process reports these: its numbers may be anything.
    real = [one for one in operators if 0 < one.self_ms < math.inf]
    total_ms = sum(operator.self_ms for operator in real)
    groups: dict[str, list[Operator]] = {}
    for operator in real:
        if not operator.name.startswith(NO_KERNELS):
            groups.setdefault(base_name(operator.name), []).append(operator)
    kernels = [_traced(base, group, total_ms) for base, group in groups.items()]
    return tuple(sorted(kernels, key=lambda kernel: -kernel.share))


def choose(kernels: Sequence[TracedKernel]) -> Choice:
    """Return the fewest kernels that make up most of the time, the largest first.

    A small kernel that is launched often is left out: it would cost more than it tells.
    """
    chosen: list[TracedKernel] = []
    for kernel in kernels:
        if len(chosen) == MOST_NAMES or sum(one.share for one in chosen) >= ENOUGH:
            break
        launches = sum(one.launches for one in chosen) + kernel.launches
        if launches <= MOST_LAUNCHES or kernel.share >= SHARE_WORTH_ANY_COST:
            chosen.append(kernel)
    return Choice(
        bases=tuple(kernel.base for kernel in chosen),
        launches=sum(kernel.launches for kernel in chosen),
    )


def base_name(name: str) -> str:
    """Return a demangled kernel's bare name, by which the profiler filters.

    >>> base_name("void at::native::reduce_kernel<512, 1, Op<int> >(Op<int>)")
    'reduce_kernel'
    """
    words = _without_brackets(UNNAMED.sub("", name)).split()
    last = words[-1].rpartition("::")[2] if words else ""
    return re.sub(r"[^A-Za-z0-9_$]", "", last) or "kernel"


def shown_name(name: str) -> str:
    """Return a hostile kernel name as it is shown: no return type, no parameters, one line."""
    line = cleaned(UNNAMED.sub("", name), 4 * LONGEST_NAME).removeprefix("void ")
    depth = 0
    for place, character in enumerate(line):
        depth += (character == "<") - (character == ">")
        if character == "(" and depth == 0:
            line = line[:place]
            break
    return cleaned(line, LONGEST_NAME) or "kernel"


def cleaned(text: str, limit: int) -> str:
    """Return hostile text as one printable line of at most `limit` characters."""
    printable = "".join(one if one.isprintable() else " " for one in text[: 4 * limit])
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _without_brackets(name: str) -> str:
    kept: list[str] = []
    depth = 0
    for character in name:
        if character == "<":
            depth += 1
        elif character == ">":
            depth = max(0, depth - 1)
        elif depth == 0 and character == "(":
            break
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def _traced(base: str, group: Sequence[Operator], total_ms: float) -> TracedKernel:
    largest = max(group, key=lambda operator: operator.self_ms)
    ms = sum(operator.self_ms for operator in group)
    return TracedKernel(
        base=base,
        name=shown_name(largest.name),
        ms=ms,
        launches=sum(max(1, operator.calls) for operator in group),
        share=ms / total_ms,
    )
