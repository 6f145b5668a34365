"""The embedded proposer: recipes, knobs and crossover, steered by what the run has shown."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from fie_engine.model import Origin
from fie_engine.propose.base import Ask, Judged, NoProposal, Proposal
from fie_engine.propose.credit import Credit, credit_of, note_of
from fie_engine.propose.crossover import crosses
from fie_engine.propose.knobs import knobs, turned
from fie_engine.propose.recipes import BY_NAME
from fie_engine.propose.recipes.base import Step, carried_out
from fie_engine.propose.relink import relinked
from fie_engine.propose.source import digest
from fie_engine.propose.splice import Kernel
from fie_engine.propose.tuner import Suggestion, breaking_knobs, state_of, suggest

Item = TypeVar("Item")

ATTEMPTS = 24
"Drafts that are tried before an ask is given up."
GUIDED_SHARE = 0.6
CROSSOVER_SHARE = 0.3
"Of the drafts that aren't guided."
FOREIGN_DONORS = 3
KNOB_SHARE = 0.3
"Of the random steps, where there are knobs."
STEPS = (1, 1, 1, 1, 1, 2)
"How many steps a draft takes, each as likely as the next."
BEHIND = 1.1
"From this ratio of the best score to its own on, a parent counts as behind."
RELINK_SHARE = 0.75
"Of the drafts from a parent that is behind."
STALE = 6
"Candidates without a new best that make strides one step longer."
MOST_EXTRA_STEPS = 5
KNOB_REASON = "a number that tunes without changing what is computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A child in the making."""

    source: str
    origin: Origin
    steps: tuple[Step, ...] = ()
    donors: tuple[str, ...] = ()

    def taking(self, source: str, step: Step) -> "Draft":
        """Return this draft one step on."""
        return Draft(
            source=source, origin=self.origin, steps=(*self.steps, step), donors=self.donors
        )


class OperatorProposer:
    """Makes children without a model: the same ask always gives the same child."""

    @property
    def title(self) -> str:
        """What the screen calls it."""
        return "operators (no LLM)"

    async def propose(self, ask: Ask) -> Proposal:
        """Return a child that the run doesn't know yet, or raise NoProposal."""
        return await asyncio.to_thread(child, ask)

    async def close(self) -> None:
        """Nothing is held."""


