"""How far the embedded search gets in 60 iterations, from several seeds of its draws."""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CLEAR_STEP = 0.03
"A step counts as distinct if it is at least this much faster than the best before it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the searches one after another and write what they came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--track", default="moe-mini")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        runs = [searched(args, seed, Path(folder) / f"seed{seed}") for seed in args.seeds]
    report = {
        "name": "search",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "device": f"{runs[0]['device']} ({processor()})",
        "versions": runs[0]["versions"],
        "command": "python tests/bench/bench_search.py",
        "rows": [row(run) for run in runs],
        "summary": summary([row(run) for run in runs]),
    }
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report["summary"], indent=2))
    return 0


def searched(args: argparse.Namespace, seed: int, run: Path) -> dict[str, Any]:
    """Return what `show --json` says of a finished search."""
    fie = (sys.executable, "-m", "fie_tui")
    terms = ("--track", args.track, "--proposer", "operators", "--seed-rng", str(seed))
    limits = ("--iterations", str(args.iterations), "--run-dir", str(run))
    subprocess.run([*fie, "run", "--headless", *terms, *limits], check=True)
    shown = subprocess.run(
        [*fie, "show", str(run), "--json"], check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(shown.stdout)
    return told


def row(run: dict[str, Any]) -> dict[str, Any]:
    """Return one search in figures."""
    gains = [step["score"] / step["previous"] - 1 for step in run["improvements"]]
    return {
        "seed_rng": run["seed_rng"],
        "seconds": round(run["seconds"], 1),
        "evaluations": run["evaluations"],
        "failures": run["failures"],
        "seed_score": run["seed_score"],
        "best_score": run["best_score"],
        "best_noise": run["best_noise"],
        "times_seed": run["best_score"] / run["seed_score"],
        "improving_steps": sum(gain >= CLEAR_STEP for gain in gains),
        "smallest_step": min(gains, default=0.0),
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return medians over the searches, and the worst of each."""
    return {
        "times_seed_median": statistics.median(row["times_seed"] for row in rows),
        "times_seed_min": min(row["times_seed"] for row in rows),
        "improving_steps_min": min(row["improving_steps"] for row in rows),
        "seconds_max": max(row["seconds"] for row in rows),
    }


def processor() -> str:
    """Return the processor's name."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    sys.exit(main())
