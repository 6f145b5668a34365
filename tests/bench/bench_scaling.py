"""How much faster kernels are judged on several GPUs (or CPU slots) than on one, and how alike."""

import argparse
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fie_evaluator.base import Evaluator
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.pool.opened import machine_of, open_evaluator
from fie_evaluator.results import Evaluation
from fie_evaluator.track import Track
from fie_evaluator.tracks import resolve_track

MOST_TURNS = 10
PACKAGES = ("torch", "triton", "flashinfer-bench", "ray")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The same kernels judged by one evaluator, which was warm."""

    slots: int
    seconds: float
    evaluations: tuple[Evaluation, ...]

    @property
    def rate(self) -> float:
        """Evaluations per second."""
        return len(self.evaluations) / self.seconds

    @property
    def medians(self) -> dict[str, float]:
        """Median latency in milliseconds by workload, over all evaluations."""
        found: dict[str, list[float]] = {}
        for evaluation in self.evaluations:
            for result in evaluation.results:
                if result.median_ms is not None:
                    found.setdefault(result.label, []).append(result.median_ms)
        return {label: statistics.median(values) for label, values in found.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Judge on one, on many, on many, on one, and write what came of it."""
    args = parse(argv)
    machine = machine_of(args.evaluator, os.environ)
    track = resolve_track(args.track, args.dataset, os.environ, machine)
    sources = [path.read_text(encoding="utf-8") for path in args.kernel]
    args.output.parent.mkdir(parents=True, exist_ok=True)
    sittings: list[Sitting] = []
    for slots in (1, args.slots, args.slots, 1):
        sittings.append(sit(args, track, sources, slots))
        # Written each time: one that is cut short keeps what it has.
        report = told(args, track, sittings)
        args.output.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report["summary"], indent=2))
    return 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the flags."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", type=Path, nargs="+", required=True)
    parser.add_argument("--track")
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--evaluator", default="local", help="local, ray or ray://ADDRESS")
    parser.add_argument("--slots", type=int, help="default: every GPU; needed on a CPU")
    parser.add_argument("--jobs", type=int, default=12, help="evaluations per sitting")
    parser.add_argument("--official", action="store_true", help="the official counts")
    parser.add_argument("--cache", type=Path, default=Path("build/bench-scaling-cache"))
    parser.add_argument("--output", type=Path, required=True)
    return parser.parse_args(argv)


def sit(
    args: argparse.Namespace, track: Track, sources: Sequence[str], slots: int | None
) -> Sitting:
    """Judge every job with one evaluator, after each of its slots has judged one untimed."""
    evaluator = open_evaluator(args.evaluator, track, args.cache, slots, "bench_scaling")
    try:
        warm_up(evaluator, args, sources[0])
        jobs = [
            job(args, sources[number % len(sources)], f"k{number}") for number in range(args.jobs)
        ]
        start = time.perf_counter()
        futures = [evaluator.submit(each) for each in jobs]
        evaluations = tuple(require(future.result()) for future in futures)
        seconds = time.perf_counter() - start
        print(f"{evaluator.slots} at once: {len(jobs)} evaluations in {seconds:.1f} s", flush=True)
        return Sitting(slots=evaluator.slots, seconds=seconds, evaluations=evaluations)
    finally:
        evaluator.close()


def warm_up(evaluator: Evaluator, args: argparse.Namespace, source: str) -> None:
    """Judge until every slot is at it at once: the first one ready takes all that waits."""
    for turn in range(MOST_TURNS):
        spans = [Span() for _ in range(evaluator.slots)]
        futures = [
            evaluator.submit(job(args, source, f"warm{turn}-{place}"), span.begin)
            for place, span in enumerate(spans)
        ]
        for future, span in zip(futures, spans, strict=True):
            future.add_done_callback(span.end)
        for future in futures:
            require(future.result())
        if max(span.begun for span in spans) < min(span.ended for span in spans):
            return
    raise SystemExit(f"not all {evaluator.slots} slots judge at once")


@dataclass(slots=True)
class Span:
    """When a job was judged, by this process's clock in seconds."""

    begun: float = math.inf
    ended: float = math.inf

    def begin(self, progress: Progress) -> None:
        """Note the first word of it."""
        self.begun = min(self.begun, time.perf_counter())

    def end(self, future: Future[Evaluation]) -> None:
        """Note its end."""
        self.ended = time.perf_counter()


def job(args: argparse.Namespace, source: str, name: str) -> EvalJob:
    """Return a job without a profile."""
    return EvalJob(
        candidate=name,
        source=source,
        directory=args.cache / "kept" / name,
        mode="official" if args.official else "search",
        profile=False,
    )


def require(evaluation: Evaluation) -> Evaluation:
    """Return an evaluation that passed."""
    if not evaluation.passed:
        raise SystemExit(f"a kernel did not pass: {evaluation.status} {evaluation.error}")
    return evaluation


def told(args: argparse.Namespace, track: Track, sittings: Sequence[Sitting]) -> dict[str, Any]:
    """Return the report."""
    most = max(sitting.slots for sitting in sittings)
    one = [sitting for sitting in sittings if sitting.slots == 1]
    many = [sitting for sitting in sittings if sitting.slots == most > 1]
    return {
        "name": "scaling",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "device": f"{most} x {sittings[0].evaluations[0].device}",
        "versions": {name: installed(name) for name in PACKAGES},
        "command": f"python tests/bench/bench_scaling.py {' '.join(sys.argv[1:])}",
        "track": f"{track.name}, {sittings[0].evaluations[0].timing}",
        "rows": [row(sitting) for sitting in sittings],
        "summary": {
            "slots": most,
            "scaling": round(mean_rate(many) / mean_rate(one), 3) if many else None,
            "medians_change_pct": change(one, many),
            "medians_change_of_one_pct": change(one[:1], one[1:]),
            "medians_change_of_many_pct": change(many[:1], many[1:]),
        },
    }


def mean_rate(sittings: Sequence[Sitting]) -> float:
    """Return how many evaluations came a second, on average."""
    return statistics.fmean(sitting.rate for sitting in sittings)


def row(sitting: Sitting) -> dict[str, Any]:
    """Return one sitting in figures."""
    return {
        "slots": sitting.slots,
        "seconds": round(sitting.seconds, 2),
        "evaluations": len(sitting.evaluations),
        "evaluations_per_s": round(sitting.rate, 3),
        "medians_ms": sitting.medians,
        "strangers": [
            each.conditions.other_processes for each in sitting.evaluations if each.conditions
        ],
    }


def change(before: Sequence[Sitting], after: Sequence[Sitting]) -> dict[str, float] | None:
    """Return how far the workloads' medians moved, in per cent: the median and the most."""
    if not before or not after:
        return None
    old, new = mean_medians(before), mean_medians(after)
    moved = [abs(new[label] / old[label] - 1) * 100 for label in old]
    return {"median": round(statistics.median(moved), 2), "max": round(max(moved), 2)}


def mean_medians(sittings: Sequence[Sitting]) -> dict[str, float]:
    """Return each workload's median, averaged over sittings."""
    all_medians = [sitting.medians for sitting in sittings]
    return {
        label: statistics.fmean(each[label] for each in all_medians) for label in all_medians[0]
    }


def installed(package: str) -> str:
    """Return a package's version, or that there is none."""
    try:
        return version(package)
    except ImportError:
        return "not installed"


if __name__ == "__main__":
    sys.exit(main())
