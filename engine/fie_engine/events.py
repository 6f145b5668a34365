"""Past facts of a run, in the order in which they became true."""

from dataclasses import dataclass

from fie_engine.events_duels import (
    Challenged,
    Retimed,
    RetimingDropped,
    RetimingLost,
    RetimingStarted,
)
from fie_engine.events_islands import Evicted, IslandAdded, Migrated, TakenOver
from fie_engine.events_models import ModelBack, ModelLeftOut
from fie_engine.events_money import BudgetNeared, StopSuggested
from fie_engine.events_steering import (
    CommandRefused,
    ConstraintAdded,
    ConstraintRemoved,
    Directed,
    Forked,
    Hinted,
    HintRemoved,
    Injected,
    IslandReopened,
    IslandReseeded,
    IslandRestored,
    IslandRetired,
    Muted,
    Paused,
    Pinned,
    Promoted,
    PromotionRefused,
    PromotionStarted,
    Resumed,
    SettingChanged,
    Unmuted,
    Unpinned,
)
from fie_engine.model import Candidate, HeldOut, Usage
from fie_engine.money.budget import Budget
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
    held_out: tuple[HeldOut, ...] = ()
    "Workloads that the search never sees."
    budget: Budget = Budget()

    @property
    def prompts(self) -> bool:
        """Whether a model proposes, so that somebody reads prompts."""
        return not self.proposer.startswith("operators")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStarted:
    """An engine took the run's lock; in-flight work of an earlier engine is void."""

    pid: int
    host: str
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The run may use so many iterations from now on; early stopping counts anew."""

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
    limit: str = ""
    "The limit of the budget that ended it; empty for any other reason."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStarted:
    """A proposer was asked for a child of `parent`."""

    proposal: int
    island: int
    parent: str
    proposer: str
    mends: str = ""
    'What a model is asked to put right: a candidate, or "#12" for a reply that made none.'
    angle: int = 0
    "Tells it apart from other asks for a child of the same parent that are open then."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFailed:
    """A proposal became no candidate."""

    proposal: int
    island: int
    parent: str
    reason: str
    spent: bool = True
    "Whether it used up an iteration; a server that could not be asked did not."
    mendable: bool = False
    "Whether its reply is to be put right, once; until then it uses up no iteration."
    exhausted: bool = False
    "Whether nothing is left to be tried on this parent; another one is drawn instead."
    duplicate_of: str = ""
    "The candidate that it repeats; what was judged once is not judged again."
    model: str = ""
    "Whose reply it was; empty where none was paid for."
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A candidate exists; its kernel file is written."""

    proposal: int
    "0 for a seed or an import."
    candidate: Candidate
    usage: Usage = Usage()
    "What the reply cost that made it; nothing where no model did."


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
    unit: str = "x"
    "What follows the score; empty where it is no speedup."


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
    | TakenOver
    | Paused
    | Resumed
    | Pinned
    | Unpinned
    | Forked
    | Injected
    | PromotionStarted
    | Promoted
    | PromotionRefused
    | CommandRefused
    | Hinted
    | HintRemoved
    | Directed
    | ConstraintAdded
    | ConstraintRemoved
    | Muted
    | Unmuted
    | IslandRetired
    | IslandReopened
    | IslandReseeded
    | IslandRestored
    | SettingChanged
    | ModelLeftOut
    | ModelBack
    | BudgetNeared
    | StopSuggested
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
