"""The embedded proposer as the model of stock OpenEvolve: it knows what the prompt shows."""

import logging
import re
from dataclasses import dataclass
from typing import Any

from openevolve.llm.base import LLMInterface

from fie_engine.model import Candidate, Origin
from fie_engine.propose.base import Ask, Judged, NoProposal
from fie_engine.propose.operators import child
from fie_engine.propose.source import digest
from fie_evaluator.results import Evaluation, Status

CURRENT = re.compile(
    r"- Fitness: (?P<score>[\d.]+).*?# Current Program\n```python\n(?P<code>.*?)\n```", re.DOTALL
)
OTHER = re.compile(
    r"### (?:Program|Inspiration) \d+ \(Score: (?P<score>[\d.]+)[^)]*\)\n"
    r"```python\n(?P<code>.*?)\n```",
    re.DOTALL,
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What the operators did to make a program."""

    parents: tuple[str, ...]
    origin: Origin
    note: str


class OperatorModel(LLMInterface):  # type: ignore[misc]
    """Answers each prompt with a whole program, and remembers all that prompts have shown."""

    def __init__(self, config: Any) -> None:
        self.model = "operators"
        self._seed_rng = int(config.random_seed or 0)
        self._judged: dict[str, Judged] = {}
        self._made: dict[str, Origins] = {}
        self._asks = 0

    async def generate(self, prompt: str, **_: Any) -> str:
        """Return a program for a bare prompt."""
        return self._answer(prompt)

    async def generate_with_context(
        self, system_message: str, messages: list[dict[str, str]], **_: Any
    ) -> str:
        """Return a program for the last message."""
        return self._answer(messages[-1]["content"])

    def _answer(self, prompt: str) -> str:
        self._asks += 1
        current = CURRENT.search(prompt)
        if current is None:
            raise ValueError("the prompt shows no current program")
        others = [self._seen(found) for found in OTHER.finditer(prompt)]
        parent = self._seen(current)
        ask = Ask(
            proposal=self._asks,
            seed_rng=self._seed_rng,
            island=0,
            parent=parent,
            inspirations=tuple({o.candidate.id: o for o in others if o != parent}.values()),
            history=tuple(self._judged.values()),
            known=frozenset((*self._judged, *self._made)),
        )
        try:
            made = child(ask)
        except NoProposal as none:
            log.warning("no proposal: %s", none)
            return f"```python\n{parent.source}\n```"
        self._made[digest(made.source)] = Origins(
            parents=made.parents, origin=made.origin, note=made.note
        )
        return f"```python\n{made.source.rstrip()}\n```"

    def _seen(self, found: "re.Match[str]") -> Judged:
        """Take in a program with its score; return it as the operators know it."""
        source, score = found["code"] + "\n", float(found["score"])
        name = digest(source)
        made = self._made.get(name, Origins(parents=(), origin=Origin.SEED, note=""))
        candidate = Candidate(
            id=name,
            parents=made.parents,
            island=0,
            generation=0,
            origin=made.origin,
            model="operators",
            note=made.note,
            digest=name,
        )
        evaluation = Evaluation(status=Status.PASSED, device="", timing="")
        judged = Judged(candidate=candidate, source=source, evaluation=evaluation, score=score)
        return self._judged.setdefault(name, judged)
