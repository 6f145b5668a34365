"""What is judged, on what, with which settings and which clock."""

from dataclasses import dataclass
from pathlib import Path

from fie_evaluator.project.terms import Project

CPU_TIMING = "CPU time, 1 thread"
CUDA_TIMING = "CUDA events, launch overhead counted"
"flashinfer-bench's own timing, from an idle GPU."
SPAN_TIMING = "GPU span, first kernel start to last kernel end (CUPTI)"
HIDDEN_TIMING = "GPU span, launches hidden behind other work (CUDA events)"
"What a GPU span becomes where CUPTI can't be used."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a candidate is checked and timed."""

    warmup: int
    "Untimed calls before the timed ones, per trial."
    iterations: int
    "Timed calls per trial."
    trials: int
    rtol: float
    atol: float
    required_matched_ratio: float
    "Share of output elements that must be within tolerance, 0 to 1."
    timeout_s: float
    "Wall time that one candidate may take before its process group is killed."
    precision: float | None = None
    "Relative half-interval of a median at which its sampling stops early; None never stops early."


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Somebody else's kernel for the same definition, as latencies that were stored once."""

    label: str
    'Whose, measured where, for example "FlashInfer on B200, stored".'
    latency_ms: tuple[tuple[str, float], ...]
    "By workload label."

    def of(self, label: str) -> float | None:
        """Return one workload's latency in milliseconds; None where none is stored."""
        return dict(self.latency_ms).get(label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One kernel-writing problem on one device under one clock."""

    name: str
    'Short name on screen, for example "moe-mini".'
    definition: str
    "The flashinfer-trace definition's name."
    dataset: Path
    "Root of the trace set."
    device: str
    '"cpu" or a CUDA device such as "cuda:0".'
    device_label: str
    'What the screen says, for example "CPU" or "NVIDIA H100 80GB HBM3".'
    timing: str
    'The timing flavour\'s name, for example "CPU time, 1 thread".'
    caveat: str
    'What a reader must know of the score, for example "not a contest score"; may be empty.'
    why: str
    "Why this track was chosen, one sentence."
    search: Settings
    official: Settings
    quick: tuple[tuple[str, float], ...] = ()
    "Labels of the workloads that are timed first, and how many workloads each stands for."
    baseline: Baseline | None = None
    "What a score may be measured against instead of the reference."
    project: Project | None = None
    "How programs are evaluated where the problem is an evaluator file, not a definition."
