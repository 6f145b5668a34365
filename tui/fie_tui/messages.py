"""What threads and panels tell the screen, and what the board asks of an engine."""

from dataclasses import dataclass
from typing import Literal, Protocol

from textual.message import Message

from fie_engine.model import Exchange
from fie_tui.diff.blame import Authors
from fie_tui.diff.comparing import Comparison
from fie_tui.diff.draft import Draft
from fie_tui.diff.lines import Diff

Leaving = Literal["detach", "stop", "quit"]
"How the board was left: let the search go on, stop it, or there was none to decide on."


class EngineHandle(Protocol):
    """An engine in this process, as far as the board needs it."""

    def wake(self) -> None:
        """Have the engine look for commands at once; returns immediately."""

    def alive(self) -> bool:
        """Whether the engine still works or can still take commands."""


class FeedReady(Message):
    """The feed's slot holds something new; one is under way at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelText:
    """What is known of a candidate's text: its diff, and what was said to a model."""

    candidate: str
    parent: str
    diff: Diff | None
    "None when the kernel file can't be read."
    error: str = ""
    exchange: Exchange | None = None
    request: Comparison | None = None
    before: str = ""
    after: str = ""
    "Both texts as they are; hostile."
    authors: Authors = ()
    "Who wrote each line of the candidate; empty unless that was asked for."
    base_authors: Authors = ()
    draft: Draft | None = None
    "Set where this is a reply that still streams in."


class KernelRead(Message):
    """A kernel's diff is ready; a second one follows with colours."""

    def __init__(self, text: KernelText) -> None:
        super().__init__()
        self.text = text


class ReplayReady(Message):
    """An earlier moment of the run is ready to be shown."""


class ControlChanged(Message):
    """Another board controls the run from now on, or this one does."""


class WorkloadChosen(Message):
    """A person picked a workload; an empty one means none any more."""

    def __init__(self, workload: str) -> None:
        super().__init__()
        self.workload = workload


class CandidateChosen(Message):
    """A person picked a candidate in some panel."""

    def __init__(self, candidate: str) -> None:
        super().__init__()
        self.candidate = candidate


class PanelClicked(Message):
    """A panel was clicked and wants the focus."""

    def __init__(self, panel: str) -> None:
        super().__init__()
        self.panel = panel


class ListAsked(Message):
    """A person wants to see only some candidates."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
