"""The thread that reads kernels and compares them: plain first, colours when they are ready."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from fie_engine.model import Exchange
from fie_evaluator.errors import FieError
from fie_tui.diff.blame import Blame
from fie_tui.diff.comparing import Comparison
from fie_tui.diff.draft import drafted
from fie_tui.diff.lines import Piece, coloured, unified
from fie_tui.diff.words import with_words
from fie_tui.messages import KernelText
from fie_tui.session.serving import ServiceThread

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
        self._wanted: Comparison | None = None
        self._colours: OrderedDict[int, list[list[Piece]]] = OrderedDict()
        self._blame = Blame(texts.source)

    def read(self, wanted: Comparison) -> None:
        """Ask for a diff; an earlier request that is not served yet is dropped."""
        self._wanted = wanted
        self._waking.set()

    def _serve(self) -> None:
        while not self._closing:
            self._waking.wait()
            self._waking.clear()
            wanted = self._wanted
            if wanted is not None and not self._closing:
                self._answer(wanted)
        self._texts.close()

    def _answer(self, wanted: Comparison) -> None:
        try:
            text = self._compared(wanted)
        except (FieError, OSError, UnicodeDecodeError, sqlite3.Error) as error:
            self._deliver(replace(_empty(wanted), error=str(error)))
            return
        if wanted.proposal:
            # A reply is drawn again and again: the plain diff first would only flicker.
            text = self._in_colours(text)
        self._deliver(text)
        if not wanted.proposal and not self._is_stale(wanted):
            text = self._in_colours(text)
            if not self._is_stale(wanted):
                self._deliver(text)

    def _compared(self, wanted: Comparison) -> KernelText:
        before = self._texts.source(wanted.base) if wanted.base else ""
        if wanted.proposal:
            draft = drafted(before, wanted.reply)
            diff = unified(before, draft.source)
            return replace(
                _empty(wanted), diff=diff, before=before, after=draft.source, draft=draft
            )
        after = self._texts.source(wanted.candidate)
        line = wanted.lineage
        is_step = len(line) > 1 and line[-2] == wanted.base
        return replace(
            _empty(wanted),
            diff=unified(before, after, whole=bool(line)),
            exchange=self._texts.exchange(wanted.candidate),
            before=before,
            after=after,
            authors=self._blame.authors(line),
            base_authors=self._blame.authors(line[:-1]) if is_step else (),
        )

    def _in_colours(self, text: KernelText) -> KernelText:
        if text.diff is None:
            return text
        old, new = self._coloured(text.before), self._coloured(text.after)
        return replace(text, diff=coloured(with_words(text.diff), old, new))

    def _is_stale(self, wanted: Comparison) -> bool:
        return self._closing or self._wanted != wanted

    def _coloured(self, source: str) -> list[list[Piece]]:
        if not source or len(source) > CHARACTERS_COLOURED:
            return []
        key = hash(source)
        if key not in self._colours:
            # Imported here since the first frame needs no colours.
            from fie_tui.diff.colouring import syntax_pieces

            self._colours[key] = syntax_pieces(source)
            if len(self._colours) > COLOURED_TEXTS_KEPT:
                self._colours.popitem(last=False)
        self._colours.move_to_end(key)
        return self._colours[key]


def _empty(wanted: Comparison) -> KernelText:
    return KernelText(candidate=wanted.candidate, parent=wanted.base, diff=None, request=wanted)