def child(ask: Ask) -> Proposal:
    """Draft children until one is new; NoProposal when none is."""
    try:
        Kernel(ask.parent.source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise NoProposal(f"the parent can't be parsed: {error}") from error
    drafting = Drafting(ask)
    for _ in range(ATTEMPTS):
        draft = drafting.draft()
        if draft is not None and draft.steps and digest(draft.source) not in drafting.known:
            return Proposal(
                source=draft.source,
                parents=(ask.parent.candidate.id, *draft.donors),
                origin=draft.origin,
                model=" + ".join(dict.fromkeys(step.operator for step in draft.steps)),
                note=note_of(draft.steps),
            )
    raise NoProposal("every operator that applies to this parent has been tried", exhausted=True)


class Drafting:
    """One ask's random draws and what has been learned, shared by its drafts."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.rng = random.Random(f"{ask.seed_rng}:{ask.proposal}")
        self.credit: Credit = credit_of(ask.history)
        self.known = ask.known | {digest(ask.parent.source)}
        self._suggestions: dict[str, Suggestion] = {}

    @cached_property
    def _broken(self) -> frozenset[str]:
        """Numbers that look like knobs and are none; found once for all drafts."""
        return breaking_knobs(self.ask.history)

    def draft(self) -> Draft | None:
        """Return one draft, or None if the drawn way leads nowhere."""
        if self.rng.random() < GUIDED_SHARE:
            return self._guided(self._start(Origin.TUNER))
        if self._donors() and self.rng.random() < CROSSOVER_SHARE:
            return self._crossed()
        return self._wandering(self._start(Origin.OPERATOR))

    def _start(self, origin: Origin) -> Draft:
        """Return the parent, or what becomes of it on the way to the run's best."""
        draft = Draft(source=self.ask.parent.source, origin=origin)
        best = max(self.ask.history, key=lambda item: item.score, default=self.ask.parent)
        ahead = best.score > self.ask.parent.score * BEHIND
        if not ahead or self.rng.random() >= RELINK_SHARE:
            return draft
        way = relinked(draft.source, best.source, self.rng)
        if way.steps == 0:
            return draft
        step = Step(
            operator="relink",
            where=f"{way.steps} steps towards {best.candidate.id}",
            reason="what the best has done and the parent hasn't",
        )
        return replace(draft.taking(way.source, step), donors=(best.candidate.id,))

    def _guided(self, draft: Draft) -> Draft | None:
        """Go some way towards what the tuner suggests."""
        suggestion = self._suggestion(draft.source)
        start = draft
        if suggestion.knobs:
            draft = set_knobs(draft, dict(suggestion.knobs))
        wanted = list(suggestion.recipes)
        for _ in range(min(self._stride(draft), len(wanted))):
            name = self._pick(wanted, lambda item: self._recipe_weight(item))
            wanted.remove(name)
            draft = self._apply(draft, name)
        return draft if draft is not start else None

    def _suggestion(self, source: str) -> Suggestion:
        """Return what the tuner suggests from a kernel; asked once per kernel, it is slow."""
        if source not in self._suggestions:
            seed = self.rng.randrange(2**31)
            self._suggestions[source] = suggest(self.ask.history, source, seed)
        return self._suggestions[source]

    def _crossed(self) -> Draft | None:
        """Take a function over from another candidate."""
        donor = self.rng.choice(self._donors())
        try:
            offers = list(crosses(Kernel(self.ask.parent.source), Kernel(donor.source)))
        except (SyntaxError, ValueError, RecursionError):
            return None
        if not offers:
            return None
        offer = self.rng.choice(offers)
        step = Step(
            operator="crossover",
            where=f"{offer.function} of {donor.candidate.id}",
            reason="two parents may have solved different parts",
        )
        return Draft(
            source=offer.source,
            origin=Origin.CROSSOVER,
            steps=(step,),
            donors=(donor.candidate.id,),
        )

    def _donors(self) -> list[Judged]:
        """Return the inspirations and the run's best, which may live on another island."""
        best = sorted(self.ask.history, key=lambda item: -item.score)[:FOREIGN_DONORS]
        offered = {item.candidate.id: item for item in (*self.ask.inspirations, *best)}
        offered.pop(self.ask.parent.candidate.id, None)
        return list(offered.values())

    def _stride(self, draft: Draft) -> int:
        """Return how many steps to take: the staler the run, the more.

        After relinking one: then the gain over the best is that step's alone.
        """
        if draft.donors:
            return 1
        scores = [item.score for item in self.ask.history]
        stale = len(scores) - 1 - scores.index(max(scores)) if scores else 0
        return self.rng.choice(STEPS) + self.rng.randint(0, min(stale // STALE, MOST_EXTRA_STEPS))

    def _wandering(self, draft: Draft) -> Draft:
        """Take a few random steps, weighted by what has paid."""
        for _ in range(self._stride(draft)):
            state = state_of(draft.source)
            if state.knobs and self.rng.random() < KNOB_SHARE:
                draft = self._turn_one(draft)
            elif state.open_sites:
                names = [name for name, _ in state.open_sites]
                draft = self._apply(draft, self._pick(names, self._recipe_weight))
        return draft

    def _turn_one(self, draft: Draft) -> Draft:
        found = [knob for knob in knobs(Kernel(draft.source)) if knob.name not in self._broken]
        if not found:
            return draft
        knob = self._pick(found, lambda item: self.credit.weight(f"knob {item.name}"))
        others = [value for value in knob.choices if value != knob.value]
        return set_knobs(draft, {knob.name: self.rng.choice(others)}) if others else draft

    def _apply(self, draft: Draft, name: str) -> Draft:
        """Carry a recipe out at one of its sites."""
        kernel, recipe = Kernel(draft.source), BY_NAME[name]
        sites = list(recipe.find(kernel))
        if not sites:
            return draft
        site = self._pick(sites, lambda item: self.credit.weight(name, f"{name}, {item.where}"))
        variant = carried_out(recipe, kernel, site)
        return draft if variant is None else draft.taking(variant.source, variant.step)

    def _recipe_weight(self, name: str) -> float:
        return BY_NAME[name].weight * self.credit.weight(name)

    def _pick(self, items: Sequence[Item], weight: Callable[[Item], float]) -> Item:
        return self.rng.choices(items, [weight(item) for item in items])[0]


def set_knobs(draft: Draft, settings: dict[str, int]) -> Draft:
    """Return the draft with knobs set, one step each."""
    kernel = Kernel(draft.source)
    source = turned(kernel, settings)
    if source is None:
        return draft
    for knob in knobs(kernel):
        value = settings.get(knob.name, knob.value)
        if value != knob.value:
            step = Step(
                operator=f"knob {knob.name}", where=f"{knob.value} → {value}", reason=KNOB_REASON
            )
            draft = draft.taking(source, step)
    return draft
