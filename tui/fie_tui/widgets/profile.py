"""Where the chosen candidate's time goes, and what its profiler advises."""

from collections.abc import Sequence

from fie_evaluator.results import Advice, Figure, Profile
from fie_tui import figures
from fie_tui.ink import Line, bar, pad, wrapped
from fie_tui.scene import Scene
from fie_tui.widgets.panel import Panel

NAME_WIDTH = 22
VALUE_WIDTH = 9
SHARE_WIDTH = 5


class ProfileAdvice(Panel):
    """Figures with bars where they are shares, then one sentence per piece of advice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []

    def begin(self, scene: Scene, width: int) -> None:
        """Lay the profile out at this width."""
        profile = _profile(scene)
        self._lines = [] if profile is None else _profile_lines(profile, width)

    def caption(self) -> Line:
        """Say what measured it."""
        profile = _profile(self.scene) if self.scene else None
        return ((profile.source, "title"),) if profile else ()

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


def _profile_lines(profile: Profile, width: int) -> list[Line]:
    longest = max((len(figure.name) for figure in profile.figures), default=0)
    name = min(NAME_WIDTH, longest, max(8, width - VALUE_WIDTH - SHARE_WIDTH - 2))
    lines: list[Line] = [_figure_line(figure, name, width) for figure in profile.figures]
    if profile.advice:
        lines.append((("", "text"),))
    for number, advice in enumerate(profile.advice, start=1):
        lines.extend(_advice_lines(number, advice, width))
    return lines or [((" measured, nothing to say", "dim"),)]


def _figure_line(figure: Figure, name: int, width: int) -> Line:
    told = "n/a" if figure.value is None else figures.quantity(figure.value, figure.unit)
    value = told.rjust(VALUE_WIDTH)
    start: Line = [(f" {pad(figure.name, name)} ", "text"), (value, "strong")]
    if figure.share is None:
        return start
    share = f"{figure.share:.0%}".rjust(SHARE_WIDTH)
    room = width - name - VALUE_WIDTH - SHARE_WIDTH - 4
    drawn = f"  {bar(figure.share, room)}" if room >= 4 else ""
    return [*start, (share, "dim"), (drawn, "good")]


def _advice_lines(number: int, advice: Advice, width: int) -> list[Line]:
    gain = f" (up to {advice.gain:+.0%}, estimated)" if advice.gain else ""
    first, *rest = wrapped(advice.text + gain, width - 4)
    return [
        ((f" {number} ", "key"), (first, "text")),
        *(((f"   {text}", "text"),) for text in rest),
    ]
