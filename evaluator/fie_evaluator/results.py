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
    error: str = ""
    "Why it failed, in one or a few lines; empty when it passed."

    @property
    def speedup(self) -> float | None:
        """Reference latency over this latency; None where either wasn't measured."""
        if self.median_ms is None or self.reference_ms is None:
            return None
        return self.reference_ms / self.median_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure of a profile."""

    name: str
    value: float
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
class Profile:
    """Where a candidate's time goes, and what to do about it."""

    source: str
    'What measured it, for example "CPU operator breakdown" or "Nsight Compute 2025.3".'
    figures: tuple[Figure, ...] = ()
    advice: tuple[Advice, ...] = ()


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
    log: str = ""
    "The last lines that the candidate printed; hostile text."

    @property
    def passed(self) -> bool:
        """Whether every workload passed."""
        return self.status is Status.PASSED
