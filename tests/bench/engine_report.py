"""What the engine's benchmark comes to: rows by what they measure, and a summary of them."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Row = dict[str, Any]

IDENTITY = {
    "throughput": ("engine", "model_per_evaluation"),
    "books": ("engine", "programs"),
    "quality": ("kind", "rng_seed"),
}
"By part, the columns that say what a row is about."
ELSEWHERE = ("useful_replies_pct",)
"Keys of the summary that other scripts measure."


def replaced(rows: Sequence[Row], new: Row) -> list[Row]:
    """Return the rows with the new one, and without an older one about the same."""
    columns = ("part", *IDENTITY.get(new["part"], ()))
    same = {column: new.get(column) for column in columns}
    return [row for row in rows if not same.items() <= row.items()] + [new]


def summary(rows: Sequence[Row], before: Mapping[str, Any]) -> Row:
    """Return the results file's keys; null is what was never measured."""
    ours = [row for row in rows if row["part"] == "throughput" and row["engine"] == "ours"]
    return {
        "throughput_ratio_vs_stock_w1": throughput_ratio(rows, 2.0),
        "throughput_ratio_vs_stock_w1_slow_model": throughput_ratio(rows, 4.0),
        "overlapping_evaluations": (
            sum(row["overlapping_evaluations"] for row in ours) if ours else None
        ),
        "lease_use": min((row["lease_use"] for row in ours), default=None),
        **{
            f"{name}_{size}": books(rows, "ours", size, column)
            for name, column in (("overhead_ms", "overhead_ms"), ("resume_s", "resume_s"))
            for size in (1000, 10000)
        },
        "stock_overhead_ms_1000": books(rows, "stock 0.4.0", 1000, "overhead_ms"),
        "rss_mb_10000": books(rows, "ours", 10000, "rss_mb"),
        **{key: before.get(key) for key in ELSEWHERE},
        "best_ours": best(rows, "ours"),
        "best_stock": best(rows, "stock"),
        "best_of_n": best(rows, "best-of-n"),
    }


def throughput_ratio(rows: Sequence[Row], model_per_evaluation: float) -> float | None:
    """Return our candidates per minute over stock's."""
    rates = {
        row["engine"]: row["candidates_per_minute"]
        for row in rows
        if row["part"] == "throughput" and row["model_per_evaluation"] == model_per_evaluation
    }
    ours = rates.pop("ours", None)
    stock = next(iter(rates.values()), None)
    return round(ours / stock, 3) if ours and stock else None


def books(rows: Sequence[Row], engine: str, programs: int, column: str) -> float | None:
    """Return one figure of the bookkeeping at one size."""
    found = (
        row[column]
        for row in rows
        if row["part"] == "books" and (row["engine"], row["programs"]) == (engine, programs)
    )
    return next(found, None)


def best(rows: Sequence[Row], kind: str) -> float | None:
    """Return the median of a kind's bests over the seeds, as judged in one sitting."""
    scores = [
        row["score"]
        for row in rows
        if row["part"] == "quality" and row["kind"] == kind and "score" in row
    ]
    return median(scores) if scores else None
