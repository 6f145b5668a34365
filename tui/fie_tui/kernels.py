"""The thread that reads kernels and compares them: plain first, colours when they are ready."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from fie_engine.model import Exchange
from fie_evaluator.errors import FieError
from fie_tui.diffing import Piece, coloured, unified
from fie_tui.messages import KernelText
from fie_tui.serving import ServiceThread

COLOURED_TEXTS_KEPT = 64
CHARACTERS_COLOURED = 400_000
"A longer text stays plain: colouring it would cost seconds."


class Texts(Protocol):
    """What the reader needs of a run directory."""

    def source(self, candidate: str) -> str:
        """Return a candidate's kernel text."""

    def exchange(self, candidate: str) -> Exchange | None:
        """Return what was said to the model that made it."""

    def close(self) -> None:
        """Close this thread's connection."""


class KernelReader(ServiceThread):
    """Serves the newest request only: a person who scrolls fast waits for nothing old."""

    def __init__(self, texts: Texts, deliver: Callable[[KernelText], object]) -> None:
        super().__init__("kernels")
        self._texts = texts
        self._deliver = deliver
        self._wanted: tuple[str, str] | None = None
        self._colours: OrderedDict[int, list[list[Piece]]] = OrderedDict()

    def read(self, candidate: str, parent: str) -> None:
        """Ask for a candidate's diff against `parent`; an empty parent shows it whole."""
        self._wanted = (candidate, parent)
        self._waking.set()

    def _serve(self) -> None:
        while not self._closing:
            self._waking.wait()
            self._waking.clear()
            wanted = self._wanted
            if wanted is not None and not self._closing:
                self._compare(*wanted)
        self._texts.close()

    def _compare(self, candidate: str, parent: str) -> None:
        try:
            after = self._texts.source(candidate)
            before = self._texts.source(parent) if parent else ""
            exchange = self._texts.exchange(candidate)
        except (FieError, OSError, UnicodeDecodeError, sqlite3.Error) as error:
            self._deliver(
                KernelText(candidate=candidate, parent=parent, diff=None, error=str(error))
            )
            return
        text = KernelText(
            candidate=candidate,
            parent=parent,
            diff=unified(before, after),
            exchange=exchange,
        )
        self._deliver(text)
        self._add_colours(text, before, after)

    def _add_colours(self, text: KernelText, before: str, after: str) -> None:
        if self._is_stale(text) or text.diff is None:
            return
        old, new = self._coloured(before), self._coloured(after)
        if not self._is_stale(text):
            self._deliver(replace(text, diff=coloured(text.diff, old, new)))

    def _is_stale(self, text: KernelText) -> bool:
        return self._closing or self._wanted != (text.candidate, text.parent)

    def _coloured(self, source: str) -> list[list[Piece]]:
        if not source or len(source) > CHARACTERS_COLOURED:
            return []
        key = hash(source)
        if key not in self._colours:
            # Imported here since the first frame must not wait for Pygments.
            from fie_tui.colouring import syntax_pieces

            self._colours[key] = syntax_pieces(source)
            if len(self._colours) > COLOURED_TEXTS_KEPT:
                self._colours.popitem(last=False)
        self._colours.move_to_end(key)
        return self._colours[key]
