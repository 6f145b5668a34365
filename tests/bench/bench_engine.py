"""Our engine and stock OpenEvolve 0.4.0 side by side: throughput, bookkeeping, search quality.

Run from the checkout: python -m tests.bench.bench_engine --output FILE
Each row is written as soon as it is there. What this sitting doesn't measure stays as it was in the
file, so parts can be run one at a time, and a sitting that was cut short goes on where it stopped.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from tests.bench.engine_quality import KINDS, rejudged, searched  # noqa: E402
from tests.bench.engine_report import replaced, summary  # noqa: E402
from tests.bench.engine_throughput import Contest, contested  # noqa: E402

from fie_evaluator.environment import cpu_model, installed_version  # noqa: E402

Row = dict[str, Any]
Keep = Callable[[Row], None]

VERSIONS = ("fie-tui", "openevolve", "openai", "optuna", "torch", "msgspec")
NOTES = (
    "throughput: evaluations and answers sleep for a fixed time, as a stand-in for a GPU's and a "
    "model's: what is measured is the scheduler",
    "throughput: candidates per minute from the end of the first program's evaluation to the end "
    "of the last; lease use from the first candidate's start",
    "bookkeeping: 20 KB kernels, 19 workloads, all programs in the population; stock with 8 KB of "
    "artifacts each, without its default diversity axis, which blocks for minutes",
    "bookkeeping: stock at 10,000 is not measured by default: its snapshot alone takes seconds "
    "per candidate (--stock-programs 10000 does)",
    "quality: score is the geometric mean speedup of each search's best, judged side by side in "
    "one sitting; own_score is what the search itself believed",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the parts that are asked for and write what they came to."""
    args = arguments(argv)
    report = Report(
        args.output,
        shlex.join(["python", "-m", "tests.bench.bench_engine", *(argv or sys.argv[1:])]),
    )
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        if "throughput" in args.parts:
            measure_throughput(args, Path(folder), report.keep)
        if "books" in args.parts:
            measure_books(args, report.keep)
        if "quality" in args.parts:
            measure_quality(args, Path(args.work or folder), report)
    print(json.dumps(report.told["summary"], indent=2))
    return 0


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return what is to be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--throughput", dest="parts", action="append_const", const="throughput")
    parser.add_argument("--books", dest="parts", action="append_const", const="books")
    parser.add_argument("--quality", dest="parts", action="append_const", const="quality")
    parser.add_argument("--evaluation-s", type=float, default=2.0)
    parser.add_argument("--ratios", type=float, nargs="+", default=[2.0, 4.0])
    parser.add_argument("--candidates", type=int, default=120, help="of ours, for throughput")
    parser.add_argument("--stock-candidates", type=int, default=16)
    parser.add_argument("--programs", type=int, nargs="*", default=[200, 1000, 10000])
    parser.add_argument("--stock-programs", type=int, nargs="*", default=[200, 500, 1000])
    parser.add_argument("--evaluations", type=int, default=100, help="of each search, for quality")
    parser.add_argument("--rng-seeds", type=int, default=5)
    parser.add_argument("--work", type=Path, help="keeps the searches, so that they can go on")
    args = parser.parse_args(argv)
    args.parts = args.parts or ["throughput", "books"]
    return args


def measure_throughput(args: argparse.Namespace, folder: Path, keep: Keep) -> None:
    """Run both engines with a model so many times as slow as an evaluation."""
    for ratio in args.ratios:
        contest = Contest(
            model_s=ratio * args.evaluation_s,
            evaluation_s=args.evaluation_s,
            ours=args.candidates,
            stock=args.stock_candidates,
        )
        for found in contested(contest, folder / f"ratio-{ratio:g}"):
            keep({"part": "throughput", "model_per_evaluation": ratio, **found})


def measure_books(args: argparse.Namespace, keep: Keep) -> None:
    """Measure each size in a process of its own, so that memory is that size's alone."""
    for module, engine, sizes in (
        ("tests.bench.engine_books", "ours", args.programs),
        ("tests.bench.engine_books_stock", "stock 0.4.0", args.stock_programs),
    ):
        for size in sizes:
            command = [sys.executable, "-m", module, "--programs", str(size)]
            done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
            keep({"part": "books", "engine": engine, **rounded(json.loads(done.stdout))})


def measure_quality(args: argparse.Namespace, work: Path, report: "Report") -> None:
    """Run all three searches from each seed of the draws, then judge their bests in one sitting."""
    for rng_seed in range(1, args.rng_seeds + 1):
        folders = {kind: work / f"seed{rng_seed}" / kind for kind in KINDS}
        rows = [report.quality(kind, rng_seed, args.evaluations) for kind in KINDS]
        for kind, row in zip(KINDS, rows, strict=True):
            if row is None or not (folders[kind] / "best.py").exists():
                found = searched(kind, args.evaluations, rng_seed, fresh(folders[kind]))
                report.keep({"part": "quality", **rounded(found)})
        if any(row is None or "score" not in row for row in rows):
            scores = rejudged(folders, work / f"seed{rng_seed}" / "sitting")
            for kind in KINDS:
                known = report.quality(kind, rng_seed, args.evaluations)
                assert known is not None
                seed = {"seed_score": round(scores["seed"], 4)}
                report.keep({**known, "score": round(scores[kind], 4), **seed})


def fresh(folder: Path) -> Path:
    """Return the folder's path, with nothing there: a search that was cut short starts again."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-cut-{datetime.now(UTC):%H%M%S}"))
    return folder


class Report:
    """The results file, written anew with each row."""

    def __init__(self, path: Path, command: str) -> None:
        self._path = path
        before = json.loads(path.read_text()) if path.exists() else {}
        self.told: dict[str, Any] = {
            "name": "engine",
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "device": f"CPU ({cpu_model()})",
            "versions": {name: installed_version(name) for name in VERSIONS},
            "command": command,
            "notes": list(NOTES),
            "rows": before.get("rows", []),
            "summary": before.get("summary", {}),
        }

    def keep(self, row: Row) -> None:
        """Take a row in, in the place of an older one of the same thing, and write the file."""
        print(json.dumps(row), file=sys.stderr, flush=True)
        self.told["rows"] = replaced(self.told["rows"], row)
        self.told["summary"] = summary(self.told["rows"], self.told["summary"])
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self.told, indent=2) + "\n")

    def quality(self, kind: str, rng_seed: int, evaluations: int) -> Row | None:
        """Return a search's row if it was run with as many evaluations."""
        wanted = {"part": "quality", "kind": kind, "rng_seed": rng_seed, "evaluations": evaluations}
        rows = (row for row in self.told["rows"] if wanted.items() <= row.items())
        return next(rows, None)


def rounded(row: Row) -> Row:
    """Return a row with figures that can be read."""
    return {
        name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()
    }


if __name__ == "__main__":
    sys.exit(main())
