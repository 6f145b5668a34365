"""What a person can ask a running engine to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Start nothing new; let work in flight land."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Start work again."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """End the engine now; the run can be resumed later."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Keep the candidate for good and favour it as a parent."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpin:
    """Make the candidate an ordinary one again."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Found a new island with the candidate."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take back the newest pin, unpin or fork that still stands."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promote:
    """Judge the candidate officially and pack it if it passes."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retime:
    """Time the candidate again, in turns with a rival."""

    candidate: str
    rival: str = ""
    "Empty for the best of the run."
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """Add a kernel from outside as a candidate of an island."""

    source: str
    parent: str
    "The candidate it was derived from."
    note: str = ""


Command = Pause | Resume | Stop | Pin | Unpin | Fork | Undo | Promote | Retime | Inject
