"""The best score over the search, with its noise, every try, and what a person did."""

import math
from collections.abc import Sequence
from itertools import pairwise

from fie_engine.view.rows import Mark, TrendPoint
from fie_tui.looks.braille import DOTS_ACROSS, DOTS_UP, Canvas
from fie_tui.looks.ink import Line, Span, pad
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel
from fie_tui.widgets.trend_columns import Columns, Extent, Frame

AXIS_WIDTH = 7
HEADROOM = 0.06
"Share of the height left free above the best."
TICKS_PER_ROW = 0.6
ROOM_FOR_ISLANDS = 8
"Rows of plot from which islands are drawn behind the best."
NICE_SCORES = tuple(digit * 10**power for power in range(-4, 6) for digit in (1, 2, 5))
NICE_STEPS = tuple(digit * 10**power for power in range(6) for digit in (1, 2, 5))


class Trend(Panel):
    """A braille plot, drawn from the points at whatever size there is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []
        self._drawn: tuple[object, ...] = ()
        "What the lines were drawn from."
        self._extent = Extent()
        self._columns: Columns | None = None

    def begin(self, scene: Scene, width: int) -> None:
        """Draw the plot."""
        view, height = scene.view, self.size.height - 2
        extent = self._measured(view.trend)
        if extent is None or width < AXIS_WIDTH + 12 or height < 3:
            self._lines = []
            return
        drawn = (len(view.trend), view.trend[-1], len(view.marks), width, height)
        if drawn == self._drawn and self._lines:
            return
        self._drawn = drawn
        unit = view.best.unit if view.best else "x"
        planned = view.created.iterations + 1 if view.created and view.created.iterations else 0
        frame = frame_of(extent, len(view.trend), planned, unit)
        self._columns = columns_of(self._columns, view.trend, frame, width, height)
        self._lines = plot(self._columns, view.marks)

    def _measured(self, points: Sequence[TrendPoint]) -> tuple[float, float] | None:
        """Return the lowest and highest score so far; None before a candidate has passed."""
        if not self._extent.fits(points):
            self._extent = Extent()
        if points:
            self._extent.take(points)
        low, high = self._extent.low, self._extent.high
        return None if low is None or high is None else (low, high)

    def caption(self) -> Line:
        """Say what is plotted, how sure the best is, and how much one kernel varies by itself."""
        view = self.scene.view if self.scene else None
        if view is None or view.created is None:
            return ()
        best = view.best
        sure = f"best ±{best.noise:.1%} · " if best is not None and best.noise else ""
        floor = best.evaluation.noise_floor if best is not None and best.evaluation else None
        varies = "" if floor is None else f"A/A ±{floor:.1%} · "
        return ((sure, "faint"), (varies, "faint"), (view.created.score_name, "title"))

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Line:
        """Return one line of the plot."""
        return self._lines[index]

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        view = self.scene.view if self.scene else None
        if view is not None and view.evaluations:
            return ("no candidate has passed yet;", "the best score over time appears here")
        return ("first candidate is being judged…", "the best score over time appears here")


def frame_of(extent: tuple[float, float], judged: int, planned: int, unit: str) -> Frame:
    """Return the axes for so many evaluations of a plan; 0 where nobody planned how many.

    They change seldom: whatever was drawn in other ones has to be drawn anew.
    """
    low, high = extent
    low = min(low, 1.0) if unit and low < 2.0 else low
    span = (high - low) or abs(high) or 1.0
    nice = next((n for n in NICE_STEPS if n >= judged * 1.05), judged)
    return Frame(
        low=low - span * HEADROOM if low < 0 else max(0.0, low - span * HEADROOM),
        high=high + span * HEADROOM,
        last=max(2, judged, min(nice, planned)) if judged <= planned else max(2, nice),
        unit=unit,
    )


def columns_of(
    before: Columns | None, points: Sequence[TrendPoint], frame: Frame, width: int, height: int
) -> Columns:
    """Return the points as dots, going on from what was made of them before if it still fits."""
    across, up = (width - AXIS_WIDTH) * DOTS_ACROSS, (height - 2) * DOTS_UP
    columns = before
    if (
        columns is None
        or (columns.frame, columns.across, columns.up) != (frame, across, up)
        or not columns.fits(points)
    ):
        columns = Columns(frame=frame, across=across, up=up)
    columns.take(points)
    return columns


def plot(columns: Columns, marks: Sequence[Mark]) -> list[Line]:
    """Return the plot's lines: a row of marks, the canvas, the axis."""
    frame = columns.frame
    canvas = Canvas(columns.across // DOTS_ACROSS, columns.up // DOTS_UP)
    if canvas.height >= ROOM_FOR_ISLANDS and len(columns.islands) > 1:
        _draw_islands(canvas, columns)
    _draw_reference(canvas, frame)
    for x, y in columns.tries:
        canvas.dot("dim", x, y)
    _draw_best(canvas, columns)
    for column, level in columns.stars:
        canvas.sign(column, canvas.height - 1 - level // DOTS_UP, "★", "best")
    lines: list[Line] = [_mark_line(marks, frame, canvas)]
    ticks = _ticks(frame, canvas)
    for row in range(canvas.height):
        label = ticks.get(row, "").rjust(AXIS_WIDTH - 1) + ("┤" if row in ticks else "│")
        lines.append([(label, "faint"), *canvas.row(row)])
    lines.append(_axis(frame, canvas.width))
    return lines


def _draw_islands(canvas: Canvas, columns: Columns) -> None:
    """Draw each island's own best as faint steps."""
    for places in columns.islands.values():
        for before, (x, y) in pairwise(places):
            _step(canvas, before, x, y)
        if places:
            _step(canvas, places[-1], columns.edge, places[-1][1])


def _step(canvas: Canvas, before: tuple[int, int], x: int, y: int) -> None:
    """Go on from a place at its own height, then straight to the new one."""
    for column in range(before[0], x):
        canvas.dot("frame", column, before[1])
    canvas.column("frame", x, before[1], y)


def _draw_reference(canvas: Canvas, frame: Frame) -> None:
    """Dot the reference's own speed, 1x."""
    if frame.unit and frame.low <= 1.0 <= frame.high:
        level = frame.y(1.0, canvas.dots_up)
        for x in range(0, canvas.dots_across, 4):
            canvas.dot("faint", x, level)


def _draw_best(canvas: Canvas, columns: Columns) -> None:
    """Draw the noise band first, then the best as steps above it."""
    frame, steps = columns.frame, _newest(columns)
    for x, point in steps:
        if point.noise:
            low = frame.y(point.best * (1 - point.noise), columns.up)
            high = frame.y(point.best * (1 + point.noise), columns.up)
            canvas.column("band", x, low, high)
    previous: int | None = None
    for x, point in steps:
        level = frame.y(point.best, columns.up)
        canvas.column("good", x, level if previous is None else previous, level)
        previous = level


def _newest(columns: Columns) -> list[tuple[int, TrendPoint]]:
    """Return the newest point at or before each column that has one, up to the last point's."""
    newest: list[tuple[int, TrendPoint]] = []
    seen: TrendPoint | None = None
    for x in range(columns.edge + 1):
        seen = columns.steps.get(x, seen)
        if seen is not None:
            newest.append((x, seen))
    return newest


def _ticks(frame: Frame, canvas: Canvas) -> dict[int, str]:
    """Return round scores by the row that they lie in."""
    most = max(1.0, canvas.height * TICKS_PER_ROW)
    step = next(
        (step for step in NICE_SCORES if (frame.high - frame.low) / step <= most), NICE_SCORES[-1]
    )
    decimals = max(0, -math.floor(math.log10(step)))
    first, last = math.ceil(frame.low / step), math.floor(frame.high / step)
    ticks = {}
    for number in range(first, min(last, first + canvas.height) + 1):
        row = canvas.height - 1 - frame.y(number * step, canvas.dots_up) // 4
        ticks[row] = f"{number * step:.{decimals}f}{frame.unit}"
    return ticks


def _mark_line(marks: Sequence[Mark], frame: Frame, canvas: Canvas) -> list[Span]:
    """Return the person's acts over their place; a text is shown where it has room."""
    text = " " * canvas.width
    for mark in marks:
        column = frame.x(max(1, mark.evaluation), canvas.dots_across) // 2
        text = text[:column] + "▼" + text[column + 1 :]
    for mark in reversed(marks):
        column = frame.x(max(1, mark.evaluation), canvas.dots_across) // 2
        end = column + 1 + len(mark.text)
        if end <= canvas.width and not text[column + 1 : end + 1].strip():
            text = text[: column + 1] + mark.text + text[end:]
    return [(" " * AXIS_WIDTH, "text"), (text, "warn")]


def _axis(frame: Frame, width: int) -> list[Span]:
    start, end = "1", f"{frame.last:,} judged"
    middle = pad("", max(0, width - len(start) - len(end)))
    return [(" " * AXIS_WIDTH + start + middle + end, "faint")]
