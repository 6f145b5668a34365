"""Where the chosen candidate comes from, back to the seed, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fie_engine.view.kinship import children, lineage
from fie_engine.view.rows import CandidateRow
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, pad
from fie_tui.looks.theme import sign_of
from fie_tui.messages import CandidateChosen
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

SCORE_WIDTH = 8
NOISY_SCORE_WIDTH = 14
WITH_NOISE = 70
"From this width on there is room for a score's noise."
CHANGE_WIDTH = 10
MODEL_WIDTH = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A candidate and its place in the tree."""

    row: CandidateRow
    branch: str
    "What is drawn before it."


class Lineage(Panel):
    """One line a candidate: the seed first, the chosen one, then its children; Enter chooses."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._family: list[Relative] = []
        self._at = 0
        self._of: tuple[object, ...] = ()
        "What the family was drawn from."

    def begin(self, scene: Scene, width: int) -> None:
        """Find the relatives; the cursor goes with the chosen one."""
        name = scene.chosen.candidate.id if scene.chosen else ""
        of = (scene.view, name, scene.view.last_seq)
        if of == self._of:
            return
        stays = self._of[:2] == of[:2]
        self._of, self._family = of, _family(scene, name)
        if not stays:
            self._at = next(
                (i for i, one in enumerate(self._family) if one.row.candidate.id == name), 0
            )

    def caption(self) -> Line:
        """Say how many steps lie behind the candidate, and how many children it has."""
        made = self.scene.chosen.candidate if self.scene and self.scene.chosen else None
        if made is None:
            return ()
        below = sum(one.branch in "├└" for one in self._family)
        steps = len(self._family) - below - 1
        told = f"{steps} step{'s' * (steps != 1)}, {below} child{'ren' * (below != 1)} · "
        return ((told, "faint"), (made.id, "title"))

    def length(self) -> int:
        """Return the number of relatives."""
        return len(self._family)

    def cursor(self) -> int | None:
        """Return the line in hand."""
        return self._at if self._family else None

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        return ("from the seed to the chosen candidate,", "and what came of it")

    def move(self, step: int) -> str:
        """Take another relative in hand."""
        self._at = max(0, min(self._at + step, len(self._family) - 1))
        self.repaint()
        return ""

    def open(self) -> str:
        """Return the relative in hand, to be chosen."""
        return self._family[self._at].row.candidate.id if self._family else ""

    def click_line(self, index: int) -> None:
        """Choose the clicked relative."""
        self.post_message(CandidateChosen(self._family[index].row.candidate.id))

    def line(self, index: int, width: int) -> Line:
        """Return one relative: its score, its gain, what a person did, what was done, by whom."""
        one = self._family[index]
        row, made = one.row, one.row.candidate
        acts = self.scene.view.acts.get(made.id, ()) if self.scene else ()
        crossed = f"× {' '.join(made.parents[1:])} " if made.parents[1:] else ""
        # An operator's note begins with its name.
        named = not made.model or made.note.startswith(made.model)
        by = "" if named else pad(made.model, min(len(made.model), MODEL_WIDTH)) + ": "
        return [
            (f" {one.branch} ", "faint" if one.branch != "▸" else "good"),
            sign_of(row),
            (f" {pad(made.id, 6)} ", "strong" if one.branch == "▸" else "text"),
            _score(row, width),
            _change(row),
            (f"▼ {', '.join(acts)} " if acts else "", "warn"),
            (by, "faint"),
            (f"{crossed}{made.note}", "text" if one.branch == "▸" else "dim"),
        ]


def _family(scene: Scene, name: str) -> list[Relative]:
    known = scene.view.candidates
    line = list(reversed(lineage(known, name)))
    below = children(known, name)
    branches = [*"┌"[: len(line) > 1], *"│" * (len(line) - 2), *"▸"[: len(line)]]
    branches += [*"├" * (len(below) - 1), *"└"[: len(below)]]
    return [
        Relative(row=row, branch=branch)
        for row, branch in zip((*line, *below), branches, strict=True)
    ]


def _score(row: CandidateRow, width: int) -> Span:
    room = NOISY_SCORE_WIDTH if width >= WITH_NOISE else SCORE_WIDTH
    if not row.counts:
        return (pad(str(row.state), room), "bad" if row.evaluation else "dim")
    told = figures.of(row) if width >= WITH_NOISE else figures.of(row).split(" ")[0]
    return (pad(told, room), "best" if row.champion else "text")


def _change(row: CandidateRow) -> Span:
    if row.versus_parent is None:
        return (" " * CHANGE_WIDTH, "text")
    text = figures.change(row.versus_parent)
    if row.within_noise:
        return (pad(f"= {text}", CHANGE_WIDTH), "dim")
    sign, ink = ("▲", "good") if row.versus_parent > 0 else ("▼", "bad")
    return (pad(f"{sign} {text}", CHANGE_WIDTH), ink)
