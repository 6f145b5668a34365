"""The candidates, as the person filtered and ordered them."""

from collections.abc import Sequence

from fie_engine.view.narrate import failure
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, pad
from fie_tui.looks.theme import badge_of, sign_of
from fie_tui.messages import CandidateChosen
from fie_tui.told.scene import Scene
from fie_tui.widgets.candidate_columns import Column, cells, columns
from fie_tui.widgets.panel import Panel

ORDER_WORDS = {
    "newest": ("newest", "oldest"),
    "fastest": ("fastest", "slowest"),
    "change": ("gainers", "losers"),
    "generation": ("last born", "first born"),
    "island": ("by island", "island last"),
    "cost": ("dearest", "cheapest"),
}
"What comes first, in each direction."
SCORE_WIDTH = 14
CHANGE_WIDTH = 8
SHORTEST_NOTE = 8
START_WIDTH = 14
"Signs, the name and the island."


class Candidates(Panel):
    """One line a candidate: its speedup with its noise, or why it failed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._rows: list[CandidateRow] = []
        self._at: int | None = None
        self._columns: list[Column] = []
        self._noted = True
        "Whether there is room for what was changed."

    def begin(self, scene: Scene, width: int) -> None:
        """Take the list of this moment."""
        self._rows = scene.rows
        spare = width - START_WIDTH - SCORE_WIDTH - 1 - CHANGE_WIDTH - 2
        self._columns = columns(scene, spare)
        self._noted = spare >= SHORTEST_NOTE
        name = scene.chosen.candidate.id if scene.chosen else ""
        places = (i for i, row in enumerate(self._rows) if row.candidate.id == name)
        self._at = next(places, None)

    def head(self, width: int) -> Sequence[Line]:
        """Name the columns."""
        more = "".join(pad(one.title, one.width) for one in self._columns)
        note = "what changed" if self._noted else ""
        best = self.scene.view.best if self.scene else None
        score = ("speedup" if best is None or best.unit else "score").ljust(SCORE_WIDTH)
        return (((f"   id     isl {score} {'vs parent':<9} {more}{note}".rstrip(), "faint"),),)

    def foot(self, width: int) -> Sequence[Line]:
        """Say how much of everything this is, and which words of the filter say nothing."""
        if self.scene is None or not self.scene.sight.wish.words:
            return ()
        wish, total = self.scene.sight.wish, len(self.scene.view.candidates)
        counted = f"  {len(self._rows):,} of {total:,}, Esc drops it"
        lines: list[Line] = [((f" / {' '.join(wish.words)}", "warn"), (counted, "dim"))]
        if wish.query.problem:
            lines.append(((f" ! {wish.query.problem}", "bad"),))
        return lines

    def length(self) -> int:
        """Return the number of candidates in the list."""
        return len(self._rows)

    def cursor(self) -> int | None:
        """Return the chosen candidate's place in the list."""
        return self._at

    def caption(self) -> Line:
        """Say the order, and whether the choice follows the search."""
        if self.scene is None:
            return ()
        mode = "Esc: follow" if self.scene.sight.picked else "following"
        wish = self.scene.sight.wish
        order = ORDER_WORDS[wish.order][wish.backwards]
        return ((f"{order} · ", "faint"), (mode, "title"))

    def empty(self) -> Sequence[str]:
        """Say what will be here, or that the filter hides everything."""
        if self.scene is not None and self.scene.sight.wish.words:
            words = " ".join(self.scene.sight.wish.words)
            return (f'no candidate matches "{words}"', "Esc drops the filter, / changes it")
        return ("the seed kernel comes first,", "then one line for every proposal")

    def move(self, step: int) -> str:
        """Return another candidate, `step` rows down."""
        if not self._rows:
            return ""
        at = -1 if self._at is None else self._at
        index = max(0, min(at + step, len(self._rows) - 1))
        return self._rows[index].candidate.id

    def click_line(self, index: int) -> None:
        """Choose the clicked candidate."""
        self.post_message(CandidateChosen(self._rows[index].candidate.id))

    def line(self, index: int, width: int) -> Line:
        """Return one candidate."""
        row = self._rows[index]
        made = row.candidate
        start: list[Span] = [
            sign_of(row),
            badge_of(row),
            ("●" if self.scene and made.id in self.scene.sight.marks else " ", "focus"),
            (pad(made.id, 6), "strong" if row.champion else "text"),
            (f"{made.island:>3}  ", "dim"),
        ]
        line = [*start, *_middle(row), *self._rest(row)]
        if not self._noted:
            text, ink = line.pop()
            line.append((text.rstrip(), ink))
        return line

    def _rest(self, row: CandidateRow) -> list[Span]:
        if row.state is CandidateState.FAILED and row.evaluation is not None:
            return [(failure(row.evaluation), "bad")]
        stage = self.scene.stage_of(row.candidate.id) if self.scene else ""
        if row.state is CandidateState.JUDGING:
            return [(f"judging {stage}" if stage else "being judged", "good")]
        if row.state is CandidateState.QUEUED or self.scene is None:
            return [(row.candidate.note, "dim")]
        note: list[Span] = [(row.candidate.note, "dim")] if self._noted else []
        return [*cells(self._columns, self.scene, row), *note]


def _middle(row: CandidateRow) -> list[Span]:
    """Return the speedup and change columns; a failed one gives its room to the reason."""
    match row.state:
        case CandidateState.FAILED | CandidateState.JUDGING:
            return []
        case CandidateState.QUEUED:
            return [("waiting for judge  ", "dim")]
    ink = "best" if row.champion else "text"
    value = ("~" if row.is_estimate else "") + figures.of(row)
    return [
        (pad(value, SCORE_WIDTH), ink),
        (" ", ink),
        _change(row),
    ]


def _change(row: CandidateRow) -> Span:
    if row.versus_parent is None:
        return (pad("seed" if not row.candidate.parents else "–", CHANGE_WIDTH + 2), "faint")
    text = figures.change(row.versus_parent)
    if row.within_noise:
        return (pad(f"= {text}", CHANGE_WIDTH + 2), "dim")
    sign, ink = ("▲", "good") if row.versus_parent > 0 else ("▼", "bad")
    return (pad(f"{sign} {text}", CHANGE_WIDTH + 2), ink)
