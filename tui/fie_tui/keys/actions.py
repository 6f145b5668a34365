"""What an action of the board is, and when it can be taken."""

from collections.abc import Callable
from dataclasses import dataclass

from fie_engine.model import Origin, RunState
from fie_engine.view.rows import CandidateRow, CandidateState

ENDED = (RunState.STOPPED, RunState.FINISHED, RunState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides which actions make sense now."""

    state: RunState
    engine: bool
    "Whether an engine is there to take commands."
    read_only: bool
    chosen: CandidateRow | None
    promoting: bool = False
    "Whether the chosen candidate is being promoted."
    island: int | None = None
    "The island in hand: the one chosen in panel 1, else the chosen candidate's."
    controller: str = ""
    "Who steers the run from another board; empty where this one may."
    past: str = ""
    'The moment that is shown instead of now: "event 12 of 480"; empty at the live head.'
    events: int = 0
    "The newest event's number."
    rest: str = ""
    'Why that island gets no proposals: "muted" or "retired"; empty when it gets some.'

    @property
    def looks_only(self) -> bool:
        """Whether nothing can be steered from here."""
        return self.read_only or bool(self.past or self.controller)


Refusal = Callable[[Situation], str]
"Says why an action can't be taken; empty when it can."


def never_refused(now: Situation) -> str:
    """Refuse nothing."""
    return ""


def refuse_steering(now: Situation) -> str:
    """Refuse when nobody can carry a command out."""
    if now.past:
        return f"this is the past, {now.past}: go back to now first"
    if now.read_only:
        return "this board only looks: it was opened read-only"
    if now.controller:
        return f"{now.controller} controls this run: take control first"
    if not now.engine:
        return f"no engine is at work on this run ({now.state}): nothing to steer"
    return ""


def refuse_searching(now: Situation) -> str:
    """Refuse when there is no search to steer."""
    if now.state in ENDED and not now.past:
        return f"the search has ended ({now.state})"
    return refuse_steering(now)


def refuse_unchosen(now: Situation) -> str:
    """Refuse when there is no candidate."""
    return "" if now.chosen is not None else "no candidate is chosen: pick one in panel 2"


def refuse_unwritten(now: Situation) -> str:
    """Refuse when no model wrote the chosen candidate."""
    if now.chosen is None:
        return refuse_unchosen(now)
    made = now.chosen.candidate
    by = made.model or made.origin.value
    return "" if made.origin is Origin.LLM else f"{made.id} is no model's: it was made by {by}"


def refuse_unjudged(now: Situation) -> str:
    """Refuse when no candidate that passed is chosen."""
    if now.chosen is None:
        return "no candidate is chosen: pick one in panel 2"
    if now.chosen.state is CandidateState.FAILED:
        return f"{now.chosen.candidate.id} failed: only a candidate that passed can be used"
    if now.chosen.state is not CandidateState.PASSED:
        return f"{now.chosen.candidate.id} isn't judged yet"
    return ""


def refuse_keeping(now: Situation) -> str:
    """Refuse to pin."""
    return refuse_steering(now) or refuse_unjudged(now)


def refuse_forking(now: Situation) -> str:
    """Refuse to fork."""
    return refuse_searching(now) or refuse_unjudged(now)


def refuse_promoting(now: Situation) -> str:
    """Refuse to promote."""
    if not (now.engine or now.looks_only):
        return "no engine is at work here: use `fie-tui promote RUN CANDIDATE`"
    if now.promoting:
        return "its official judging runs already"
    return refuse_keeping(now)


def refuse_editing(now: Situation) -> str:
    """Refuse to edit."""
    nothing = "no candidate is chosen: pick one in panel 2" if now.chosen is None else ""
    return refuse_steering(now) or nothing


def refuse_island(now: Situation) -> str:
    """Refuse where no island is there to steer, or it is retired."""
    if now.island is None:
        return refuse_steering(now) or "there are no islands yet: the seed isn't judged"
    retired = f"island {now.island} is retired" if now.rest == "retired" else ""
    return refuse_steering(now) or retired


def refuse_present(now: Situation) -> str:
    """Refuse at the live head."""
    return "" if now.past else "this is now: there is nothing later"


def refuse_control(now: Situation) -> str:
    """Refuse to take control where there is none to take."""
    if now.read_only:
        return "this board only looks: it was opened read-only"
    return "" if now.controller else "this board controls the run"


def refuse_empty_past(now: Situation) -> str:
    """Refuse while nothing has happened."""
    return "" if now.events else "nothing has happened yet"


def is_muted(now: Situation) -> bool:
    """Whether the island in hand is muted."""
    return now.rest == "muted"


def is_paused(now: Situation) -> bool:
    """Whether the search is paused."""
    return now.state is RunState.PAUSED


def is_pinned(now: Situation) -> bool:
    """Whether the chosen candidate is pinned."""
    return now.chosen is not None and now.chosen.pinned


def never(now: Situation) -> bool:
    """Never flipped."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a person can do."""

    id: str
    keys: tuple[str, ...]
    "Textual's names of the keys."
    shown: str
    "The key as the screen writes it."
    label: str
    help: str
    group: str
    hint: int = 0
    "Rank in the hint line, 1 first; 0 keeps it out."
    refusal: Refusal = never_refused
    flipped: Callable[[Situation], bool] = never
    "When true, `flipped_label` says what the key does."
    flipped_label: str = ""

    def label_in(self, now: Situation) -> str:
        """Return what the key does now."""
        return self.flipped_label if self.flipped(now) else self.label
