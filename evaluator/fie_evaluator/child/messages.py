"""What the judge's processes say to each other."""

import msgspec

from fie_evaluator.job import EvalJob
from fie_evaluator.results import BuiltKernel, Evaluation, Status
from fie_evaluator.timing.floors import Floor
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
    job: EvalJob


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
    """Call the candidate once on poisoned outputs and share them."""

    workload: int
    seed: int


class Sample(Message, frozen=True):
    """Time some calls on one input set and share the last one's outputs."""

    workload: int
    seed: int
    warmup: int
    "Untimed calls before the timed ones."
    count: int


class Change(Message, frozen=True):
    """Call on one input set, then on others at the same addresses; share the latter's outputs."""

    workload: int
    seed: int
    unseen_seed: int
    quick: bool
    "Whether a call takes so little that a cold machine would show."


class Repeat(Message, frozen=True):
    """Call so many times in a row, timing nothing."""

    workload: int
    seed: int
    count: int


class Watch(Message, frozen=True):
    """Look at one call on a GPU: does its work end with it?"""

    workload: int


class Dissect(Message, frozen=True):
    """Profile one workload."""

    workload: int


ToRunner = Build | Call | Sample | Change | Repeat | Watch | Dissect


# The candidate's process answers; a hostile candidate may forge any of these.


class Done(Message, frozen=True):
    """The request was carried out."""


class Form(Message, frozen=True):
    """What one output looks like."""

    shape: tuple[int, ...]
    dtype: str


class Called(Message, frozen=True):
    """The outputs are in the shared memory."""

    forms: tuple[Form, ...]
    build: tuple[BuiltKernel, ...] = ()
    "What was compiled for it so far."


class Sampled(Message, frozen=True):
    """Timed calls in milliseconds; the last one's outputs are in the shared memory."""

    latencies_ms: tuple[float, ...]
    late_ms: tuple[float, ...]
    "How long the device went on working after each call's end was recorded."
    forms: tuple[Form, ...]


class Changed(Message, frozen=True):
    """Two calls in milliseconds; the outputs of the one on unseen inputs are shared."""

    known_ms: float
    unseen_ms: float
    forms: tuple[Form, ...]


class Watched(Message, frozen=True):
    """What was seen of one call."""

    late_ms: float | None
    "How long work of the call went on beyond what its stream waits for; None if unseen."


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


FromRunner = Done | Called | Sampled | Changed | Watched | Dissected | Failed


# The zygote asks the checker, and is answered.


class Measure(Message, frozen=True):
    """Make sure that every reference output and latency exists."""


class Measured(Message, frozen=True):
    """What candidates are held against, one entry per workload."""

    timing: str
    "The flavour that was really used."
    reference_ms: tuple[float, ...]
    "Medians."
    floors: tuple[Floor | None, ...]


class Check(Message, frozen=True):
    """Compare the shared outputs with the reference's for the same inputs."""

    workload: int
    seed: int
    forms: tuple[Form, ...]
    "What the candidate says of them."
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
