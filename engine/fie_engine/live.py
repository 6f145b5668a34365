"""What an engine does at this moment: overwritten in place, never history."""

from dataclasses import dataclass

from fie_evaluator.timing.reading import Reading

HEARTBEAT_LATE_S = 5.0
"An engine that wrote nothing for so long is silent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One piece of work in flight."""

    what: str
    'For example "judging c0017" or "proposing from c0003".'
    stage: str
    'For example "timing 3/6"; may be empty.'
    since: float
    "Unix time, seconds."
    patience_s: float = 0.0
    "Work that takes longer is likely stuck; 0 where nobody can tell."


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What a model has said so far in a reply that still streams in."""

    proposal: int
    text: str
    "Its beginning, without the thinking; hostile."
    characters: int
    "Length of all that was said, thinking included."


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """An engine's heartbeat, written at least once a second."""

    at: float
    "Unix time, seconds."
    pid: int
    host: str
    phases: tuple[Phase, ...]
    replies: tuple[Utterance, ...] = ()
    "Of models only."
    load: float | None = None
    "Processes that wanted a core during the last minute, on average; None where nobody counts."
    cores: int = 0
    "Of the host."
    readings: tuple[Reading, ...] = ()
    "Of the judges' GPUs, each as old as it says: nobody reads them while the search rests."
