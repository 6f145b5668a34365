"""Past facts of a run, in the order in which they became true."""

from dataclasses import dataclass
from typing import Literal

from fie_engine.model import Candidate
from fie_evaluator.results import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCreated:
    """The run's terms; the first event of every run."""

    run: str
    track: str
    definition: str
    device: str
    timing: str
    caveat: str
    why_track: str
    proposer: str
    'What proposes, for example "operators (no LLM)" or "qwen2.5-coder:32b".'
    why_proposer: str
    score_name: str
    seed_rng: int
    iterations: int
    islands: int
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStarted:
    """An engine took the run's lock; in-flight work of an earlier engine is void."""

    pid: int
    host: str
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The run may use so many iterations from now on."""

    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStopped:
    """The engine let go of the run."""

    state: str
    '"stopped", "finished" or "failed".'
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The search ended by itself; the engine may stay to carry out commands."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandAdded:
    """An island exists from now on."""

    island: int
    founder: str
    "The candidate that seeds it."
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandRetired:
    """An island gets no more children and takes no migrants."""

    island: int
    reason: str
    undoes: int = 0
    "Sequence number of the fork that this takes back; 0 when it takes nothing back."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStarted:
    """A proposer was asked for a child of `parent`."""

    proposal: int
    island: int
    parent: str
    proposer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFailed:
    """A proposal became no candidate."""

    proposal: int
    island: int
    parent: str
    reason: str
    spent: bool = True
    "Whether it used up an iteration; a server that could not be asked did not."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A candidate exists; its kernel file is written."""

    proposal: int
    "0 for a seed or an import."
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationStarted:
    """A candidate took a lease."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """A candidate was judged."""

    candidate: str
    evaluation: Evaluation
    score: float
    noise: float
    "Relative half-width of the score's interval."


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationLost:
    """The judge, not the candidate, failed; the candidate is queued again."""

    candidate: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Improved:
    """A candidate is the new best of the run, clear of the old best's noise."""

    candidate: str
    score: float
    previous: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """The candidate is to be timed again, in turns with the rival, before either counts as best."""

    candidate: str
    rival: str
    reason: str
    asked: bool = False
    "Whether a person named the rival; otherwise it is the best of the moment when it starts."


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evicted:
    """Candidates left an island's population; their record stays."""

    members: tuple[tuple[str, int], ...]
    "Candidate and island."


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """Copies of candidates joined another island."""

    moves: tuple[tuple[str, int, int], ...]
    "Candidate, from island, to island."


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """No new work starts; work in flight lands."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Work starts again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The candidate is never evicted and is favoured as a parent."""

    candidate: str
    reason: str
    undoes: int = 0
    "Sequence number of the event that this takes back; 0 when it takes nothing back."


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpinned:
    """The candidate is an ordinary one again."""

    candidate: str
    reason: str
    undoes: int = 0
    "Sequence number of the event that this takes back; 0 when it takes nothing back."


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """The candidate seeds a new island."""

    candidate: str
    island: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionStarted:
    """The candidate is judged again from scratch at the official settings."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """The candidate passed the official judging and is packed."""

    candidate: str
    path: str
    "The submission's folder."
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRefused:
    """The candidate did not pass the official judging; nothing was packed."""

    candidate: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A command could not be carried out; nothing changed."""

    command: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something worth a line in the log that changes no state."""

    text: str
    level: str = "info"
    '"info" or "warning".'


Event = (
    RunCreated
    | EngineStarted
    | Extended
    | EngineStopped
    | Finished
    | IslandAdded
    | IslandRetired
    | ProposalStarted
    | ProposalFailed
    | Proposed
    | EvaluationStarted
    | Evaluated
    | EvaluationLost
    | Improved
    | Challenged
    | RetimingStarted
    | Retimed
    | RetimingLost
    | RetimingDropped
    | Evicted
    | Migrated
    | Paused
    | Resumed
    | Pinned
    | Unpinned
    | Forked
    | PromotionStarted
    | Promoted
    | PromotionRefused
    | CommandRefused
    | Noted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as the store holds it."""

    seq: int
    "1 for the first event of a run; no gaps."
    at: float
    "Unix time, seconds."
    event: Event
