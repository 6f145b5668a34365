"""What the chosen candidate changed in its parent's kernel, or a reply as it streams in."""

from collections.abc import Sequence

from fie_tui.diff import why
from fie_tui.diff.lines import Diff
from fie_tui.diff.sides import Row, side_by_side, stacked, starts
from fie_tui.looks.ink import Line, Span, wrapped
from fie_tui.messages import KernelText
from fie_tui.told.scene import Scene
from fie_tui.widgets.blame_column import blame_cell, column_width
from fie_tui.widgets.diff_lines import beside_line, heading, stacked_line
from fie_tui.widgets.panel import Panel

SIDES_WIDTH = 60
"A narrower panel shows old and new lines below each other, whatever was wished."
WHY_LINES = 2
PROSE_LINES = 40
CONTEXT_ABOVE = 1


class KernelDiff(Panel):
    """A diff with line numbers, below each other or side by side; a seed is shown whole."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.hunk = 0
        "The hunk that a person went to, from 1; 0 for none."
        self._rows: list[Row] = []
        self._starts: list[int] = []
        self._laid_out: tuple[Diff | None, bool] = (None, False)
        self._digits = 3
        self._of: object = None
        self._step: why.Step | None = None
        self._left_alone = True
        "Whether the person has not scrolled since this diff came."

    @property
    def hunks(self) -> int:
        """How many hunks there are."""
        return len(self._starts)

    def begin(self, scene: Scene, width: int) -> None:
        """Take the diff, and start at its top when it is another one."""
        kernel = scene.kernel
        pair = kernel.request.pair if kernel and kernel.request else None
        if kernel and pair != self._of:
            self._of, self.top, self.hunk, self._left_alone = pair, 0, 0, True
        self._lay_out(
            kernel.diff if kernel else None, scene.sight.look.sides and width >= SIDES_WIDTH
        )
        asked = kernel is not None and (self.hunk or scene.sight.workload)
        self._step = self.step() if asked else None
        if kernel and kernel.draft and self._left_alone and self._starts:
            # A reply is written from its top to its end: its last change is where it is now.
            self.top = max(self._starts[-1], self._last_change() - self.page + 1 + CONTEXT_ABOVE)

    def _lay_out(self, diff: Diff | None, sides: bool) -> None:
        if self._laid_out[0] is diff and self._laid_out[1] == sides:
            return
        self._laid_out = (diff, sides)
        lines = diff.lines if diff else ()
        self._rows = (side_by_side if sides else stacked)(diff) if diff else []
        self._starts = starts(self._rows)
        self.hunk = min(self.hunk, len(self._starts))
        self._digits = len(str(max((max(line.old, line.new) for line in lines), default=1)))

    def _last_change(self) -> int:
        kinds = [{line.kind for line in row if line} for row in self._rows]
        return next(i for i in reversed(range(len(kinds))) if kinds[i] & {"added", "removed"})

    @property
    def _kernel(self) -> KernelText | None:
        return self.scene.kernel if self.scene else None

    def caption(self) -> Line:
        """Say what is compared, how much changed, and which hunk this is."""
        kernel = self._kernel
        if kernel is None or kernel.diff is None:
            return ()
        if kernel.draft is not None:
            number = kernel.request.proposal if kernel.request else 0
            return ((f"{kernel.parent} → ", "title"), (f"proposal p{number}", "good"))
        if not kernel.parent:
            return ((f"{kernel.candidate}, the whole kernel", "title"),)
        diff = kernel.diff
        return (
            (f"{kernel.parent} → ", "title"),
            (f"{kernel.candidate} ", "title"),
            (f"+{diff.added}", "good"),
            (f" −{diff.removed}", "bad"),
            (f" hunk {self.hunk}/{self.hunks}" if self.hunk else "", "title"),
        )

    def head(self, width: int) -> Sequence[Line]:
        """Say how far a reply is."""
        kernel = self._kernel
        if kernel is None or kernel.draft is None or kernel.request is None:
            return ()
        told = kernel.draft.progress or "no change yet"
        return (((f" {told}, {kernel.request.heard:,} characters", "good"),),)

    def foot(self, width: int) -> Sequence[Line]:
        """Say what the step did, once a hunk or a workload is chosen."""
        words = self._why()
        shown = wrapped(words, max(8, width - 2), WHY_LINES) if words else []
        return [((f" {text}", "strong"),) for text in shown]

    def _why(self) -> str:
        step = self._step
        if step is None or self.scene is None:
            return ""
        if self.scene.sight.workload:
            return why.workload_words(step, self.scene.sight.workload)
        return why.hunk_words(step, self.hunk) if self.hunk else ""

    def step(self) -> why.Step | None:
        """What is compared, with its verdicts."""
        kernel = self._kernel
        if kernel is None or self.scene is None or not self.hunks:
            return None
        return why.step_of(self.scene.view, kernel.candidate, kernel.parent, self.hunks)

    def length(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def empty(self) -> Sequence[str]:
        """Say why there is no diff."""
        scene, kernel = self.scene, self._kernel
        if kernel is not None and kernel.error:
            return (kernel.error,)
        if kernel is not None and kernel.draft is not None:
            return kernel.draft.prose[-PROSE_LINES:] or ("the model is thinking",)
        if scene is None or scene.chosen is None:
            return ("what each candidate changes in its parent's kernel appears here",)
        if kernel is not None:
            return ("the same text as its parent's",)
        return ("reading the kernel…",)

    def move(self, step: int) -> str:
        """Scroll; a reply's diff no longer follows what is being written."""
        self._left_alone = False
        return super().move(step)

    def step_hunk(self, step: int) -> None:
        """Go to the next hunk, or to an earlier one."""
        if not self._starts:
            return
        self._left_alone = False
        self.hunk = max(1, min(self.hunk + step, self.hunks))
        self.top = self.clamped(self._starts[self.hunk - 1] - CONTEXT_ABOVE)
        self.repaint()

    def line(self, index: int, width: int) -> Line:
        """Return one row of the diff."""
        left, right = row = self._rows[index]
        first = left or right
        if first is None:
            return ()
        if first.kind == "hunk":
            chosen = first.hunk == self.hunk
            lit = chosen or self._is_lit()
            return heading(first, width, "focus" if lit else "hunk", " ◂" if chosen else "")
        blame = self._blame(index, width)
        room = width - sum(len(text) for text, _ in blame)
        if self._laid_out[1]:
            return [*blame, *beside_line(row, self._digits, room)]
        whole = self._kernel is not None and not self._kernel.parent
        return [*blame, *stacked_line(first, self._digits, room, whole=whole)]

    def _is_lit(self) -> bool:
        """Whether the chosen workload was moved by what this diff shows."""
        return bool(
            self.scene
            and self.scene.sight.workload
            and why.is_moved(self._step, self.scene.sight.workload)
        )

    def _blame(self, index: int, width: int) -> list[Span]:
        kernel = self._kernel
        if kernel is None or not kernel.authors or self.scene is None:
            return []
        above = _author(kernel, self._rows[index - 1]) if index > self.top else ""
        name = _author(kernel, self._rows[index])
        return [blame_cell(name, above, self.scene.view.candidates, column_width(width))]


def _author(kernel: KernelText, row: Row) -> str:
    """Return who wrote a row's new line, or its old one where that is all there is."""
    left, right = row
    line = right if right is not None and right.new else left
    if line is None:
        return ""
    authors, number = (kernel.authors, line.new) if line.new else (kernel.base_authors, line.old)
    return authors[number - 1] if 0 < number <= len(authors) else ""
