"""What a person can ask a running engine to do."""

from dataclasses import dataclass

from fie_engine.events_steering import Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What every command carries."""

    reason: str = ""
    author: str = ""
    "Who asks: a login name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Order):
    """Start nothing new; let work in flight land."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Order):
    """Start work again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Order):
    """End the engine now; the run can be resumed later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Order):
    """Take back the newest act that still stands and can be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redo(Order):
    """Do the act again that was taken back last, unless another was done since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Order):
    """Keep the candidate for good and favour it as a parent."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpin(Order):
    """Make the candidate an ordinary one again."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork(Order):
    """Found a new island with the candidate."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promote(Order):
    """Judge the candidate officially and pack it if it passes."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retime(Order):
    """Time the candidate again, in turns with a rival."""

    candidate: str
    rival: str = ""
    "Empty for the best of the run."


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject(Order):
    """Add a kernel from outside as a candidate of an island."""

    source: str
    parent: str = ""
    "The candidate that it was derived from; empty for the best of the run."
    note: str = ""
    how: str = "edit"
    '"edit", "import" or "inbox".'
    island: int | None = None
    "None for its parent's."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint(Order):
    """Say something in the prompts of the run, of an island or of a candidate's children."""

    text: str
    island: int | None = None
    candidate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveHint(Order):
    """Say it no more."""

    hint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct(Order):
    """Say in an island's prompts where it should go; an empty text takes that back."""

    island: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddConstraint(Order):
    """Demand something in every prompt."""

    text: str = ""
    "Empty for words made from the cluster."
    cluster: str = ""
    "The key of the cluster of failures that it is to end."


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveConstraint(Order):
    """Demand it no more."""

    constraint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(Order):
    """Give the island no proposals."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute(Order):
    """Give the island proposals again."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retire(Order):
    """Let the island get no more children and take no migrants."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseed(Order):
    """Start the island again from one candidate."""

    island: int
    candidate: str = ""
    "Empty for the run's seed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrate(Order):
    """Let the best of islands join others now."""

    source: int | None = None
    "None for every island."
    target: int | None = None
    "None for every other island; for each its neighbours where there is no source either."


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSetting(Order):
    """Give a setting another value while the search goes on."""

    name: str
    "Its dotted key in the configuration."
    value: Scalar


Command = (
    Pause
    | Resume
    | Stop
    | Undo
    | Redo
    | Pin
    | Unpin
    | Fork
    | Promote
    | Retime
    | Inject
    | Hint
    | RemoveHint
    | Direct
    | AddConstraint
    | RemoveConstraint
    | Mute
    | Unmute
    | Retire
    | Reseed
    | Migrate
    | SetSetting
)
