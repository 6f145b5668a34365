"""The board's cost in a real pseudo-terminal: bytes, CPU time, latencies, against the budgets.

Run from the checkout: python -m tests.bench.bench_tui --output FILE [--peers DIR]
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from tests.bench import (  # noqa: E402
    terminal_board,
    terminal_diff,
    terminal_peers,
    terminal_search,
)

from fie_evaluator.environment import cpu_model, installed_version  # noqa: E402

Row = dict[str, Any]

KEYS = (
    *("first_paint_s", "quit_s", "idle_Bps", "steady_Bps", "steady_cpu_pct", "low_bandwidth_Bps"),
    *("key_p95_ms_idle", "key_p95_ms_busy", "attach_20000_s", "rss_mib", "rss_mib_with_engine"),
    *("diff_plain_ms", "diff_coloured_ms", "rss_mib_per_hour", "stall_judged_ratio"),
    *("drop_evaluations_lost", "drop_busiest_thread_pct", "steady_20000_cpu_pct"),
)
"What the summary holds; null is what this sitting didn't measure."

NOTES = (
    "120x40, TERM=xterm-256color, a terminal that answers nothing; bytes from the program's side",
    "steady: one candidate judged per second; busy: 50 per second, in a process of its own",
    "with engine: a real search of the embedded track in the board's process",
    "peers: idle unless said otherwise; memory with their children",
)
QUIET_LOAD = 1.0


def measure(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """Yield every row of this sitting."""
    yield from terminal_board.measured(folder, options.seconds)
    yield from terminal_board.long_record(folder, options.seconds)
    yield from terminal_diff.measured(folder)
    if options.search:
        yield from terminal_search.measured(folder)
    if options.minutes:
        yield from terminal_board.long_sitting(folder, options.minutes)
    if options.peers:
        yield from terminal_peers.measured(options.peers, options.seconds)


def told(row: Row) -> str:
    """Return a row as a line."""
    if row["part"] == "peer":
        return "  ".join(f"{name}={value}" for name, value in row.items() if name != "part")
    budget = "" if row["budget"] is None else f"budget {row['budget']:g}"
    verdict = {True: "ok", False: "OVER", None: ""}[row["within"]]
    return f"{row['figure']:28} {row['value']:>10g} {row['unit']:<12} {budget:<14} {verdict}"


def report(rows: Sequence[Row], load: float) -> Row:
    """Return the result as the other benches write theirs."""
    figures = {row["figure"]: row["value"] for row in rows if row["part"] == "board"}
    over = [row["figure"] for row in rows if row.get("within") is False]
    notes = list(NOTES)
    if load > QUIET_LOAD:
        notes.append(f"others were at work (load {load:.1f} at the start): times are too long")
    return {
        "name": "terminal",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "device": f"CPU ({cpu_model()}), {os.cpu_count()} cores",
        "versions": {
            "python": sys.version.split()[0],
            "fie-tui": installed_version("fie-tui"),
            "textual": version("textual"),
        },
        "command": " ".join(["python -m tests.bench.bench_tui", *sys.argv[1:]]),
        "notes": notes,
        "rows": list(rows),
        "summary": {key: figures.get(key) for key in KEYS} | {"over_budget": over},
    }


def collected(rows: Iterable[Row]) -> list[Row]:
    """Return the rows, each told as it comes."""
    kept = []
    for row in rows:
        print(told(row), flush=True)
        kept.append(row)
    return kept


def main() -> None:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each listening")
    parser.add_argument("--minutes", type=float, default=0.0, help="of the memory's sitting")
    parser.add_argument("--peers", type=Path, help="folder of the peers' virtual environments")
    parser.add_argument(
        "--no-search", dest="search", action="store_false", help="leave out a real search"
    )
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = collected(measure(Path(folder), options))
    result = report(rows, load)
    print("over budget:", ", ".join(result["summary"]["over_budget"]) or "nothing")
    options.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
