"""What a recipe is: a named, general change of a kernel, and the places where it applies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fie_engine.propose.splice import Edit, Kernel, same_outside, splice
from fie_evaluator.syntax import parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place where a recipe's precondition holds, with the edits that carry it out."""

    where: str
    'What is changed, for the note: for example "w13 in kernel".'
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A general change of a kernel's text."""

    name: str
    reason: str
    "Why it may pay, one line, shown to the user."
    exact: bool
    "Whether every finite result stays bit for bit the same; False: rounding changes."
    weight: float = 1.0
    "How often it is drawn before the run has taught anything."
    find: Callable[[Kernel], Iterator[Site]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done to a kernel, as the note tells it."""

    operator: str
    where: str
    reason: str

    @property
    def label(self) -> str:
        """What was done and where, without the reason."""
        return f"{self.operator}, {self.where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A kernel as a recipe would leave it."""

    recipe: Recipe
    where: str
    source: str

    @property
    def step(self) -> Step:
        """What was done, for the record."""
        rounding = "" if self.recipe.exact else " (changes rounding)"
        return Step(
            operator=self.recipe.name, where=self.where, reason=self.recipe.reason + rounding
        )


def carried_out(recipe: Recipe, kernel: Kernel, site: Site) -> Variant | None:
    """Return the kernel changed at one site; None if that leaves no sound file."""
    source = splice(kernel, site.edits)
    if source is None or source == kernel.source or not same_outside(kernel.source, source):
        return None
    return Variant(recipe=recipe, where=site.where, source=source) if parses(source) else None


def variants(recipe: Recipe, kernel: Kernel) -> Iterator[Variant]:
    """Yield the kernel changed at each of the recipe's sites."""
    for site in recipe.find(kernel):
        if (variant := carried_out(recipe, kernel, site)) is not None:
            yield variant


def parses(source: str) -> bool:
    """Return whether the text is a Python file."""
    try:
        parsed(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
