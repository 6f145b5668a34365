"""Which kernels a person looks at, and how; asks the reader for their diff."""

from dataclasses import replace
from typing import Protocol

from fie_engine.live import Live
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_tui.diff.comparing import Against, Comparison, DiffLook, comparison, streaming
from fie_tui.messages import KernelText


class Reader(Protocol):
    """What reads and compares kernels."""

    def read(self, wanted: Comparison) -> None:
        """Begin to read; the newest request counts."""


class Desk:
    """Holds what was chosen by hand; it outlasts a change of candidate."""

    def __init__(self) -> None:
        self.look = DiffLook()
        self.marks: tuple[str, ...] = ()
        "Marked candidates in the order of marking."
        self.workload = ""
        "The label of the workload that a person asks about; empty for none."
        self._wanted: Comparison | None = None
        self._kernel: KernelText | None = None

    @property
    def kernel(self) -> KernelText | None:
        """The diff that is wanted, or the same one of a reply as it was a moment ago."""
        kernel, wanted = self._kernel, self._wanted
        if kernel is None or wanted is None or kernel.request is None:
            return None
        return kernel if kernel.request.pair == wanted.pair else None

    def ask(
        self, view: RunView, chosen: CandidateRow | None, live: Live | None, reader: Reader
    ) -> None:
        """Ask for what is to be shown now; `live` is None while one candidate is held on to."""
        wanted = comparison(view, chosen, self.look, self.marks, streaming(view, live))
        if wanted is not None and wanted != self._wanted:
            self._wanted = wanted
            reader.read(wanted)

    def take(self, text: KernelText) -> None:
        """Put down what the reader brought."""
        self._kernel = text

    def compare(self, against: Against) -> None:
        """Compare with something else from now on."""
        self.look = replace(self.look, against=against)

    def toggle_mark(self, candidate: str) -> None:
        """Mark a candidate, or take its mark away."""
        if candidate in self.marks:
            self.marks = tuple(name for name in self.marks if name != candidate)
        else:
            self.marks = (*self.marks, candidate)
