"""The figures of a GPU that its panel shows, in words and in a table's cells."""

from collections.abc import Callable
from dataclasses import dataclass

from fie_evaluator.timing.reading import Reading

UNKNOWN = "–"
HOTTEST_C = 100
"The top of the temperature's trend."

Share = Callable[[Reading], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a GPU, as a line of its own and as a table's column."""

    name: str
    words: Callable[[Reading], str]
    head: str
    width: int
    "Of the column."
    worth: int
    "Columns that are worth less go first where there is no room."
    short: Callable[[Reading], str]
    share: Share = lambda one: None
    "From 0 to 1, for the trend."
    alarming: Callable[[Reading], bool] = lambda one: False


def _of(value: float | None, most: float | None, unit: str) -> str:
    """Return a figure beside the most that it can be."""
    if value is None:
        return UNKNOWN
    return f"{value:.0f} {unit}" if not most else f"{value:.0f} of {most:.0f} {unit}"


def _short(value: float | None, most: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.0f}" if not most else f"{value:.0f}/{most:.0f}"


def _share(value: float | None, most: float | None) -> float | None:
    return None if value is None or not most else value / most


def _percent(one: Reading) -> str:
    return UNKNOWN if one.utilisation_pct is None else f"{one.utilisation_pct} %"


def _memory(one: Reading, between: str, unit: str) -> str:
    used, total = one.memory_used_mb, one.memory_total_mb
    if used is None:
        return UNKNOWN
    return f"{used / 1024:.1f}" + (f"{between}{total / 1024:.0f}" if total else "") + unit


def _throttled(one: Reading) -> str:
    if one.throttled is None:
        return UNKNOWN
    return f"! {', '.join(one.throttled)}" if one.throttled else "no"


def mark(trouble: object) -> str:
    """Return a sign for those who see no colours."""
    return "!" if trouble else ""


def _others(one: Reading) -> str:
    count = one.other_processes
    if not count:
        return UNKNOWN if count is None else "no process"
    return f"! {count} process{'es' if count > 1 else ''}"


FIGURES = (
    Figure(
        name="busy",
        words=_percent,
        head="busy",
        width=5,
        worth=9,
        short=_percent,
        share=lambda one: _share(one.utilisation_pct, 100),
    ),
    Figure(
        name="memory",
        words=lambda one: _memory(one, " of ", " GiB"),
        head="GiB",
        width=9,
        worth=5,
        short=lambda one: _memory(one, "/", ""),
        share=lambda one: _share(one.memory_used_mb, one.memory_total_mb),
    ),
    Figure(
        name="SM clock",
        words=lambda one: _of(one.sm_clock_mhz, one.sm_clock_most_mhz, "MHz"),
        head="SM MHz",
        width=10,
        worth=8,
        short=lambda one: _short(one.sm_clock_mhz, one.sm_clock_most_mhz) + mark(one.throttled),
        share=lambda one: _share(one.sm_clock_mhz, one.sm_clock_most_mhz),
        alarming=lambda one: bool(one.throttled),
    ),
    Figure(
        name="throttled",
        words=_throttled,
        head="throttled",
        width=14,
        worth=3,
        short=_throttled,
        alarming=lambda one: bool(one.throttled),
    ),
    Figure(
        name="power",
        words=lambda one: _of(one.power_w, one.power_limit_w, "W"),
        head="W",
        width=7,
        worth=7,
        short=lambda one: _short(one.power_w, one.power_limit_w),
        share=lambda one: _share(one.power_w, one.power_limit_w),
    ),
    Figure(
        name="temperature",
        words=lambda one: _of(one.temperature_c, None, "°C"),
        head="°C",
        width=3,
        worth=6,
        short=lambda one: _short(one.temperature_c, None),
        share=lambda one: _share(one.temperature_c, HOTTEST_C),
    ),
    Figure(
        name="memory clock",
        words=lambda one: _of(one.memory_clock_mhz, one.memory_clock_most_mhz, "MHz"),
        head="mem MHz",
        width=9,
        worth=2,
        short=lambda one: _short(one.memory_clock_mhz, one.memory_clock_most_mhz),
        share=lambda one: _share(one.memory_clock_mhz, one.memory_clock_most_mhz),
    ),
    Figure(
        name="others",
        words=_others,
        head="others",
        width=6,
        worth=4,
        short=lambda one: _short(one.other_processes, None),
        alarming=lambda one: bool(one.other_processes),
    ),
)
"In the order in which they are shown; the first one's trend is in the table, too."
