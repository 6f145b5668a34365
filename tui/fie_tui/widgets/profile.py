"""Where the chosen candidate's time goes, and what its profiler advises."""

from collections.abc import Sequence

from fie_evaluator.results import Advice, Profile
from fie_tui.diff.why import moved_figures
from fie_tui.looks.ink import Line, wrapped
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel
from fie_tui.widgets.profile_lines import figure_lines, kernel_lines
from fie_tui.widgets.profile_summary import summary_lines

BLANK: Line = (("", "text"),)


class ProfileAdvice(Panel):
    """What limits it, figures and their change since the parent, GPU kernels, then the advice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []

    def begin(self, scene: Scene, width: int) -> None:
        """Lay the profile out at this width."""
        profile = _profile(scene)
        self._lines = [] if profile is None else _lines(scene, profile, width)

    def caption(self) -> Line:
        """Say on which workload, and what measured it."""
        profile = _profile(self.scene) if self.scene else None
        if profile is None:
            return ()
        where = [(f"{profile.workload} · ", "title")] if profile.workload else []
        return (*where, (profile.source, "title"))

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Line:
        """Return one line."""
        return self._lines[index]

    def empty(self) -> Sequence[str]:
        """Say why there is no profile."""
        chosen = self.scene.chosen if self.scene else None
        if chosen is None:
            return ("where the time goes, and what to try:", "appears with the first judging")
        if chosen.evaluation is None:
            return (f"{chosen.candidate.id} isn't judged yet",)
        if not chosen.evaluation.passed:
            return (f"{chosen.candidate.id} failed, so it was not profiled",)
        return (f"{chosen.candidate.id} was not profiled",)


def _profile(scene: Scene) -> Profile | None:
    chosen = scene.chosen
    return chosen.evaluation.profile if chosen and chosen.evaluation else None


def _earlier(scene: Scene, profile: Profile) -> Profile | None:
    """Return the parent's profile if it can be compared: the same profiler and workload."""
    parent = scene.parent
    earlier = parent.evaluation.profile if parent and parent.evaluation else None
    if earlier is None or (earlier.source, earlier.workload) != (profile.source, profile.workload):
        return None
    return earlier


def _lines(scene: Scene, profile: Profile, width: int) -> list[Line]:
    earlier = _earlier(scene, profile)
    lit = _lit(scene, profile, earlier)
    advice = [
        line
        for number, item in enumerate(profile.advice, start=1)
        for line in _advice_lines(number, item, width)
    ]
    summary = summary_lines(profile, earlier, width)
    figures = [figure_lines(profile, earlier, width, lit), kernel_lines(profile, earlier, width)]
    # Beside a summary the many figures of a GPU can wait; a CPU's few are the summary.
    told = [summary, advice, *figures] if summary else [*figures, advice]
    parts = [*told, _note_lines(profile.note, width)]
    lines: list[Line] = []
    for part in parts:
        lines += [BLANK, *part] if lines and part else part
    return lines or [((" measured, nothing to say", "dim"),)]


def _lit(scene: Scene, profile: Profile, earlier: Profile | None) -> frozenset[str]:
    """Return the figures that changed on the workload which is asked about."""
    if not scene.sight.workload or earlier is None:
        return frozenset()
    return frozenset(name for name, _ in moved_figures(profile, earlier, scene.sight.workload))


def _note_lines(note: str, width: int) -> list[Line]:
    return [((f" {text}", "warn"),) for text in wrapped(note, max(8, width - 2))] if note else []


def _advice_lines(number: int, advice: Advice, width: int) -> list[Line]:
    gain = f" (up to {advice.gain:+.0%}, estimated)" if advice.gain else ""
    first, *rest = wrapped(advice.text + gain, width - 4)
    return [
        ((f" {number} ", "key"), (first, "text")),
        *(((f"   {text}", "text"),) for text in rest),
    ]
