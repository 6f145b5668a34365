"""A benchmark as one JSON object, with every sample and all that it was measured under."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fie_engine.record.rundir import write_durably
from fie_evaluator.results import WorkloadResult
from fie_tui.bench.outcome import Bout, Entry

FORMAT = 1
"The version of the object; it rises when a key changes its meaning."

Report = dict[str, Any]


def write_report(
    path: Path, bout: Bout, *, command: str, date: str, versions: tuple[tuple[str, str], ...]
) -> None:
    """Write the report at once and whole."""
    report = bench_report(bout, command=command, date=date, versions=versions)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, json.dumps(report, indent=1) + "\n")


def bench_report(
    bout: Bout, *, command: str, date: str, versions: tuple[tuple[str, str], ...]
) -> Report:
    """Return everything that was found."""
    track = bout.track
    return {
        "format": FORMAT,
        "name": "bench",
        "date": date,
        "command": command,
        "versions": dict(versions),
        "track": track.name,
        "definition": track.definition,
        "dataset": str(track.dataset),
        "device": track.device_label,
        "timing": track.timing,
        "caveat": track.caveat,
        "mode": bout.mode,
        "settings": asdict(bout.settings),
        "score_name": bout.rule.name,
        "workloads": bout.workloads,
        "rival": str(bout.rival) if bout.rival else None,
        "interrupted": bout.interrupted,
        "ranking": [entry.contestant.name for entry in bout.ranked if bout.rank(entry)],
        "kernels": [_entry(entry, bout) for entry in bout.entries],
    }


def _entry(entry: Entry, bout: Bout) -> Report:
    made = entry.contestant
    return {
        "name": made.name,
        "path": str(made.path),
        "language": made.language,
        "sha256": made.sha256,
        "status": entry.status,
        "lost": entry.lost,
        "rank": bout.rank(entry),
        "score": entry.score,
        "score_relative_noise": entry.noise,
        "ratio_to_first": bout.ratio(entry),
        "passed": entry.passed,
        "expected": bout.expected(entry),
        "latency_ms": entry.latency_ms,
        **_judged(entry, bout),
    }


def _judged(entry: Entry, bout: Bout) -> Report:
    """Return what only a judged kernel has; null for each where it was not."""
    names = ("error", "device", "timing", "seconds", "complete", "noise_floor")
    evaluation = entry.evaluation
    if evaluation is None:
        return {**dict.fromkeys((*names, "environment", "conditions", "build")), "results": []}
    return {
        **{name: getattr(evaluation, name) for name in names},
        "environment": dict(evaluation.environment),
        "conditions": asdict(evaluation.conditions) if evaluation.conditions else None,
        "build": [asdict(built) for built in evaluation.build],
        "results": [_workload(result, bout) for result in evaluation.results],
        "rival": [_workload(result, bout) for result in evaluation.rival],
    }


def _workload(result: WorkloadResult, bout: Bout) -> Report:
    return {
        **asdict(result),
        "speedup": bout.rule.speedup(result) or None,
        "limit_fraction": result.limit_fraction,
        "matched_margin": bout.margin(result),
    }
