"""What the judge's processes say to each other."""

import msgspec

from fie_evaluator.job import Mode
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.track import Track


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A tagged, immutable record."""


# The engine asks the zygote.


class Prepare(Message, frozen=True):
    """Load the track and measure its reference; sent once, first."""

    track: Track
    cache_dir: str
    memory_bytes: int
    "How much memory a candidate may add; 0 for no limit."


class Judge(Message, frozen=True):
    """Judge one candidate."""

    ticket: int
    candidate: str
    source: str
    mode: Mode
    profile: bool


class Cancel(Message, frozen=True):
    """Kill the candidate of that ticket, if it is the one being judged."""

    ticket: int


ToZygote = Prepare | Judge | Cancel


# The zygote answers the engine.


class Prepared(Message, frozen=True):
    """The track is ready to be judged on."""


class Started(Message, frozen=True):
    """The candidate's process exists."""

    pid: int


class Advanced(Message, frozen=True):
    """A stage has come this far."""

    stage: str
    done: int = 0
    total: int = 0


class Judged(Message, frozen=True):
    """The verdict."""

    evaluation: Evaluation


class Abandoned(Message, frozen=True):
    """The candidate was cancelled; its processes are gone."""


class Broken(Message, frozen=True):
    """The judge itself failed; the candidate was not judged."""

    error: str


FromZygote = Prepared | Started | Advanced | Judged | Abandoned | Broken


# The zygote asks the candidate's process.


class Build(Message, frozen=True):
    """Import the candidate."""


class Call(Message, frozen=True):
    """Call the candidate once on poisoned outputs and store them."""

    workload: int
    seed: int
    outputs: str
    "The file to write."


class Time(Message, frozen=True):
    """Time every workload, then call each again on changed inputs."""

    mode: Mode
    directory: str
    "Where the timed and the changed outputs go."


class Dissect(Message, frozen=True):
    """Profile one workload."""

    workload: int


ToRunner = Build | Call | Time | Dissect


# The candidate's process answers; a hostile candidate may forge any of these.


class Done(Message, frozen=True):
    """The request was carried out."""


class Timed(Message, frozen=True):
    """Every timed call in milliseconds, one list per workload."""

    samples_ms: tuple[tuple[float, ...], ...]
    unseen_ms: tuple[tuple[float, ...], ...]
    "Calls on inputs that the candidate had never seen."


class Operator(Message, frozen=True):
    """One row of an operator breakdown."""

    name: str
    self_ms: float
    calls: int


class Dissected(Message, frozen=True):
    """Where one workload's time went."""

    operators: tuple[Operator, ...]


class Failed(Message, frozen=True):
    """The candidate did something that ends its judging."""

    status: Status
    error: str
    workload: int | None = None


FromRunner = Done | Timed | Dissected | Failed | Advanced


# The zygote asks the checker, and is answered.


class Measure(Message, frozen=True):
    """Make sure that every reference output and latency exists."""


class Measured(Message, frozen=True):
    """The reference's medians in milliseconds, one per workload."""

    reference_ms: tuple[float, ...]


class Check(Message, frozen=True):
    """Compare stored outputs with the reference's for the same inputs."""

    workload: int
    seed: int
    outputs: str
    stale_seed: int | None = None
    "Inputs whose outputs these must not be."


class Verdict(Message, frozen=True):
    """What the comparison found."""

    status: Status
    matched_ratio: float | None = None
    error: str = ""
    stale: bool = False
    "Wrong here, but right for the inputs of `stale_seed`."


ToChecker = Measure | Check
FromChecker = Measured | Verdict | Advanced | Broken
