"""Judges one kernel file after another for a foreign search, as metrics and texts."""

import atexit
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, cast, get_args

from fie_evaluator.base import Evaluator
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.errors import TrackError
from fie_evaluator.job import EvalJob
from fie_evaluator.places import cache_folder
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation, Profile, Status
from fie_evaluator.scoring import Against, Mean, ScoreRule, rule_for, score
from fie_evaluator.track import Track
from fie_evaluator.tracks import Timing, resolve_track

NUMBERS = count(1)
OPENING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What this process judges on."""

    track: Track
    rule: ScoreRule
    workloads: int
    "How many the track has."
    evaluator: Evaluator


def judge_program(path: Path) -> object:
    """Judge a kernel file on this process's warm bench; EvaluatorError where the judge is lost."""
    # Not the parent's: a fork has none of its threads.
    with OPENING:
        bench = open_bench(os.getpid())
    with tempfile.TemporaryDirectory() as folder:
        job = EvalJob(
            candidate=f"program-{next(NUMBERS)}",
            source=path.read_text(encoding="utf-8"),
            directory=Path(folder),
        )
        evaluation = bench.evaluator.submit(job).result()
    return as_result(metrics(evaluation, bench.rule, bench.workloads), artifacts(evaluation))


@cache
def open_bench(process: int) -> Bench:
    """Start this process's judge on what the environment asks for."""
    track, rule = terms(os.environ)
    evaluator = LocalEvaluator(track, cache_folder(os.environ))
    atexit.register(evaluator.close)
    workloads = len(read_workloads(track.dataset, track.definition))
    return Bench(track=track, rule=rule, workloads=workloads, evaluator=evaluator)


def terms(environ: Mapping[str, str]) -> tuple[Track, ScoreRule]:
    """Return the track and the score that FIE_TRACK, FIE_TIMING and FIE_SCORE ask for.

    The data set is FIB_DATASET_PATH's, as everywhere.
    """
    timing = chosen("FIE_TIMING", environ, get_args(Timing))
    words = [f"{mean}{against}" for mean in get_args(Mean) for against in ("", "-vs-baseline")]
    mean, _, against = chosen("FIE_SCORE", environ, tuple(words)).partition("-vs-")
    named = environ.get("FIE_TRACK") or None
    track = resolve_track(named, None, environ, timing=cast(Timing, timing))
    return track, rule_for(track, cast(Mean, mean), cast(Against, against or "reference"))


def chosen(name: str, environ: Mapping[str, str], known: tuple[str, ...]) -> str:
    """Return a variable's value, the first known one where it isn't set."""
    value = environ.get(name) or known[0]
    if value not in known:
        raise TrackError(f"{name} is {value!r}. Known: {', '.join(known)}.")
    return value


def metrics(evaluation: Evaluation, rule: ScoreRule, workloads: int) -> dict[str, float]:
    """Return the score as combined_score, how many passed, and each workload's figures."""
    passed = sum(result.status is Status.PASSED for result in evaluation.results)
    figures = {
        "combined_score": score(evaluation, rule),
        "passed": float(passed),
        "total": float(workloads),
    }
    for result in evaluation.results:
        name = re.sub(r"[^A-Za-z0-9]+", "_", result.label.replace("=", ""))
        if result.median_ms is not None:
            figures[f"latency_ms_{name}"] = result.median_ms
            figures[f"speedup_{name}"] = rule.speedup(result)
    return figures


def artifacts(evaluation: Evaluation) -> dict[str, str]:
    """Return what a model should read: verdict, error, figures and the profiler's text."""
    texts = {
        "status": evaluation.status.value,
        "error": evaluation.error,
        "workloads": "\n".join(workload_lines(evaluation)),
        "profile": "\n".join(profile_lines(evaluation.profile)) if evaluation.profile else "",
    }
    return {name: text for name, text in texts.items() if text}


def workload_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield a line for each workload."""
    for result in evaluation.results:
        told = f"{result.label}: {result.status}"
        if result.matched_ratio is not None:
            told += f", {result.matched_ratio:.2%} within tolerance"
        if result.median_ms is not None and result.reference_ms is not None:
            told += f", {result.median_ms:.4f} ms (reference {result.reference_ms:.4f} ms)"
        yield f"{told}, {result.error}" if result.error else told


def profile_lines(profile: Profile) -> Iterator[str]:
    """Yield the advice, then the figures that it follows from."""
    yield f"{profile.source}{f' at {profile.workload}' if profile.workload else ''}"
    for advice in profile.advice:
        yield f"- {advice.text}"
    groups = [("whole call", profile.figures)]
    groups += [(f"kernel {kernel.name}", kernel.figures) for kernel in profile.kernels]
    for name, figures in groups:
        for figure in figures:
            value = "n/a" if figure.value is None else f"{figure.value:.4g} {figure.unit}"
            share = "" if figure.share is None else f" ({figure.share:.0%})"
            yield f"{name}: {figure.name} {value}{share}"
    if profile.note:
        yield profile.note


def as_result(figures: dict[str, float], texts: dict[str, str]) -> object:
    """Return OpenEvolve's own result where OpenEvolve is what asks, else the metrics alone.

    It is looked up among what is loaded, since this package does without it.
    """
    module: Any = sys.modules.get("openevolve.evaluation_result")
    if module is None:
        return figures
    return module.EvaluationResult(metrics=figures, artifacts=texts)
