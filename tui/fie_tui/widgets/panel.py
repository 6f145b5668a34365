"""A framed list of lines that repaints only the lines that changed."""

from collections.abc import Sequence

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from fie_tui.looks.ink import Line, Span, changed_width, strip, width_of, wrapped
from fie_tui.messages import CandidateChosen, PanelClicked
from fie_tui.told.scene import Scene
from fie_tui.widgets.title import panel_keys, tab_at, title

Painted = tuple[tuple[Span, ...], bool]
"A line's spans, and whether the cursor is on it."

WHEEL_LINES = 3


class Panel(Widget):
    """Draws its own frame, so that a change of focus costs one line and not a panel.

    A subclass says what its lines are; long lists give lines by index, on demand.
    """

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.panel = name
        self.scene: Scene | None = None
        self.top = 0
        "Index of the first line in sight."
        self._painted: list[Painted] = []

    # What a subclass says.

    def begin(self, scene: Scene, width: int) -> None:
        """Prepare what the lines need; called before each repaint."""

    def head(self, width: int) -> Sequence[Line]:
        """Return the lines that stay at the top."""
        return ()

    def foot(self, width: int) -> Sequence[Line]:
        """Return the lines that stay at the bottom."""
        return ()

    def length(self) -> int:
        """Return how many lines scroll."""
        return 0

    def line(self, index: int, width: int) -> Line:
        """Return one scrolling line."""
        return ()

    def cursor(self) -> int | None:
        """Return the index of the line that is chosen; None for text that only scrolls."""
        return None

    def caption(self) -> Line:
        """Return what stands at the right of the title."""
        return ()

    def empty(self) -> Sequence[str]:
        """Return what to say while there is nothing to show."""
        return ("nothing to show yet",)

    def move(self, step: int) -> str:
        """Go `step` lines down; a list of candidates returns the one to show then, or ""."""
        self.top = self.clamped(self.top + step)
        self.repaint()
        return ""

    def open(self) -> str:
        """React to Enter; return the candidate to show then, or ""."""
        return ""

    def click_line(self, index: int) -> None:
        """React to a click on a scrolling line."""

    # What the screen calls.

    def show(self, scene: Scene) -> None:
        """Take in what is to be seen and repaint what differs."""
        self.scene = scene
        self.repaint()

    @property
    def page(self) -> int:
        """How many lines scroll in sight."""
        inner = max(0, self.size.width - 2)
        return max(1, self.size.height - 2 - len(self.head(inner)) - len(self.foot(inner)))

    def clamped(self, top: int) -> int:
        """Return `top` within what there is to see."""
        return max(0, min(top, self.length() - self.page))

    def repaint(self) -> None:
        """Draw again, and send only the lines that differ from those on screen."""
        if self.scene is None or not self.size.area:
            return
        before, self._painted = self._painted, self._paint(self.scene)
        if len(before) != len(self._painted):
            self.refresh()
            return
        changed = [
            Region(0, y, _changed_width(before[y], line, self.size.width), 1)
            for y, line in enumerate(self._painted)
            if line != before[y]
        ]
        if changed:
            self.refresh(*changed)

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Return a line for the compositor."""
        if y >= len(self._painted):
            return strip((), self.size.width)
        line, chosen = self._painted[y]
        if not chosen:
            return strip(line, self.size.width)
        inside = strip(line[1:-1], self.size.width - 2, chosen=True)
        return Strip.join([strip(line[:1], 1), inside, strip(line[-1:], 1)])

    def on_resize(self, event: events.Resize) -> None:
        """Draw anew at the new size."""
        self._painted = []
        self.repaint()

    def _paint(self, scene: Scene) -> list[Painted]:
        width, height = self.size.width, self.size.height
        inner = max(0, width - 2)
        self.begin(scene, inner)
        body = self._body(inner, height - 2)
        edge: Span = ("│", "frame")
        lines: list[Painted] = [(tuple(self._title(scene, width)), False)]
        for text, chosen in body:
            room = inner - width_of(text)
            lines.append(((edge, *text, (" " * room, "text"), edge), chosen))
        lines.append(((("╰" + "─" * inner + "╯", "frame"),), False))
        return lines[:height]

    def _body(self, width: int, height: int) -> list[Painted]:
        head, foot = self.head(width), self.foot(width)
        if not self.length():
            room = max(8, width - 2)
            said = [((f" {one}", "dim"),) for text in self.empty() for one in wrapped(text, room)]
            return _filled([_cut(line, width) for line in (*head, *said)], height)
        page = max(0, height - len(head) - len(foot))
        self._keep_in_sight(page)
        indices = range(self.top, min(self.length(), self.top + page))
        cursor = self.cursor()
        rows = [(_cut(self.line(i, width), width), i == cursor) for i in indices]
        rows += [((), False)] * (page - len(rows))
        fixed_head = [(_cut(line, width), False) for line in head]
        fixed_foot = [(_cut(line, width), False) for line in foot]
        return _filled_painted([*fixed_head, *rows, *fixed_foot], height)

    def _keep_in_sight(self, page: int) -> None:
        cursor = self.cursor()
        if cursor is not None:
            self.top = min(max(self.top, cursor - page + 1), cursor)
        self.top = max(0, min(self.top, self.length() - page))

    def _title(self, scene: Scene, width: int) -> list[Span]:
        return title(
            self.panel,
            self._sharing(scene),
            keys=panel_keys(scene.keys),
            focused=scene.sight.focus == self.panel,
            caption=self.caption(),
            width=width,
        )

    def _sharing(self, scene: Scene) -> Sequence[str]:
        """Return the panels of this place, unless this one has the whole screen."""
        if scene.sight.zoomed:
            return (self.panel,)
        return next((place for place in scene.tabs if self.panel in place), (self.panel,))

    # The mouse.

    def on_click(self, event: events.Click) -> None:
        """Focus the panel, and choose the line under the pointer."""
        event.stop()
        if event.y == 0 and self.scene is not None:
            tab = tab_at(
                self.panel,
                self._sharing(self.scene),
                keys=panel_keys(self.scene.keys),
                x=event.x,
                width=self.size.width,
            )
            self.post_message(PanelClicked(tab or self.panel))
            return
        self.post_message(PanelClicked(self.panel))
        index = self.top + event.y - 1 - len(self.head(max(0, self.size.width - 2)))
        if 0 <= index < self.length():
            self.click_line(index)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, whichever panel has the focus."""
        event.stop()
        self._wheel(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self._wheel(-WHEEL_LINES)

    def _wheel(self, step: int) -> None:
        candidate = self.move(step)
        if candidate:
            self.post_message(CandidateChosen(candidate))


def _changed_width(before: Painted, after: Painted, width: int) -> int:
    if before[1] != after[1]:
        return width
    return min(width, changed_width(before[0], after[0]))


def _cut(line: Line, width: int) -> tuple[Span, ...]:
    """Return the line within `width` cells; what is cut shows as "…"."""
    if width_of(line) <= width:
        return tuple(line)
    kept: list[Span] = []
    for text, ink in line:
        room = width - width_of(kept)
        if width_of([(text, ink)]) > room:
            cropped = strip([(text, ink)], max(0, room - 1)).text
            kept.append((cropped + "…" if room else "", ink))
            break
        kept.append((text, ink))
    return tuple(kept)


def _filled(lines: Sequence[tuple[Span, ...]], height: int) -> list[Painted]:
    return _filled_painted([(line, False) for line in lines], height)


def _filled_painted(lines: list[Painted], height: int) -> list[Painted]:
    height = max(0, height)
    return (lines + [((), False)] * height)[:height]
