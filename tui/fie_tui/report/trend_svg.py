"""The trend as a picture in a page: tries, the best with its noise band, a person's acts."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from fie_engine.plaintext import plain
from fie_engine.view.rows import TrendPoint
from fie_engine.view.run import RunView

WIDTH, HEIGHT = 860, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 28, 28
FEWEST_TICKS = 4
POINTS_DRAWN = 2000
"More could not be told apart."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where figures lie in the picture."""

    last: int
    low: float
    high: float

    def x(self, evaluation: int) -> float:
        """Return an evaluation's place from the left."""
        share = (evaluation - 1) / max(1, self.last - 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, score: float) -> float:
        """Return a score's place from the top."""
        share = (score - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def trend_svg(view: RunView) -> str:
    """Return the picture."""
    points = [point for point in view.trend if point.best or point.score]
    if not points:
        return "<p>Nothing passed yet.</p>"
    unit = view.best.unit if view.best else "x"
    scale = _scale(points)
    points = points[:: max(1, len(points) // POINTS_DRAWN)] + points[-1:]
    parts = [
        *_axes(scale, unit),
        _band(points, scale),
        *_tries(points, scale),
        _line(points, scale),
        *_stars(points, scale),
        *_marks(view, scale),
    ]
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="trend of the best score">'
    return head + "".join(parts) + "</svg>"


def _scale(points: Sequence[TrendPoint]) -> Scale:
    figures = [point.score for point in points if point.score]
    figures += [point.best * (1 + side * point.noise) for point in points for side in (-1, 1)]
    low, high = min(figures), max(figures)
    room = (high - low or abs(high) or 1.0) * 0.06
    return Scale(last=max(2, points[-1].evaluation), low=low - room, high=high + room)


def _axes(scale: Scale, unit: str) -> Iterator[str]:
    for score in _round_scores(scale):
        y = scale.y(score)
        yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="var(--rule)"/>'
        label = escape(f"{score:.4g}{unit}")
        yield _text(LEFT - 8, y + 4, label, "end", "var(--dim)")
    yield _text(LEFT, HEIGHT - 8, "1", "start", "var(--dim)")
    yield _text(WIDTH - RIGHT, HEIGHT - 8, f"{scale.last:,} judged", "end", "var(--dim)")


def _round_scores(scale: Scale) -> Iterator[float]:
    step = 10 ** math.floor(math.log10((scale.high - scale.low) / FEWEST_TICKS))
    step *= next(
        times for times in (5, 2, 1) if (scale.high - scale.low) / (step * times) >= FEWEST_TICKS
    )
    for number in range(math.ceil(scale.low / step), math.floor(scale.high / step) + 1):
        yield number * step


def _band(points: Sequence[TrendPoint], scale: Scale) -> str:
    edges = [*_steps(points, scale, 1.0), *reversed(_steps(points, scale, -1.0))]
    return f'<polygon points="{" ".join(edges)}" fill="var(--band)" opacity=".6"/>'


def _line(points: Sequence[TrendPoint], scale: Scale) -> str:
    drawn = " ".join(_steps(points, scale, 0.0))
    return f'<polyline points="{drawn}" fill="none" stroke="var(--good)" stroke-width="2"/>'


def _steps(points: Sequence[TrendPoint], scale: Scale, side: float) -> list[str]:
    """Return the best as steps, moved by its noise upwards, downwards or not."""
    steps: list[str] = []
    level: float | None = None
    for point in points:
        if point.best:
            x, previous = scale.x(point.evaluation), level
            level = scale.y(point.best * (1 + side * point.noise))
            steps += [f"{x},{level}"] if previous is None else [f"{x},{previous}", f"{x},{level}"]
    return steps


def _tries(points: Sequence[TrendPoint], scale: Scale) -> Iterator[str]:
    for point in points:
        if point.score:
            x, y = scale.x(point.evaluation), scale.y(point.score)
            yield f'<circle cx="{x}" cy="{y}" r="1.8" fill="var(--dim)"/>'


def _stars(points: Sequence[TrendPoint], scale: Scale) -> Iterator[str]:
    for point in points:
        if point.improved:
            yield _text(
                scale.x(point.evaluation), scale.y(point.best) - 5, "★", "middle", "var(--good)"
            )


def _marks(view: RunView, scale: Scale) -> Iterator[str]:
    for mark in view.marks:
        x = scale.x(max(1, mark.evaluation))
        title = escape(plain(mark.text, 200))
        shape = _text(x, TOP - 10, "▼", "middle", "var(--mark)")
        yield f"<g>{shape}<title>{title}</title></g>"


def _text(x: float, y: float, text: str, anchor: str, fill: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{text}</text>'
