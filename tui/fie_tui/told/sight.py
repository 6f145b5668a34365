"""What a person has set on the board: one value, kept while panels come and go."""

from dataclasses import dataclass, replace

from fie_tui.diff.comparing import Against, DiffLook
from fie_tui.looks.plan import Plan, plan
from fie_tui.looks.splits import Splits
from fie_tui.told.listing import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Where a person looks, and how."""

    wish: Wish = Wish()
    focus: str = "candidates"
    "The panel that has the keys."
    recent: tuple[str, ...] = ()
    "Panels that had the keys, the newest first: of those that share a place it is in front."
    zoomed: bool = False
    picked: str = ""
    "The candidate that the person chose; empty while following the newest."
    marks: tuple[str, ...] = ()
    "Candidates marked to be compared, in the order of marking."
    workload: str = ""
    "The label of the workload that the person asks about; empty for none."
    look: DiffLook = DiffLook()
    splits: Splits = Splits()
    "How far the person moved the borders between panels."

    def focused(self, panel: str) -> "Sight":
        """Return the sight with the keys in another panel."""
        others = (name for name in self.recent if name != panel)
        return replace(self, focus=panel, recent=(panel, *others))

    def places(self, width: int, height: int) -> Plan:
        """Return where everything lies on a screen of that size."""
        return plan(
            width,
            height,
            focus=self.focus,
            recent=self.recent,
            zoomed=self.zoomed,
            splits=self.splits,
        )

    def filtered(self, text: str) -> "Sight":
        """Return the sight of the candidates that a filter lets through."""
        return replace(self, wish=self.wish.filtered(text))

    def compared(self, against: Against) -> "Sight":
        """Return the sight of a diff with something else."""
        return replace(self, look=replace(self.look, against=against))

    def mark_toggled(self, candidate: str) -> "Sight":
        """Return the sight with a candidate marked, or with its mark taken away."""
        if candidate not in self.marks:
            return replace(self, marks=(*self.marks, candidate))
        return replace(self, marks=tuple(name for name in self.marks if name != candidate))

    def back(self) -> "Sight":
        """Return the sight one step back: out of the zoom, the workload, the choice, the filter."""
        if self.zoomed:
            return replace(self, zoomed=False)
        if self.workload:
            return replace(self, workload="")
        if self.picked:
            return replace(self, picked="")
        return self.filtered("")
