"""The values that a RunView is made of; what front ends show, ready to show."""

from dataclasses import dataclass
from enum import StrEnum

from fie_engine.model import Candidate
from fie_evaluator.results import Evaluation, WorkloadResult
from fie_evaluator.stages.gate import Gate


class CandidateState(StrEnum):
    """How far a candidate has come."""

    QUEUED = "queued"
    JUDGING = "judging"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What timing a candidate in turns with another said; its row holds the figures of then."""

    against: str
    "The other candidate."
    ratio: float
    "This one's score over the other's."
    noise: float
    "Relative half-width of the ratio's interval."
    verdict: str
    'Of this one: "faster", "slower", "tie" or "failed".'
    others: tuple[WorkloadResult, ...] = ()
    "What the other's workloads took in these turns; only with those do this one's compare."


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One candidate and all that happened to it."""

    candidate: Candidate
    state: CandidateState
    at: float
    "Unix time of the last change, seconds."
    evaluation: Evaluation | None = None
    score: float = 0.0
    noise: float = 0.0
    "Relative half-width of the score's interval."
    versus_parent: float | None = None
    "Score over the first parent's score, minus 1; None where either is missing."
    change_noise: float | None = None
    "Half-width of that change's interval; None where only the score's own noise is known."
    pinned: bool = False
    champion: bool = False
    "The run's best now."
    improved: bool = False
    "It was a new best when it landed."
    promoted: str = ""
    "Folder of the promoted submission; empty when not promoted."
    gate: Gate | None = None
    "What its official judging said beside the search's figures."
    turns: Turns | None = None
    "Its newest timing in turns; None when it was timed once only."
    first_score: float = 0.0
    "As it was judged at first; `score` is newer where it was timed in turns."
    first_noise: float = 0.0
    hints: tuple[int, ...] = ()
    "Numbers of the hints that stood in the prompt which a model answered with it."

    @property
    def unit(self) -> str:
        """What follows its score, "x" or nothing."""
        return self.evaluation.unit if self.evaluation is not None else "x"

    @property
    def counts(self) -> bool:
        """Whether it has a score; only a judge's own may be zero, or less."""
        own = self.evaluation is not None and self.evaluation.score is not None
        return own or bool(self.score)

    @property
    def is_estimate(self) -> bool:
        """Whether it was so slow on a few workloads that the others were left out."""
        return self.evaluation is not None and not self.evaluation.complete

    @property
    def within_noise(self) -> bool:
        """Whether the change against the parent is no larger than the noise."""
        noise = self.noise if self.change_noise is None else self.change_noise
        return self.versus_parent is not None and abs(self.versus_parent) <= noise


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandRow:
    """One island's population in figures."""

    island: int
    population: int
    best: float
    best_candidate: str
    mean: float
    "Mean score of the passed members; 0 when there is none."
    stagnation: int
    "Evaluations on this island since its best last rose."
    trend: tuple[float, ...]
    "The island's best after each of its evaluations."
    founder: str
    retired: bool
    now: str
    'What it does at this moment, for example "proposing" or "judging c0017"; may be empty.'
    muted: bool = False
    "It gets no proposals."
    direction: str = ""
    "Where a person sends it; empty for nowhere in particular."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a person says in prompts; hostile text all the same."""

    number: int
    text: str
    island: int | None = None
    "The only island that hears it; None for every one."
    candidate: str = ""
    "The candidate whose children alone hear it; empty for every one's."
    author: str = ""

    def reaches(self, island: int, parent: str) -> bool:
        """Whether a prompt for a child of `parent` on `island` carries it."""
        return self.island in (None, island) and self.candidate in ("", parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What a person demands of every child."""

    number: int
    text: str
    cluster: str = ""
    "The cluster of failures that it is to end; empty when there was none."
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """What a model's replies came to."""

    model: str
    replies: int = 0
    "Those that were paid for."
    candidates: int = 0
    duplicates: int = 0
    passed: int = 0
    improved: int = 0
    "Candidates that were faster than their parents, clear of the noise."
    gain: float = 0.0
    "Sum of what those gained, as shares of their parents' scores."
    mends: int = 0
    "Replies that were to put a failed one right."
    mended: int = 0
    "Kernels out of those that passed."
    mend_tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float | None = 0.0
    "None where what a reply cost is not known."

    @property
    def unusable(self) -> int:
        """Replies that made no candidate and repeated none."""
        return self.replies - self.candidates - self.duplicates


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """The run's best after an evaluation."""

    evaluation: int
    best: float
    noise: float
    score: float = 0.0
    "What this evaluation's own candidate scored at first; 0 when it failed."
    improved: bool = False
    "Whether the run's best changed hands here."
    island: int | None = None
    "The island of this evaluation's candidate."


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A person's act, placed on the trend."""

    evaluation: int
    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One event in words."""

    seq: int
    at: float
    glyph: str
    'One of "★ ✓ ✗ ▲ ¶ ‖ ▶ ■ ! · ⑂ ⇄ ⇆".'
    text: str
    candidate: str
    "The candidate it is about; empty when none."
    asked: bool = False
    "Whether a person waits for it: it tells of an A/B, or of a promotion that failed."
