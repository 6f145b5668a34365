"""Our judge, asked as the engine asks it, with the wall time of every answer."""

import statistics
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.judge_set import Kernel

from fie_evaluator.job import EvalJob, Mode
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation


def judged(
    evaluator: LocalEvaluator, kernel: Kernel, mode: Mode, folder: Path, limit_s: float
) -> dict[str, Any]:
    """Have one kernel judged as a candidate that was never seen; `folder` must be new.

    Raises TimeoutError where no answer comes within `limit_s`.
    """
    folder.mkdir(parents=True)
    job = EvalJob(
        candidate=folder.name, source=kernel.source, directory=folder, mode=mode, profile=False
    )
    start = time.perf_counter()
    found = evaluator.submit(job).result(timeout=limit_s)
    seconds = time.perf_counter() - start
    return {"kernel": kernel.name, "mode": mode, "seconds": seconds, **told(found)}


def told(found: Evaluation) -> dict[str, Any]:
    """Return what an evaluation found, without its samples."""
    return {
        "status": str(found.status),
        "error": found.error[-400:],
        "judging_seconds": found.seconds,
        "timing": found.timing,
        "conditions": asdict(found.conditions) if found.conditions else None,
        "workloads": {
            result.workload: {
                "status": str(result.status),
                "median_ms": result.median_ms,
                "spread_ms": result.spread_ms,
                "mean_ms": statistics.mean(result.samples_ms) if result.samples_ms else None,
                "samples": len(result.samples_ms),
                "reference_ms": result.reference_ms,
                "matched_ratio": result.matched_ratio,
                "floor_ms": result.floor_ms,
            }
            for result in found.results
        },
    }
