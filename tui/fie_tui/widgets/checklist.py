"""Which steps of a fast kernel the chosen candidate has."""

from collections.abc import Sequence

from fie_tui.looks.ink import Line, wrapped
from fie_tui.told.checklist import INKS, SIGNS, found_of, heading
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

INDENT = "    "


class Checklist(Panel):
    """Each step with its state and the reason."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []
        self._done = ""

    def begin(self, scene: Scene, width: int) -> None:
        """Read the chosen kernel's steps."""
        kernel, row = scene.kernel, scene.chosen
        self._lines, self._done = [], ""
        if row is None or kernel is None or kernel.candidate != row.candidate.id:
            return
        if not kernel.after:
            return
        found = found_of(scene.view, row, kernel.after)
        self._done = heading(found) if found else ""
        for one in found:
            first, *rest = wrapped(one.step.title, max(8, width - len(INDENT)))
            ink = INKS[one.state]
            self._lines.append(((f" {SIGNS[one.state]} ", ink), (f" {first}", "strong")))
            self._lines += [((INDENT + text, "strong"),) for text in rest]
            reason = wrapped(one.reason, max(8, width - len(INDENT)))
            self._lines += [((INDENT + text, "dim"),) for text in reason]

    def caption(self) -> Line:
        """Say how far the candidate has come."""
        return ((self._done, "title"),) if self._done else ()

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Line:
        """Return one line."""
        return self._lines[index]

    def empty(self) -> Sequence[str]:
        """Say why there is nothing to show."""
        if self.scene is None or self.scene.chosen is None:
            return ("which steps of a fast kernel a candidate has",)
        return (f"no checklist for {self.scene.chosen.candidate.id}'s definition",)
