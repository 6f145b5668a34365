"""What an evaluation found: plain values that any process can hold."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """A verdict; the first seven are flashinfer-bench's own, the rest are ours."""

    PASSED = "PASSED"
    INCORRECT_SHAPE = "INCORRECT_SHAPE"
    INCORRECT_NUMERICAL = "INCORRECT_NUMERICAL"
    INCORRECT_DTYPE = "INCORRECT_DTYPE"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    COMPILE_ERROR = "COMPILE_ERROR"
    TIMEOUT = "TIMEOUT"
    REFUSED = "REFUSED"
    "The source policy or an integrity check named a forbidden trick."
    CRASHED = "CRASHED"
    "The candidate's process died: a signal, or its memory limit."


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadResult:
    """One workload's verdict and latency; None means not measured."""

    workload: str
    "The workload's uuid in the trace set."
    label: str
    'Its variable axes, for example "T=7".'
    status: Status
    matched_ratio: float | None = None
    "Share of output elements within tolerance, 0 to 1."
    samples_ms: tuple[float, ...] = ()
    "Every timed iteration, in order."
    median_ms: float | None = None
    spread_ms: float | None = None
    "Half-width of the 95 % bootstrap interval of the median."
    reference_ms: float | None = None
    "The reference's median under the same timing."
    baseline_ms: float | None = None
    "The track's baseline for this workload, as stored; None where none is."
    floor_ms: float | None = None
    "The least time that this device's measured ceilings allow; None where no model of it exists."
    bound: str = ""
    'Which ceiling makes the floor: "memory" or "compute".'
    weight: float = 1.0
    "How many workloads it stands for in the score of an evaluation that is not complete."
    error: str = ""
    "Why it failed, in one or a few lines; empty when it passed."

    @property
    def speedup(self) -> float | None:
        """Reference latency over this latency; None where either wasn't measured."""
        if self.median_ms is None or self.reference_ms is None:
            return None
        return self.reference_ms / self.median_ms

    @property
    def limit_fraction(self) -> float | None:
        """The floor over this latency, 1.0 at the limit; None where either is unknown."""
        if self.median_ms is None or self.floor_ms is None:
            return None
        return self.floor_ms / self.median_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltKernel:
    """What the compiler made of one Triton kernel, known before it is launched."""

    name: str
    registers: int
    "Per thread."
    spills: int
    "Registers spilled to local memory, in bytes per thread."
    shared_bytes: int
    "Per thread block."
    warps: int
    stages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure of a profile."""

    name: str
    value: float | None
    "None where the profiler did not measure it; shown as n/a, never as 0."
    unit: str
    share: float | None = None
    "Share of the whole, 0 to 1, where the figure is a part of one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One actionable sentence that follows from the figures."""

    text: str
    gain: float | None = None
    "Estimated speedup still to be had, as a fraction (0.2 = 20 %); None when unknown."


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelProfile:
    """One GPU kernel's figures."""

    name: str
    launches: int
    "Per call of the candidate."
    share: float
    "Of the candidate's GPU time, 0 to 1."
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Where a candidate's time goes, and what to do about it."""

    source: str
    'What measured it, for example "CPU operator breakdown" or "Nsight Compute 2025.3".'
    figures: tuple[Figure, ...] = ()
    advice: tuple[Advice, ...] = ()
    kernels: tuple[KernelProfile, ...] = ()
    "The GPU kernels that matter, by their share of the time."
    workload: str = ""
    'The label of the workload that was profiled, for example "T=55".'
    note: str = ""
    "Why figures are missing, one plain sentence; empty when nothing is."
    report: str = ""
    "The profiler's own report file, relative to the candidate's folder; empty when none is kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The state of the GPU while a candidate was timed, read from the driver."""

    sm_clock_mhz: tuple[int, int, int]
    "Lowest, median and highest sample."
    memory_clock_mhz: int
    power_w: float
    "Median."
    temperature_c: int
    "Highest."
    throttled: tuple[str, ...] = ()
    'Reasons that held the clocks down, for example "power cap".'
    other_processes: int | None = 0
    "Processes on the same GPU that are no judge's; None where the driver's ids mean nothing here."
    utilisation_pct: int | None = None
    "Share of the time in which some kernel ran, median; None where the driver doesn't tell."
    memory_used_mb: int | None = None
    "Of all processes on the GPU, highest; None where the driver doesn't tell."
    memory_total_mb: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything one judging of one candidate found."""

    status: Status
    "PASSED only if every workload of the track passed."
    results: tuple[WorkloadResult, ...] = ()
    "In the track's order; workloads that an early exit skipped are absent."
    profile: Profile | None = None
    device: str
    timing: str
    "The timing flavour's name; results of different flavours are never compared."
    environment: tuple[tuple[str, str], ...] = ()
    "Versions and settings, name and value."
    seconds: float = 0.0
    "Wall time that the judging took."
    error: str = ""
    "Why it failed as a whole, one or a few lines; empty when it passed."
    build: tuple[BuiltKernel, ...] = ()
    "Triton's compile report; empty where nothing was compiled."
    conditions: Conditions | None = None
    "None on the CPU, and where the driver doesn't tell."
    noise_floor: float | None = None
    "Relative standard deviation of one and the same kernel's score between judgings here (A/A)."
    complete: bool = True
    "False where it passed but was so slow on a few workloads that the others were left out."
    rival: tuple[WorkloadResult, ...] = ()
    "The rival's results, timed in turns with the candidate's, where the job named one."
    log: str = ""
    "The last lines that the candidate printed; hostile text."
    score: float | None = None
    "The judge's own score, where it isn't a mean of the workloads' speedups."
    metrics: tuple[tuple[str, float], ...] = ()
    "What else a project's evaluator measured, name and value."
    artifacts: tuple[tuple[str, str], ...] = ()
    "What a project's evaluator tells beside its metrics, name and text; hostile text."

    @property
    def unit(self) -> str:
        """What follows its score: "x" for a speedup, nothing for a score of the judge's own."""
        return "x" if self.score is None else ""

    @property
    def passed(self) -> bool:
        """Whether every workload passed."""
        return self.status is Status.PASSED
