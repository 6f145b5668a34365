"""The best score over the search, with its noise, every try, and what a person did."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fie_engine.view.rows import Mark, TrendPoint
from fie_tui.looks.braille import Canvas
from fie_tui.looks.ink import Line, Span, pad
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

AXIS_WIDTH = 7
HEADROOM = 0.06
"Share of the height left free above the best."
TICKS_PER_ROW = 0.6
ROOM_FOR_ISLANDS = 8
"Rows of plot from which islands are drawn behind the best."
NICE_SCORES = tuple(digit * 10**power for power in range(-4, 6) for digit in (1, 2, 5))
NICE_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Trend(Panel):
    """A braille plot, drawn from the points at whatever size there is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []
        self._drawn: tuple[object, ...] = ()
        "What the lines were drawn from."

    def begin(self, scene: Scene, width: int) -> None:
        """Draw the plot."""
        view = scene.view
        created = view.created
        scored = [point for point in view.trend if point.best]
        height = self.size.height - 2
        if not scored or width < AXIS_WIDTH + 12 or height < 3:
            self._lines = []
            return
        drawn = (len(view.trend), view.trend[-1], len(view.marks), width, height)
        if drawn == self._drawn and self._lines:
            return
        self._drawn = drawn
        unit = view.best.unit if view.best else "x"
        frame = _frame(view.trend, created.iterations if created else 0, unit)
        self._lines = plot(view.trend, view.marks, frame, width, height)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The ranges of the axes."""

    low: float
    high: float
    last: int
    "The evaluation at the right edge."
    unit: str = "x"
    "What follows a score; nothing where it is no speedup."

    def x(self, evaluation: int, dots: int) -> int:
        """Return an evaluation's dot column."""
        return round((evaluation - 1) / max(1, self.last - 1) * (dots - 1))

    def y(self, score: float, dots: int) -> int:
        """Return a score's dot row."""
        return round((score - self.low) / (self.high - self.low) * (dots - 1))


def _frame(points: Sequence[TrendPoint], iterations: int, unit: str) -> Frame:
    scores = [point.score for point in points if point.score]
    bests = [point.best * (1 + point.noise) for point in points if point.best]
    low, high = min([*scores, *bests]), max([*scores, *bests])
    low = min(low, 1.0) if unit and low < 2.0 else low
    span = (high - low) or abs(high) or 1.0
    planned = iterations + 1 if iterations else len(points)
    last = next((n for n in NICE_STEPS if n >= len(points) * 1.05), len(points))
    return Frame(
        low=low - span * HEADROOM if low < 0 else max(0.0, low - span * HEADROOM),
        high=high + span * HEADROOM,
        last=max(2, len(points), min(last, planned)),
        unit=unit,
    )


def plot(
    points: Sequence[TrendPoint], marks: Sequence[Mark], frame: Frame, width: int, height: int
) -> list[Line]:
    """Return the plot's lines: a row of marks, the canvas, the axis."""
    canvas = Canvas(width - AXIS_WIDTH, height - 2)
    if canvas.height >= ROOM_FOR_ISLANDS:
        _draw_islands(canvas, frame, points)
    _draw_reference(canvas, frame)
    _draw_tries(canvas, frame, points)
    _draw_best(canvas, frame, points)
    _draw_improvements(canvas, frame, points)
    lines: list[Line] = [_mark_line(marks, frame, canvas)]
    ticks = _ticks(frame, canvas)
    for row in range(canvas.height):
        label = ticks.get(row, "").rjust(AXIS_WIDTH - 1) + ("┤" if row in ticks else "│")
        lines.append([(label, "faint"), *canvas.row(row)])
    lines.append(_axis(frame, canvas.width))
    return lines


def _draw_islands(canvas: Canvas, frame: Frame, points: Sequence[TrendPoint]) -> None:
    """Draw each island's own best as faint steps, where there are several islands."""
    bests: dict[int, float] = {}
    places: dict[int, tuple[int, int]] = {}
    several = len({point.island for point in points}) > 1
    for point in points if several else ():
        island = point.island
        if island is None or point.score <= bests.get(island, 0.0):
            continue
        bests[island] = point.score
        x = frame.x(point.evaluation, canvas.dots_across)
        y = frame.y(point.score, canvas.dots_up)
        _step(canvas, places.get(island), x, y)
        places[island] = (x, y)
    edge = frame.x(points[-1].evaluation, canvas.dots_across)
    for place in places.values():
        _step(canvas, place, edge, place[1])


def _step(canvas: Canvas, before: tuple[int, int] | None, x: int, y: int) -> None:
    """Go on from a place at its own height, then straight to the new one."""
    if before is None:
        return
    for column in range(before[0], x):
        canvas.dot("frame", column, before[1])
    canvas.column("frame", x, before[1], y)


def _draw_reference(canvas: Canvas, frame: Frame) -> None:
    """Dot the reference's own speed, 1x."""
    if frame.unit and frame.low <= 1.0 <= frame.high:
        level = frame.y(1.0, canvas.dots_up)
        for x in range(0, canvas.dots_across, 4):
            canvas.dot("faint", x, level)


def _draw_tries(canvas: Canvas, frame: Frame, points: Sequence[TrendPoint]) -> None:
    across, up = canvas.dots_across, canvas.dots_up
    tries = (point for point in points if point.score)
    # Thousands of tries share a few hundred dots.
    for x, y in {(frame.x(one.evaluation, across), frame.y(one.score, up)) for one in tries}:
        canvas.dot("dim", x, y)


def _draw_best(canvas: Canvas, frame: Frame, points: Sequence[TrendPoint]) -> None:
    """Draw the noise band first, then the best as steps above it."""
    steps = _per_column(points, frame, canvas.dots_across)
    for x, point in enumerate(steps):
        if point is not None and point.noise:
            low = frame.y(point.best * (1 - point.noise), canvas.dots_up)
            high = frame.y(point.best * (1 + point.noise), canvas.dots_up)
            canvas.column("band", x, low, high)
    previous: int | None = None
    for x, point in enumerate(steps):
        if point is None:
            continue
        level = frame.y(point.best, canvas.dots_up)
        canvas.column("good", x, level if previous is None else previous, level)
        previous = level


def _per_column(points: Sequence[TrendPoint], frame: Frame, dots: int) -> list[TrendPoint | None]:
    """Return the newest point at or before each dot column, up to the last point."""
    columns: list[TrendPoint | None] = [None] * dots
    for point in points:
        if point.best:
            columns[frame.x(point.evaluation, dots)] = point
    seen: TrendPoint | None = None
    edge = frame.x(points[-1].evaluation, dots)
    for x in range(edge + 1):
        seen = columns[x] or seen
        columns[x] = seen
    return columns


def _draw_improvements(canvas: Canvas, frame: Frame, points: Sequence[TrendPoint]) -> None:
    """Put a star at each new best, where the last one leaves room."""
    starred = -2
    for point in points:
        column = frame.x(point.evaluation, canvas.dots_across) // 2
        if point.improved and column >= starred + 2:
            level = frame.y(point.best, canvas.dots_up)
            canvas.sign(column, canvas.height - 1 - level // 4, "★", "best")
            starred = column


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
