"""The contract that every proposer keeps."""

from dataclasses import dataclass
from typing import Protocol

from fie_engine.model import Candidate, Exchange, Origin
from fie_engine.prompt.told import Told
from fie_engine.view.rows import ModelRow
from fie_evaluator.errors import FieError
from fie_evaluator.results import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A candidate with its text and what the judge found."""

    candidate: Candidate
    source: str
    evaluation: Evaluation
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """What went wrong with an earlier reply, to be put right by the model that gave it."""

    name: str
    'The candidate that failed, or "#12" for a reply that made none.'
    source: str
    "The kernel that the new reply is applied to: the failed one, or else the parent's."
    reply: str
    error: str
    "Word for word."
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Everything a proposer may look at; a frozen snapshot of the search."""

    proposal: int
    "Counts up from 1; with `seed_rng` it decides every random draw."
    seed_rng: int
    island: int
    parent: Judged
    inspirations: tuple[Judged, ...]
    "Other good or different candidates, best first; never the parent."
    history: tuple[Judged, ...]
    "Every judged candidate of the run in order, at most the newest 400."
    refused: tuple[str, ...] = ()
    "Why the newest asks for a child of this parent yielded none, newest first."
    known: frozenset[str]
    "Digests of every source that exists already; proposing one of them is waste."
    angle: int = 0
    "How many open asks for a child of the same parent came before; their answers are others."
    mend: Mend | None = None
    "Set where a failed reply is to be put right; only models get such an ask."
    models: tuple[ModelRow, ...] = ()
    "What each model's replies came to so far."
    told: Told = Told()
    "What is worth telling a model beside kernels."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A child that differs from its parent inside the evolve block only."""

    source: str
    "The whole kernel file."
    parents: tuple[str, ...]
    origin: Origin
    model: str
    note: str
    exchange: Exchange | None = None
    "What was said to a model and what it answered; None for operators."


class NoProposal(FieError):
    """This ask yields no child; the reason says why, and the next ask may."""

    def __init__(
        self,
        reason: str,
        exchange: Exchange | None = None,
        *,
        mendable: bool = False,
        exhausted: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.exchange = exchange
        self.mendable = mendable
        "Whether the model may put its reply right, told what is wrong with it."
        self.exhausted = exhausted
        "Whether nothing is left to be tried on this parent."


class ProviderDown(FieError):
    """The model server can't serve; the search pauses, says so, and asks again later."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        "How long the server asks to be left alone, seconds; 0 where it says nothing."


class Proposer(Protocol):
    """Makes one child per ask; deterministic given the ask, unless a model answers."""

    @property
    def title(self) -> str:
        """What the screen calls it, for example "operators (no LLM)"."""

    async def propose(self, ask: Ask) -> Proposal:
        """Return a child, or raise NoProposal or ProviderDown; cancellable."""

    async def close(self) -> None:
        """Let go of sockets and threads."""
