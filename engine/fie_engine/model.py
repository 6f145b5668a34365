"""The search's own values."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """How a candidate came to be."""

    SEED = "seed"
    LLM = "llm"
    OPERATOR = "operator"
    TUNER = "tuner"
    CROSSOVER = "crossover"
    FORK = "fork"
    EDIT = "edit"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One kernel of a run; its text is the file candidates/<id>/kernel.py."""

    id: str
    'Unique in its run, for example "c0017"; "c0000" is the seed.'
    parents: tuple[str, ...]
    "The first is the one it was derived from; empty for a seed."
    island: int
    generation: int
    origin: Origin
    model: str
    "What proposed it: a model's name, or an operator's."
    note: str
    "What was changed and why, one line; hostile text when a model wrote it."
    digest: str
    "Hash of the normalised source: equal digests compute the same."
    mends: str = ""
    'The failed candidate that it puts right, or "#12" for a reply that made none.'
    done: tuple[str, ...] = ()
    "Steps of its definition's checklist that its source shows to be done."


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """A workload that is judged at the promotion gate only."""

    workload: str
    "Its uuid."
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one reply cost, attempts that broke off before it included."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    "Of the prompt's, those that the server had read before."
    reasoning_tokens: int = 0
    "Of the completion's, those that were thinking."
    estimated: bool = False
    "Whether the server told no figures, so that these are counted from the text."
    usd: float | None = None
    "None where the model's price is not known."
    local: bool = False
    "Whether it cost nothing because the model runs at home."

    @property
    def tokens(self) -> int:
        """Prompt and completion together; 0 where no model answered."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One prompt and its reply, as sent and received."""

    system: str
    user: str
    reply: str
    model: str
    usage: Usage = Usage()
    seconds: float = 0.0
    room: int = 0
    "Tokens that the prompt might have, as they are estimated."
    left_out: tuple[str, ...] = ()
    "Parts that the prompt had no room for, the least useful first."


class RunState(StrEnum):
    """What the engine of a run is doing."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    "A person stopped it; it can be resumed."
    FINISHED = "finished"
    "Its iterations are used up, or it went stale; it can be extended."
    FAILED = "failed"
