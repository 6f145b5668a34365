"""The kernels side by side: asks the reader for the diff that is wanted, keeps what it brings."""

from typing import Protocol

from fie_engine.live import Live
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_tui.diff.comparing import Comparison, comparison, streaming
from fie_tui.messages import KernelText
from fie_tui.told.sight import Sight


class Reader(Protocol):
    """What reads and compares kernels."""

    def read(self, wanted: Comparison) -> None:
        """Begin to read; the newest request counts."""


class Desk:
    """Holds one diff at a time."""

    def __init__(self) -> None:
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
        self,
        view: RunView,
        chosen: CandidateRow | None,
        live: Live | None,
        reader: Reader,
        sight: Sight,
    ) -> None:
        """Ask for what is to be shown now; `live` is None while one candidate is held on to."""
        wanted = comparison(view, chosen, sight.look, sight.marks, streaming(view, live))
        if wanted is not None and wanted != self._wanted:
            self._wanted = wanted
            reader.read(wanted)

    def take(self, text: KernelText) -> None:
        """Put down what the reader brought."""
        self._kernel = text
