"""What an evaluator is asked to do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Mode = Literal["search", "official"]
"search: early exit and few iterations; official: every workload at the track's settings."


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalJob:
    """One candidate to be judged."""

    candidate: str
    source: str
    "The whole kernel file."
    directory: Path
    "The candidate's own folder in the run directory, for files that an evaluator keeps."
    mode: Mode = "search"
    profile: bool = True
    profile_above: float | None = None
    "Geometric mean speedup that it must exceed to be profiled; None profiles whatever passes."
    fresh: bool = False
    "Judge in a newly started process that shares nothing with earlier evaluations."
    rival: str = ""
    "Another kernel file to be timed in turns with this one; empty for none."
    bar: float | None = None
    "A score far below which the whole set of workloads isn't worth timing; None times them all."
    solution: str = ""
    "flashinfer-bench's solution as JSON, judged in place of `source`: any language, any files."
    profile_workload: str = ""
    "Label or uuid of the workload to be profiled; empty leaves the choice to the judge."
    leave_out: tuple[str, ...] = ()
    "Workloads, by uuid, that are neither checked nor timed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an evaluation has come."""

    candidate: str
    stage: str
    """One of "lease", "policy", "build", "correctness", "timing", "profile"; in a project the
    evaluator's function, for example "evaluate"."""
    done: int = 0
    total: int = 0
    note: str = ""
    "What it waits for, in words; empty while it goes on."
