"""Past facts of timings in turns."""

from dataclasses import dataclass
from typing import Literal

from fie_evaluator.results import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """The candidate is to be timed again, in turns with the rival, before either counts as best."""

    candidate: str
    rival: str
    reason: str
    asked: bool = False
    "Whether a person named the rival; otherwise it is the best of the moment when it starts."
    author: str = ""
    "Who asked: a login name; empty where the engine did."


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimingStarted:
    """A challenger and its rival took a lease."""

    candidate: str
    rival: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """A candidate and its rival were timed in turns; from now on these are their figures."""

    candidate: str
    rival: str
    evaluation: Evaluation
    "The candidate's, with the rival's results beside it."
    verdict: Literal["faster", "slower", "tie", "failed"]
    'Of the candidate; "tie": the ratio is within its interval of 1, "failed": it was wrong now.'
    score: float = 0.0
    noise: float = 0.0
    rival_score: float = 0.0
    rival_noise: float = 0.0
    ratio: float = 0.0
    "The candidate's score over the rival's."
    ratio_noise: float = 0.0
    "Relative half-width of the ratio's interval."
    asked: bool = False
    "Whether a person asked for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimingLost:
    """The judge, not a candidate, failed in a timing in turns; it is queued again."""

    candidate: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimingDropped:
    """A challenge came to nothing; both candidates keep their figures."""

    candidate: str
    reason: str
    asked: bool = False
    "Whether a person asked for it."


DuelEvent = Challenged | RetimingStarted | Retimed | RetimingLost | RetimingDropped
