"""Parses what `ncu --import` prints: the raw page's metrics and the details page's rules."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fie_evaluator.errors import FieError
from fie_evaluator.profiler.metrics import Reading, reading_of
from fie_evaluator.profiler.names import base_name, cleaned, shown_name

LAUNCH_ID, KERNEL = "ID", "Kernel Name"
RULE, RULE_TYPE, RULE_TEXT = "Rule Name", "Rule Type", "Rule Description"
GAIN_TYPE, GAIN = "Estimated Speedup Type", "Estimated Speedup"
LONGEST_RULE = 900
LARGEST_CELL = 1 << 20
TO_BASE = {"usecond": 1e3, "us": 1e3, "msecond": 1e6, "ms": 1e6, "second": 1e9, "s": 1e9}
"Durations to nanoseconds: a report that was printed without base units."


class NcuError(FieError):
    """The profiler gave no figures; the message says why, and what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One piece of the profiler's own advice on one launch."""

    launch: str
    "The launch's number in the report."
    name: str
    kind: str
    '"OPT" advises, "INF" informs, "WRN" warns of the profiling itself.'
    text: str
    scope: str
    '"global" where the gain is the kernel\'s, "local" where it is one unit\'s; may be empty.'
    saving: float | None
    "Estimated share of the time that could be saved, 0 to 1; None where not estimated."


def parse_raw(text: str) -> dict[str, Reading]:
    """Return what was measured, by launch number, from the raw page with base units."""
    rows = _rows(text)
    header = next(rows, [])
    units = next(rows, [])
    readings = {}
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        raw = dict(_numbers(header, units, row))
        kernel = cells.get(KERNEL, "")
        if not kernel:
            # The tool's own remarks may follow the table.
            continue
        readings[cells[LAUNCH_ID]] = reading_of(base_name(kernel), shown_name(kernel), raw)
    return readings


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Return the profiler's advice from the details page, in its order."""
    rows = _rows(text)
    header = next(rows, [])
    cells = (dict(zip(header, row, strict=False)) for row in rows)
    return tuple(_rule(row) for row in cells if row.get(RULE))


def _rule(row: Mapping[str, str]) -> Rule:
    percent = number(row.get(GAIN, ""))
    return Rule(
        launch=row[LAUNCH_ID],
        name=cleaned(row[RULE], 60),
        kind=row.get(RULE_TYPE, ""),
        text=cleaned(row.get(RULE_TEXT, ""), LONGEST_RULE),
        scope=row.get(GAIN_TYPE, ""),
        saving=None if percent is None else min(1.0, max(0.0, percent / 100)),
    )


def number(cell: str) -> float | None:
    """Return a cell's number; None for a text, "no data" or "n/a"."""
    try:
        value = float(cell.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _numbers(header: list[str], units: list[str], row: list[str]) -> Iterator[tuple[str, float]]:
    for name, unit, cell in zip(header, units, row, strict=False):
        value = number(cell)
        if value is not None:
            yield name, value * (TO_BASE.get(unit, 1.0) if "time_duration" in name else 1.0)


def _rows(text: str) -> Iterator[list[str]]:
    """Yield the table's rows, its header first; what the tool says before it is skipped."""
    start = text.find(f'"{LAUNCH_ID}",')
    if start < 0 or f'"{KERNEL}"' not in text:
        raise NcuError("Nsight Compute's report could not be read: it holds no table of kernels.")
    csv.field_size_limit(LARGEST_CELL)
    try:
        yield from (row for row in csv.reader(io.StringIO(text[start:]), strict=True) if row)
    except csv.Error as error:
        raise NcuError(f"Nsight Compute's report could not be read: {error}.") from error
