"""Our judge and flashinfer-bench's own, side by side: same kernels, same device, same sitting.

Run from the checkout: python -m tests.bench.bench_judge --dataset DATA --output FILE
Each step's result is written at once, so a sitting that is cut short keeps what it has.
"""

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from tests.bench import judge_report, judge_set  # noqa: E402
from tests.bench.judge_ours import judged  # noqa: E402
from tests.bench.judge_report import Record  # noqa: E402
from tests.bench.judge_set import Kernel  # noqa: E402
from tests.kernels.moe.subjects import RIGHT, WRONG  # noqa: E402

from fie_evaluator.environment import cpu_model, installed_version  # noqa: E402
from fie_evaluator.errors import FieError  # noqa: E402
from fie_evaluator.pool.local import LocalEvaluator  # noqa: E402
from fie_evaluator.results import Status  # noqa: E402
from fie_evaluator.track import Track  # noqa: E402
from fie_evaluator.tracks import resolve_track  # noqa: E402

VERSIONS = ("flashinfer-bench", "torch", "triton", "numpy", "msgspec")
STEPS = ("medians", "first", "warm", "wrong", "run_all", "verdicts", "restarted")
"Stock timing, ours cold, ours warm, wrong kernels by ours, stock whole, by stock, ours again."
ONCE = {"warmup": 0, "iterations": 1}
"Where only the stock judge's verdicts are wanted, its timing is cut short."


