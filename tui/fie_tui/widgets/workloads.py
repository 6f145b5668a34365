"""The chosen candidate's speedup on every workload, beside its parent's."""

from collections.abc import Sequence

from fie_engine.plaintext import plain, plain_lines
from fie_engine.view.kinship import WorkloadChange, workload_changes
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.scoring import limit_reached
from fie_evaluator.timing.telling import disturbances, limit_told, readings
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, bar, fitting, pad
from fie_tui.messages import WorkloadChosen
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

LABEL_LIMIT = 16
SPEEDUP_WIDTH = 14
CHANGE_WIDTH = 9
LATENCY_WIDTH = 22
WITH_LATENCY = 84
"From this width on there is room for the latencies themselves."
FLOOR_WIDTH = 10
WITH_FLOOR = 100
"From this width on there is room for the least latencies."
LIMIT_WIDTH = 13
SHARE_WIDTH = 6
SHORTEST_BAR = 8
"Where this much remains for a bar, there is room for which limit it is."
ROOM_FOR_CONDITIONS = 16
"Lines of panel from which conditions have one of their own; trouble always has."
GAP: Line = (("   ", "text"),)


class Workloads(Panel):
    """One line a workload: a bar, the speedup with its noise, the change since the parent."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._changes: list[WorkloadChange] = []
        self._label = 0
        self._most = 1.0
        self._limited = False
        self._versus_best: dict[str, WorkloadChange] = {}
        "Empty where the best is the chosen one itself, or its parent."
        self._at: int | None = None

    def begin(self, scene: Scene, width: int) -> None:
        """Compare the chosen candidate with its parent and with the best."""
        chosen = scene.chosen
        reached = chosen is not None and chosen.evaluation and chosen.evaluation.results
        self._changes = (
            workload_changes(chosen, scene.parent, scene.view.seed) if chosen and reached else []
        )
        self._versus_best = _versus_best(scene) if self._changes else {}
        self._label = min(LABEL_LIMIT, max((len(one.label) for one in self._changes), default=0))
        self._most = max((one.speedup or 0.0 for one in self._changes), default=1.0)
        self._limited = any(one.result and one.result.limit_fraction for one in self._changes)
        labels = [one.label for one in self._changes]
        self._at = labels.index(scene.sight.workload) if scene.sight.workload in labels else None

    def cursor(self) -> int | None:
        """Return the place of the workload that is asked about."""
        return self._at

    def move(self, step: int) -> str:
        """Ask about another workload, `step` lines down."""
        if self._changes:
            at = -1 if self._at is None else self._at
            self.click_line(max(0, min(at + step, len(self._changes) - 1)))
        return ""

    def click_line(self, index: int) -> None:
        """Ask why a workload's speed changed."""
        self.post_message(WorkloadChosen(self._changes[index].label))

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
        if chosen is not None and chosen.evaluation is not None and chosen.evaluation.passed:
            told = [f"{plain(name)} {value:.6g}" for name, value in chosen.evaluation.metrics]
            return (f"{chosen.candidate.id}, as its evaluator measures it:", *told)
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
        limit_width = self._limit_width(width)
        limit = ("of limit" if limit_width > SHARE_WIDTH else "limit") if limit_width else ""
        latency = "latency / reference".ljust(LATENCY_WIDTH) if width >= WITH_LATENCY else ""
        floor = "at least" if self._floor_width(width) else ""
        speedup = "speedup".rjust(SPEEDUP_WIDTH)
        best = pad("vs best", CHANGE_WIDTH + 1) if self._best_width(width) else ""
        figures_told = f"{limit.rjust(limit_width)}{speedup} vs parent {best}"
        line = f" {label}{' ' * room}{figures_told}{latency}{floor}"
        return ((("" if not self._changes else line, "faint"),),)

    def foot(self, width: int) -> Sequence[Line]:
        """Sum up, and say what the device was doing."""
        chosen = self.scene.chosen if self.scene else None
        if chosen is None or not self._changes:
            return ()
        passed = [one for one in self._changes if one.result and one.result.status is Status.PASSED]
        evaluation = chosen.evaluation
        partly = evaluation is not None and not evaluation.complete
        counted = f" {len(passed)}/{len(self._changes)} {'timed' if partly else 'correct'}"
        parts: list[tuple[int, Line]] = [(3, ((counted, "text"),))]
        if chosen.score and evaluation:
            slowest = min(passed, key=lambda one: one.speedup or 0.0)
            score = f"score {figures.score(chosen.score, chosen.noise)}"
            worst = f"slowest {slowest.speedup or 0:.2f}x ({slowest.label})"
            parts.append((4, ((score, "strong"),)))
            parts.append((2, ((figures.limit(limit_reached(evaluation)), "strong"),)))
            parts.append((1, ((worst, "dim"),)))
        conditions = self._conditions(evaluation, width) if evaluation else ()
        return (fitting(parts, width, GAP), *conditions)

    def line(self, index: int, width: int) -> Line:
        """Return one workload."""
        one = self._changes[index]
        label: Span = (f" {pad(one.label, self._label)} ", "text")
        if one.result is None:
            return [label, (self._absence(), "dim")]
        if one.result.status is not Status.PASSED:
            return [label, (f"✗ {one.result.status}", "bad"), (_why(one), "dim")]
        if one.speedup is None:
            return [label, ("✓ correct, not timed", "dim")]
        speedup = figures.score(one.speedup, one.noise).rjust(SPEEDUP_WIDTH)
        room = self._bar_width(width)
        ink = "good" if one.speedup >= 1.0 else "bad"
        drawn: Span = (bar(self._share(one), room), ink)
        limit: Span = (self._limit(one, width), "text")
        rest = _latency(one).ljust(LATENCY_WIDTH) if width >= WITH_LATENCY else ""
        rest += _floor(one) if self._floor_width(width) else ""
        best: list[Span] = []
        if self._best_width(width):
            compared = self._versus_best.get(one.label)
            best = [_change(compared)] if compared else [(" " * (CHANGE_WIDTH + 1), "text")]
        told: Span = (f"{speedup} ", "text")
        return [label, drawn, limit, told, _change(one), *best, (rest, "dim")]

    def _share(self, one: WorkloadChange) -> float:
        """Return how far a bar goes: to the limit where it is known, else to the best speedup."""
        if self._limited:
            return (one.result and one.result.limit_fraction) or 0.0
        return (one.speedup or 0.0) / self._most

    def _limit(self, one: WorkloadChange, width: int) -> str:
        room = self._limit_width(width)
        told = limit_told(one.result) if room and one.result else ""
        return (told if room == LIMIT_WIDTH else told.split(" ")[0]).rjust(room)

    def _absence(self) -> str:
        """Say why a workload has no result."""
        chosen = self.scene.chosen if self.scene else None
        if chosen and chosen.evaluation and chosen.evaluation.passed:
            return "· left out: too slow on others"
        return "· not reached: an earlier one failed"

    def _conditions(self, evaluation: Evaluation, width: int) -> Sequence[Line]:
        conditions = evaluation.conditions
        if conditions is None:
            return ()
        trouble = disturbances(conditions)
        if not trouble and self.size.height < ROOM_FOR_CONDITIONS:
            return ()
        parts: list[tuple[int, Line]] = [(9, ((f"! {text}", "warn"),)) for text in trouble]
        parts += [(8 - place, ((text, "dim"),)) for place, text in enumerate(readings(conditions))]
        return ([(" ", "text"), *fitting(parts, width - 1, GAP)],)

    def _best_width(self, width: int) -> int:
        """Return the room for the change against the best: what a bar can spare."""
        share = SHARE_WIDTH if self._limited else 0
        spare = self._bare_room(width) - share - SHORTEST_BAR
        return CHANGE_WIDTH + 1 if self._versus_best and spare > CHANGE_WIDTH else 0

    def _limit_width(self, width: int) -> int:
        if not self._limited:
            return 0
        room = self._room(width)
        if room >= LIMIT_WIDTH + SHORTEST_BAR:
            return LIMIT_WIDTH
        return SHARE_WIDTH if room >= SHARE_WIDTH else 0

    def _floor_width(self, width: int) -> int:
        return FLOOR_WIDTH if self._limited and width >= WITH_FLOOR else 0

    def _bar_width(self, width: int) -> int:
        return max(0, self._room(width) - self._limit_width(width))

    def _room(self, width: int) -> int:
        """Return what the other columns leave to the bar and the limit."""
        return self._bare_room(width) - self._best_width(width)

    def _bare_room(self, width: int) -> int:
        """Return what the columns that are always there leave."""
        latency = LATENCY_WIDTH + self._floor_width(width) if width >= WITH_LATENCY else 0
        return width - self._label - 3 - SPEEDUP_WIDTH - 1 - CHANGE_WIDTH - latency


def _versus_best(scene: Scene) -> dict[str, WorkloadChange]:
    best, chosen = scene.view.best, scene.chosen
    if best is None or chosen is None or best in (chosen, scene.parent):
        return {}
    return {one.label: one for one in workload_changes(chosen, best, scene.view.seed)}


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


def _floor(one: WorkloadChange) -> str:
    floor_ms = one.result.floor_ms if one.result else None
    return "" if floor_ms is None else figures.milliseconds(floor_ms)


def _why(one: WorkloadChange) -> str:
    if one.result is None:
        return ""
    ratio = one.result.matched_ratio
    matched = f" {ratio:.1%} matched" if ratio is not None and ratio < 1.0 else ""
    return f"{matched}  {one.result.error}"
