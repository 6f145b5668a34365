"""What the chosen candidate changed in its parent's kernel."""

from collections.abc import Sequence

from fie_tui.diffing import Diff, DiffLine
from fie_tui.ink import Line, Span, pad, width_of
from fie_tui.scene import Scene
from fie_tui.widgets.panel import Panel

MARKS = {"added": "+", "removed": "-", "same": " "}


class KernelDiff(Panel):
    """A unified diff with line numbers; a seed is shown whole."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._diff: Diff | None = None
        self._digits = 3
        self._of = ("", "")

    def begin(self, scene: Scene, width: int) -> None:
        """Take the diff, and start at its top when it is another one."""
        kernel = scene.kernel
        self._diff = kernel.diff if kernel else None
        if kernel and (kernel.candidate, kernel.parent) != self._of:
            self._of = (kernel.candidate, kernel.parent)
            self.top = 0
        lines = self._diff.lines if self._diff else ()
        self._digits = len(str(max((max(line.old, line.new) for line in lines), default=1)))

    def caption(self) -> Line:
        """Say what is compared, and how much changed."""
        kernel = self.scene.kernel if self.scene else None
        if kernel is None or kernel.diff is None:
            return ()
        if not kernel.parent:
            return ((f"{kernel.candidate}, the whole kernel", "title"),)
        diff = kernel.diff
        return (
            (f"{kernel.parent} → ", "title"),
            (f"{kernel.candidate} ", "title"),
            (f"+{diff.added}", "good"),
            (f" −{diff.removed}", "bad"),
        )

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._diff.lines) if self._diff else 0

    def empty(self) -> Sequence[str]:
        """Say why there is no diff."""
        scene = self.scene
        if scene is None or scene.chosen is None:
            return ("what each candidate changes in its parent's kernel appears here",)
        if scene.kernel is not None and scene.kernel.error:
            return (scene.kernel.error,)
        if self._diff is not None:
            return ("the same text as its parent's",)
        return ("reading the kernel…",)

    def line(self, index: int, width: int) -> Line:
        """Return one line of the diff."""
        diff = self._diff
        if diff is None:
            return ()
        return _diff_line(diff.lines[index], self._digits, width, whole=not self._of[1])


def _diff_line(line: DiffLine, digits: int, width: int, *, whole: bool) -> Line:
    if line.kind == "hunk":
        return ((pad(f" ┄┄ {line.text} ", width), "hunk"),)
    numbers = f" {line.old or '':>{digits}} {line.new or '':>{digits}} "
    if whole:
        numbers = f" {line.new:>{digits}} "
    tint = f"{line.kind}_ground"
    ink = "text" if line.kind == "same" else line.kind
    text: list[Span] = [(line.text, ink)]
    if line.pieces and line.kind != "removed":
        text = [(piece, f"{colour}+{tint}") for piece, colour in line.pieces]
    start: list[Span] = [(numbers, "faint"), (f"{MARKS[line.kind]} ", ink), *text]
    room = width - width_of(start) if line.kind != "same" else 0
    return [*start, (" " * room, tint)]
