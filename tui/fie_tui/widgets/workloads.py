"""The chosen candidate's speedup on every workload, beside its parent's."""

from collections.abc import Sequence

from fie_engine.kinship import WorkloadChange, workload_changes
from fie_engine.plaintext import plain_lines
from fie_evaluator.results import Status
from fie_tui import figures
from fie_tui.ink import Line, Span, bar, fitting, pad
from fie_tui.scene import Scene
from fie_tui.widgets.panel import Panel

LABEL_LIMIT = 16
SPEEDUP_WIDTH = 14
CHANGE_WIDTH = 9
LATENCY_WIDTH = 22
WITH_LATENCY = 84
"From this width on there is room for the latencies themselves."


class Workloads(Panel):
    """One line a workload: a bar, the speedup with its noise, the change since the parent."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._changes: list[WorkloadChange] = []
        self._label = 0
        self._most = 1.0

    def begin(self, scene: Scene, width: int) -> None:
        """Compare the chosen candidate with its parent."""
        chosen = scene.chosen
        reached = chosen is not None and chosen.evaluation and chosen.evaluation.results
        self._changes = (
            workload_changes(chosen, scene.parent, scene.view.seed) if chosen and reached else []
        )
        self._label = min(LABEL_LIMIT, max((len(one.label) for one in self._changes), default=0))
        self._most = max((one.speedup or 0.0 for one in self._changes), default=1.0)

    def caption(self) -> Line:
        """Say whose workloads these are."""
        chosen = self.scene.chosen if self.scene else None
        if chosen is None:
            return ()
        parent = chosen.candidate.parents
        return ((chosen.candidate.id + (f" vs {parent[0]}" if parent else ""), "title"),)

    def length(self) -> int:
        """Return the number of workloads."""
        return len(self._changes)

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        chosen = self.scene.chosen if self.scene else None
        if chosen is not None and chosen.evaluation is not None:
            first, *rest = plain_lines(chosen.evaluation.error)
            verdict = f"✗ {chosen.evaluation.status}: {first}"
            return (f"{chosen.candidate.id} failed before any workload:", verdict, *rest)
        if chosen is not None:
            return (f"{chosen.candidate.id} isn't judged yet",)
        return ("first candidate is being judged:", "its speedup per workload appears here")

    def head(self, width: int) -> Sequence[Line]:
        """Name the columns."""
        room = self._bar_width(width)
        label = "".ljust(self._label + 1)
        latency = "latency / reference".ljust(LATENCY_WIDTH) if width >= WITH_LATENCY else ""
        speedup = "speedup".rjust(SPEEDUP_WIDTH)
        line = f" {label}{' ' * room}{speedup} vs parent {latency}"
        return ((("" if not self._changes else line, "faint"),),)

    def foot(self, width: int) -> Sequence[Line]:
        """Sum up."""
        chosen = self.scene.chosen if self.scene else None
        if chosen is None or not self._changes:
            return ()
        passed = [one for one in self._changes if one.result and one.result.status is Status.PASSED]
        parts: list[tuple[int, Line]] = [
            (2, ((f" {len(passed)}/{len(self._changes)} correct", "text"),))
        ]
        if chosen.score:
            slowest = min(passed, key=lambda one: one.speedup or 0.0)
            score = f"score {figures.score(chosen.score, chosen.noise)}"
            worst = f"slowest {slowest.speedup or 0:.2f}x ({slowest.label})"
            parts += [(3, ((score, "strong"),)), (1, ((worst, "dim"),))]
        return (fitting(parts, width, (("   ", "text"),)),)

    def line(self, index: int, width: int) -> Line:
        """Return one workload."""
        one = self._changes[index]
        label: Span = (f" {pad(one.label, self._label)} ", "text")
        if one.result is None:
            return [label, ("· not reached: an earlier one failed", "dim")]
        if one.result.status is not Status.PASSED:
            return [label, (f"✗ {one.result.status}", "bad"), (_why(one), "dim")]
        if one.speedup is None:
            return [label, ("✓ correct, not timed", "dim")]
        speedup = figures.score(one.speedup, one.noise).rjust(SPEEDUP_WIDTH)
        room = self._bar_width(width)
        ink = "good" if one.speedup >= 1.0 else "bad"
        latency: list[Span] = [(_latency(one), "dim")] if width >= WITH_LATENCY else []
        drawn: Span = (bar(one.speedup / self._most, room), ink)
        return [label, drawn, (speedup, "text"), (" ", "text"), _change(one), *latency]

    def _bar_width(self, width: int) -> int:
        latency = LATENCY_WIDTH if width >= WITH_LATENCY else 0
        return max(0, width - self._label - 3 - SPEEDUP_WIDTH - 1 - CHANGE_WIDTH - latency)


def _change(one: WorkloadChange) -> Span:
    if one.change is None:
        return (" " * (CHANGE_WIDTH + 1), "text")
    text = figures.change(one.change)
    if one.within_noise:
        return (pad(f"= {text}", CHANGE_WIDTH + 1), "dim")
    sign, ink = ("▲", "good") if one.change > 0 else ("▼", "bad")
    return (pad(f"{sign} {text}", CHANGE_WIDTH + 1), ink)


def _latency(one: WorkloadChange) -> str:
    if one.result is None:
        return ""
    own = figures.milliseconds(one.result.median_ms)
    return f"{own} / {figures.milliseconds(one.result.reference_ms)}"


def _why(one: WorkloadChange) -> str:
    if one.result is None:
        return ""
    ratio = one.result.matched_ratio
    matched = f" {ratio:.1%} matched" if ratio is not None and ratio < 1.0 else ""
    return f"{matched}  {one.result.error}"
