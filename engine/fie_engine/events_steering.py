"""Past facts of a person's acts: what was done, why and by whom."""

from dataclasses import dataclass

from fie_evaluator.stages.gate import Gate

Scalar = bool | int | float | str | None
"A setting's value."


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act of a person carries."""

    reason: str = ""
    author: str = ""
    "Who did it: a login name; empty where the engine did."
    undoes: int = 0
    "Sequence number of the act that this takes back; 0 when it takes nothing back."
    redoes: int = 0
    "Sequence number of the act that this does again after it was taken back; 0 for none."


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Act):
    """No new work starts; work in flight lands."""

    until: str = ""
    "What ends the pause by itself; empty where only a person does."


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Act):
    """Work starts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned(Act):
    """The candidate is never evicted and is favoured as a parent."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpinned(Act):
    """The candidate is an ordinary one again."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked(Act):
    """The candidate seeds a new island."""

    candidate: str
    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected(Act):
    """A person's kernel became a candidate."""

    candidate: str
    parent: str
    "The candidate that it counts as a child of."
    how: str
    '"edit", "import" or "inbox".'


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionStarted(Act):
    """The candidate is judged again from scratch at the official settings."""

    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """The candidate passed the official judging and is packed."""

    candidate: str
    path: str
    "The submission's folder."
    score: float
    gate: Gate | None = None
    "The official figures beside the search's; None in a record from before there was one."
    unit: str = "x"
    "What follows the score; empty where it is no speedup."


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRefused:
    """The candidate did not pass the official judging; nothing was packed."""

    candidate: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A command could not be carried out; nothing changed."""

    command: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinted(Act):
    """Prompts carry this text from now on."""

    hint: int
    "Its number, 1 for the run's first."
    text: str
    island: int | None = None
    "The only island whose prompts carry it; None for every one."
    candidate: str = ""
    "The candidate whose children's prompts alone carry it; empty for every one."


@dataclass(frozen=True, slots=True, kw_only=True)
class HintRemoved(Act):
    """Prompts carry the hint no more."""

    hint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Directed(Act):
    """An island's prompts say where it should go from now on."""

    island: int
    text: str
    "Empty for nowhere in particular."
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintAdded(Act):
    """Every prompt demands this from now on."""

    constraint: int
    "Its number, 1 for the run's first."
    text: str
    cluster: str = ""
    "The cluster of failures that it is to end; empty when there was none."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintRemoved(Act):
    """Prompts demand it no more."""

    constraint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted(Act):
    """The island gets no proposals; its members stay and still migrate."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmuted(Act):
    """The island gets proposals again."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandRetired(Act):
    """The island gets no more children and takes no migrants."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandReopened(Act):
    """The island takes part again."""

    island: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandReseeded(Act):
    """The island starts again from one candidate; the record keeps those that left."""

    island: int
    founder: str
    members: tuple[str, ...]
    "Who left the island; pinned ones stay."
    previous: str
    "Who founded it before."


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandRestored(Act):
    """Those that left the island when it was reseeded are back, beside who came since."""

    island: int
    founder: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChanged(Act):
    """A setting has another value from now on."""

    name: str
    "Its dotted key in the configuration."
    value: Scalar
    previous: Scalar


ControlEvent = (
    Paused
    | Resumed
    | Pinned
    | Unpinned
    | Forked
    | Injected
    | PromotionStarted
    | Promoted
    | PromotionRefused
    | CommandRefused
)
"What a person does with the run and its candidates, and what comes of it."

CourseEvent = (
    Hinted
    | HintRemoved
    | Directed
    | ConstraintAdded
    | ConstraintRemoved
    | Muted
    | Unmuted
    | IslandRetired
    | IslandReopened
    | IslandReseeded
    | IslandRestored
    | SettingChanged
)
"What a person tells the search about where to go."