class Sitting:
    """One run of the benchmark: what is judged, what was found, and how much time is left."""

    def __init__(
        self, args: argparse.Namespace, track: Track, kernels: Sequence[Kernel], scratch: Path
    ) -> None:
        self.args = args
        self.track = track
        self.kernels = kernels
        self.record = Record(
            labels=judge_set.labels_by_uuid(track),
            right=[kernel.name for kernel in kernels if kernel.right],
        )
        self.deadline: float = time.monotonic() + args.budget
        self.scratch = scratch
        self.others = merged(args.merge)

    @property
    def right(self) -> list[Kernel]:
        """The kernels that must pass; the first one's times are compared."""
        return [kernel for kernel in self.kernels if kernel.right]

    @property
    def left_s(self) -> float:
        """Seconds until the sitting must end."""
        return self.deadline - time.monotonic()

    def step(self, name: str, cost_s: float, work: Callable[[], None], kind: str = "") -> None:
        """Do one step and write what is known; leave it out if its time would not be enough."""
        if self.args.steps and (kind or name) not in self.args.steps:
            return None
        if self.left_s < cost_s:
            self.record.skipped.append(f"{name}: {self.left_s:.0f} s were left")
            return self.save()
        print(f"{name} ({self.left_s:.0f} s left)", file=sys.stderr, flush=True)
        try:
            work()
        except (FieError, TimeoutError) as error:
            # A lost worker costs its own step; the other judge's figures are still wanted.
            self.record.skipped.append(f"{name}: {error or type(error).__name__}")
        self.save()

    def save(self) -> None:
        """Write the results file from all that is known."""
        report = {
            "name": "judge",
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "device": f"{self.track.device_label} ({cpu_model()})",
            "versions": {name: installed_version(name) for name in VERSIONS},
            "command": "python -m tests.bench.bench_judge " + shlex.join(sys.argv[1:]),
            "track": self.track.name,
            "caveat": self.track.caveat,
            "settings": asdict(self.track.official),
            "summary": judge_report.summary(self.record, self.others),
            "rows": judge_report.rows(self.record),
            "evaluations": self.record.ours,
            "stock": self.record.passes,
            "skipped": self.record.skipped,
        }
        output: Path = self.args.output
        output.parent.mkdir(parents=True, exist_ok=True)
        partial = output.with_suffix(".partial")
        partial.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        partial.replace(output)

    def ours(self, evaluator: LocalEvaluator, kernel: Kernel, mode: Any, step: str) -> None:
        """Have our judge judge one kernel, as a new candidate."""
        folder = self.scratch / "candidates" / f"c{len(self.record.ours):03}"
        found = judged(evaluator, kernel, mode, folder, max(1.0, self.left_s))
        self.record.ours.append({"step": step, **found})
        self.save()

    def stock(
        self, step: str, kernels: Sequence[Kernel], labels: Sequence[str], **order: Any
    ) -> None:
        """Have the stock judge do one thing in a process of its own."""
        root = self.scratch / step / "trace"
        judge_set.write_trace_set(root, self.track, labels, kernels)

        def seen(told: list[dict[str, Any]]) -> None:
            self.record.passes[step] = told
            self.save()

        limit_s = min(self.left_s, self.args.stock_budget)
        asked = judge_set.order_for(self.track, root, **order)
        self.record.passes[step] = judge_set.stock(
            asked, self.scratch / step / "run", limit_s, seen
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Hold the sitting, or only merge other scripts' figures into an earlier one's file."""
    args = parsed(argv)
    if args.only_merge:
        return merge_into(args.output, merged(args.merge))
    track = resolve_track(args.track, args.dataset, os.environ)
    with tempfile.TemporaryDirectory(prefix="bench-judge-") as folder:
        scratch = Path(folder)
        narrowed = limited(track, args.workloads, scratch / "narrowed")
        sitting = Sitting(args, narrowed, chosen_kernels(args.kernels, narrowed), scratch)
        hold(sitting)
    print(json.dumps(judge_report.summary(sitting.record, sitting.others), indent=2))
    return 0


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--track")
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--kernels", type=names, default=[], help="names or files; all by default")
    parser.add_argument("--workloads", type=names, default=[], help="for example T=1,T=55")
    parser.add_argument("--few", type=names, default=["T=1", "T=55", "T=901"])
    parser.add_argument("--verdict-workloads", type=names, default=["T=55"])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="kept; a new one by default")
    parser.add_argument("--steps", type=names, default=[], help=f"of {', '.join(STEPS)}")
    parser.add_argument("--stock-budget", type=float, default=180.0, help="seconds for each step")
    parser.add_argument("--budget", type=float, default=530.0, help="seconds for the sitting")
    parser.add_argument("--merge", type=Path, nargs="*", default=[])
    parser.add_argument("--only-merge", action="store_true")
    return parser.parse_args(argv)


def names(text: str) -> list[str]:
    """Split at commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def chosen_kernels(wanted: Sequence[str], track: Track) -> list[Kernel]:
    """Return the named subjects or files, else every subject that this device can run."""
    known = {
        subject.name: Kernel(
            name=subject.name, source=subject.source, right=subject.status is Status.PASSED
        )
        for subject in (*RIGHT, *WRONG)
        if track.device != "cpu" or not subject.needs_gpu
    }
    files = {
        path: Kernel(name=Path(path).stem, source=Path(path).read_text("utf-8"), right=True)
        for path in wanted
        if path not in known
    }
    return [(known | files)[each] for each in wanted] if wanted else list(known.values())


def limited(track: Track, labels: Sequence[str], root: Path) -> Track:
    """Return the track, on a copy of its data set where only some workloads are wanted."""
    if not labels:
        return track
    return replace(track, dataset=judge_set.write_trace_set(root, track, labels, []))


def hold(sitting: Sitting) -> None:
    """Take both judges in turns, the dear and least needed steps last."""
    args, fast = sitting.args, sitting.right[0]
    sitting.step("medians-0", 20, lambda: stock_medians(sitting, "medians-0"), "medians")
    cache = args.cache or sitting.scratch / "cache"
    evaluator = LocalEvaluator(sitting.track, cache)
    try:
        sitting.step("first", 30, lambda: sitting.ours(evaluator, fast, "official", "first"))
        for turn in range(1, args.repeats + 1):
            both_judges(sitting, evaluator, f"medians-{turn}")
        sitting.step("wrong", 30, lambda: reject_wrong(sitting, evaluator))
    finally:
        evaluator.close()
    sitting.step("run_all", 60, lambda: stock_run_all(sitting))
    sitting.step("verdicts", 60, lambda: stock_verdicts(sitting))
    sitting.step("restarted", 30, lambda: restart(sitting, cache))


def both_judges(sitting: Sitting, evaluator: LocalEvaluator, step: str) -> None:
    """Have every right kernel judged by us, then timed as the stock judge does."""
    fast, *others = sitting.right
    sitting.step("adaptive", 10, lambda: sitting.ours(evaluator, fast, "search", "warm"), "warm")
    for kernel in (fast, *others):
        timed = partial(sitting.ours, evaluator, kernel, "official", "warm")
        sitting.step(f"{kernel.name}, official", 15, timed, "warm")
    sitting.step(step, 20, lambda: stock_medians(sitting, step), "medians")


def stock_medians(sitting: Sitting, step: str) -> None:
    """Time the right kernels as the stock judge does: the first on all workloads, others on few."""
    labels = sitting.record.labels
    few = [uuid for uuid, label in labels.items() if label in sitting.args.few]
    wanted = {kernel.name: few for kernel in sitting.right} | {sitting.right[0].name: list(labels)}
    sitting.stock(step, sitting.right, [], what="medians", workloads=wanted)


def stock_run_all(sitting: Sitting) -> None:
    """Run the stock benchmark of the first kernel over every workload."""
    sitting.stock("run_all", sitting.right[:1], [], what="run_all")


def stock_verdicts(sitting: Sitting) -> None:
    """Let the stock judge come to a verdict on every kernel, on a workload or two."""
    settings = asdict(sitting.track.official) | ONCE
    order = {"what": "run_all", "settings": settings, "profile_baseline": False}
    known = set(sitting.record.labels.values())
    labels = [label for label in sitting.args.verdict_workloads if label in known]
    sitting.stock("verdicts", sitting.kernels, labels, **order)


def reject_wrong(sitting: Sitting, evaluator: LocalEvaluator) -> None:
    """Have every wrong kernel judged on the warm worker."""
    for kernel in sitting.kernels:
        if not kernel.right:
            sitting.ours(evaluator, kernel, "search", "wrong")


def restart(sitting: Sitting, cache: Path) -> None:
    """Judge in a worker that starts anew on the caches of the earlier one."""
    evaluator = LocalEvaluator(sitting.track, cache)
    try:
        sitting.ours(evaluator, sitting.right[0], "official", "restarted")
    finally:
        evaluator.close()


def merged(paths: Sequence[Path]) -> dict[str, Any]:
    """Return the keys that other scripts have measured, from their results files."""
    found: dict[str, Any] = {}
    for path in paths:
        told = json.loads(path.read_text(encoding="utf-8"))
        told = told.get("summary", told)
        found |= {key: told[key] for key in judge_report.ELSEWHERE if told.get(key) is not None}
    return found


def merge_into(output: Path, found: dict[str, Any]) -> int:
    """Add figures to the summary of an earlier sitting's results file."""
    report = json.loads(output.read_text(encoding="utf-8"))
    report["summary"] |= found
    output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
