"""A view with copies from along its way, so that any moment of a run is soon there again."""

from collections.abc import Iterable

from fie_engine.events import Recorded
from fie_engine.view.run import RunView
from fie_engine.view.snapshot import copied

STRIDE = 2000
"Events from one copy to the next: folding so many takes a fraction of a second."


class Trail:
    """Folds a run's events and keeps copies on the way; a copy that was handed out stays as it is.

    The copies are for good: whoever folds on from one takes a copy of it first.
    """

    def __init__(self, keep: int = 0, stride: int = STRIDE) -> None:
        self.view = RunView()
        self.kept: RunView | None = None
        "The view after event `keep`, once that was folded."
        self._keep = keep
        self._stride = stride
        self._copies = [RunView()]

    def fold(self, batch: Iterable[Recorded]) -> None:
        """Take in events; those already seen are skipped."""
        for recorded in batch:
            self.view.fold((recorded,))
            if recorded.seq == self._keep:
                self.kept = copied(self.view)
            if recorded.seq % self._stride == 0 and recorded.seq > self._copies[-1].last_seq:
                self._copies.append(copied(self.view))

    def before(self, seq: int) -> RunView:
        """Return the newest copy that has seen no event after `seq`."""
        return next(copy for copy in reversed(self._copies) if copy.last_seq <= seq)
