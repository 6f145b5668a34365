"""The bottom lines: what happened last, and what can be pressed."""

from collections.abc import Callable
from dataclasses import replace

from fie_engine.view.rows import LogLine
from fie_tui.keys.actions import Action, Situation
from fie_tui.looks.figures import clock_time
from fie_tui.looks.ink import Line, Span, fitting, spread, wrapped
from fie_tui.looks.plan import LEAST_HEIGHT, LEAST_WIDTH
from fie_tui.told.scene import Scene
from fie_tui.widgets.lines import Lines

NOTABLE = frozenset("★▲¶⑂‖▶■!")
"Signs of events that a person should not miss."

LOOK_BACK = 200

GAP: Line = (("  ", "text"),)

INK_OF = {"★": "best", "✗": "bad", "!": "warn", "▲": "good", "¶": "warn", "‖": "warn"}


class EventLine(Lines):
    """What the board itself has to say, or the newest notable event."""

    def compose_lines(self, scene: Scene, width: int, height: int) -> list[Line]:
        """Return the one line; where no panel has room, all the screen says so."""
        if width < LEAST_WIDTH or height > 1:
            return _too_small(width, height)
        if scene.local:
            return [((" » ", "focus"), (scene.local, "strong"))]
        notable = _newest(scene.view.log, is_notable)
        if notable is not None and notable.glyph == "★":
            notable = _verdict_behind(scene.view.log, notable)
        if notable is None:
            return [((" waiting for the first event…", "dim"),)]
        failed = _newest(scene.view.log, _is_failure) if width >= 140 else None
        right = [*_event(failed), (" ", "text")] if failed else []
        return [spread([(" ", "text"), *_event(notable)], right, width)]


def _too_small(width: int, height: int) -> list[Line]:
    words = f"{width}x{height} is too small: {LEAST_WIDTH}x{LEAST_HEIGHT} or more shows the board"
    lines: list[Line] = [((text, "warn"),) for text in wrapped(words, max(1, width))]
    return (lines + [()] * height)[:height]


class Hints(Lines):
    """The keys that can be pressed now."""

    def compose_lines(self, scene: Scene, width: int, height: int) -> list[Line]:
        """Return the one line."""
        now = scene.situation
        parts = [(_staying_power(action), _hint(action, now)) for action in scene.keys.hints(now)]
        return [[(" ", "text"), *fitting(parts, width - 2, GAP)]]


def _hint(action: Action, now: Situation) -> Line:
    """Return a key and its label; what can't be done now is only faintly there."""
    if action.refusal(now):
        return ((f"{action.shown} {action.label_in(now)}", "faint"),)
    return ((action.shown, "key"), (f" {action.label_in(now)}", "dim"))


def _staying_power(action: Action) -> int:
    """Help and leaving stay longest; then the order of the hint line."""
    return 100 if action.id in ("help", "leave") else 50 - action.hint


def is_notable(line: LogLine) -> bool:
    """Whether a person should not miss it: a sign of weight, or the answer to an A/B."""
    return line.asked or line.glyph in NOTABLE


def _verdict_behind(log: list[LogLine], best: LogLine) -> LogLine:
    """Return the A/B's verdict that made a new best: it says that, and against whom."""
    before = log[log.index(best) - 1]
    if not before.asked or before.candidate != best.candidate:
        return best
    return replace(before, glyph="★", text=f"{before.text}: the new best")


def _is_failure(line: LogLine) -> bool:
    return line.glyph == "✗"


def _newest(log: list[LogLine], wanted: Callable[[LogLine], bool]) -> LogLine | None:
    return next((line for line in reversed(log[-LOOK_BACK:]) if wanted(line)), None)


def _event(line: LogLine | None) -> list[Span]:
    if line is None:
        return []
    return [
        (clock_time(line.at), "dim"),
        (f" {line.glyph} ", INK_OF.get(line.glyph, "text")),
        (line.text, "text"),
    ]
