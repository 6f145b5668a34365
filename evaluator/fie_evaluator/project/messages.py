"""What the processes around a project's evaluator say to each other."""

from fie_evaluator.child.messages import Message
from fie_evaluator.results import Status


class Order(Message, frozen=True):
    """Evaluate one program; the engine asks the worker."""

    evaluator: str
    source: str
    suffix: str
    timeout_s: float
    cascade: bool
    thresholds: tuple[float, ...]
    memory_mb: int


class Began(Message, frozen=True):
    """A stage has begun; the fork tells the worker, which tells the engine."""

    stage: str


class Found(Message, frozen=True):
    """What a stage returned."""

    metrics: dict[str, float]
    "The finite numbers."
    remarks: dict[str, str]
    "The other values as texts."
    artifacts: dict[str, str]


class Raised(Message, frozen=True):
    """A stage raised, or returned what no result can be."""

    stage: str
    error: str
    trace: str


class Unusable(Message, frozen=True):
    """The evaluator file itself can't be run; no program is to blame."""

    error: str


class Ended(Message, frozen=True):
    """No further stage follows."""

    complete: bool
    "False where a threshold kept later stages from being run."


class Outcome(Message, frozen=True):
    """Everything that came of one program; the worker answers the engine."""

    status: Status
    error: str
    metrics: dict[str, float]
    remarks: dict[str, str]
    artifacts: dict[str, str]
    log: str
    complete: bool


FromFork = Began | Found | Raised | Unusable | Ended
FromWorker = Began | Outcome | Unusable
