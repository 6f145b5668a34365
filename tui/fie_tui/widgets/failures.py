"""What went wrong, counted by kind."""

from collections.abc import Sequence

from fie_engine.view.clusters import Cluster
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, pad, spark
from fie_tui.messages import ListAsked
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

TREND_WIDTH = 6
LOOK_BACK = 96
"Evaluations that the trend covers."
WITH_TREND = 40
WITH_PLACES = 76
PLACES_WIDTH = 14
AGE_WIDTH = 8


class Failures(Panel):
    """One line a kind, the most frequent first; Enter lists the candidates."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._kinds: list[Cluster] = []
        self._at = 0
        self._demanded: frozenset[str] = frozenset()

    @property
    def in_hand(self) -> Cluster | None:
        """The kind under the cursor, once something failed."""
        return self._kinds[self._at] if self._kinds else None

    def begin(self, scene: Scene, width: int) -> None:
        """Take the kinds of this moment; the cursor stays on its kind."""
        held = self.in_hand
        self._kinds = scene.view.failed.clusters()
        numbers = [kind.number for kind in self._kinds]
        self._at = numbers.index(held.number) if held and held.number in numbers else 0
        self._demanded = frozenset(one.cluster for one in scene.view.constraints)

    def caption(self) -> Line:
        """Say how many failed of how many."""
        view = self.scene.view if self.scene else None
        if view is None or not view.evaluations:
            return ()
        return ((f"{view.failures:,} of {view.evaluations:,} judged", "title"),)

    def head(self, width: int) -> Sequence[Line]:
        """Name the columns."""
        if not self._kinds:
            return ()
        trend = "lately".ljust(TREND_WIDTH + 1) if width >= WITH_TREND else ""
        more = f"{'last':<{AGE_WIDTH}}{'where':<{PLACES_WIDTH}}" if width >= WITH_PLACES else ""
        return (((f"    # count {trend}{more}for example", "faint"),),)

    def foot(self, width: int) -> Sequence[Line]:
        """Say what can be done about the kind in hand."""
        if not self._is_focused or self.in_hand is None:
            return ()
        key = self.scene.keys.shown("constrain") if self.scene else ""
        named = " ".join(self.in_hand.candidates)
        told = f" Enter lists it · {key} demands an end of it"
        return (((told, "dim"), (f"  {named}", "faint")),)

    def length(self) -> int:
        """Return the number of kinds."""
        return len(self._kinds)

    def cursor(self) -> int | None:
        """Return the kind in hand, shown while this panel has the keys."""
        return self._at if self._is_focused else None

    def empty(self) -> Sequence[str]:
        """Say that nothing failed."""
        return ("nothing has failed so far",)

    def move(self, step: int) -> str:
        """Take another kind in hand."""
        self._at = max(0, min(self._at + step, len(self._kinds) - 1))
        self.repaint()
        return ""

    def open(self) -> str:
        """List the candidates of the kind in hand."""
        if self.in_hand is not None:
            self.post_message(ListAsked(f"failure:{self.in_hand.number}"))
        return ""

    def click_line(self, index: int) -> None:
        """Take the clicked kind in hand."""
        self._at = index
        self.repaint()

    def line(self, index: int, width: int) -> Line:
        """Return one kind."""
        kind = self._kinds[index]
        demanded = kind.key in self._demanded
        trend = f"{self._trend(kind)} " if width >= WITH_TREND else ""
        return [
            ("¶" if demanded else " ", "warn"),
            (f"{kind.number:>4}", "dim"),
            (f"{kind.count:>5}× ", "bad"),
            (trend, "spark"),
            (self._when_and_where(kind, width), "dim"),
            (kind.example, "text"),
        ]

    def _trend(self, kind: Cluster) -> str:
        """Return how often it struck, over the newest evaluations."""
        now = self.scene.view.evaluations if self.scene else 0
        share = LOOK_BACK // TREND_WIDTH
        counts = [0] * TREND_WIDTH
        for seen in kind.seen:
            place = TREND_WIDTH - 1 - (now - seen) // share
            if place >= 0:
                counts[place] += 1
        return spark(counts, TREND_WIDTH)

    def _when_and_where(self, kind: Cluster, width: int) -> str:
        """Return the last time and the workloads; where it is narrow, the newest workload alone."""
        if width < WITH_PLACES:
            return f"{kind.places[0]} " if kind.places else ""
        now = self.scene.now if self.scene else kind.at
        age = figures.duration(now - kind.at) if kind.at else ""
        return pad(age, AGE_WIDTH) + pad(" ".join(kind.places), PLACES_WIDTH - 1) + " "

    @property
    def _is_focused(self) -> bool:
        return self.scene is not None and self.scene.sight.focus == self.panel
