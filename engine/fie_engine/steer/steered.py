"""What a person has told the search so far: hints, directions, constraints and settings."""

from fie_engine import events as e
from fie_engine.events_steering import Scalar
from fie_engine.model import Origin
from fie_engine.view.rows import Constraint, Hint


class Steered:
    """Folds a person's acts; what is taken back stays known, so that it can come back."""

    def __init__(self) -> None:
        self.directions: dict[int, str] = {}
        "By island; one without a direction is missing."
        self.muted: set[int] = set()
        self.settings: dict[str, Scalar] = {}
        "Settings that have another value than the run was launched with, by dotted key."
        self.all_hints: dict[int, Hint] = {}
        self.all_constraints: dict[int, Constraint] = {}
        self._dropped_hints: set[int] = set()
        self._dropped_constraints: set[int] = set()
        self._said: dict[int, tuple[int, ...]] = {}
        "Hints in the prompts of asks without an answer, by proposal."

    @property
    def hints(self) -> tuple[Hint, ...]:
        """Hints that prompts carry now, oldest first."""
        standing = self.all_hints.keys() - self._dropped_hints
        return tuple(self.all_hints[number] for number in sorted(standing))

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """Constraints that prompts carry now, oldest first."""
        standing = self.all_constraints.keys() - self._dropped_constraints
        return tuple(self.all_constraints[number] for number in sorted(standing))

    def hints_behind(self, proposed: e.Proposed) -> tuple[int, ...]:
        """Return the hints that a new candidate's prompt carried; only models are prompted."""
        said = self._said.pop(proposed.proposal, ())
        return said if proposed.candidate.origin is Origin.LLM else ()

    def apply(self, recorded: e.Recorded) -> None:
        """Take in an event."""
        match recorded.event:
            case e.ProposalStarted(proposal=proposal, island=island, parent=parent):
                reached = (hint for hint in self.hints if hint.reaches(island, parent))
                self._said[proposal] = tuple(hint.number for hint in reached)
            case e.ProposalFailed(proposal=proposal):
                self._said.pop(proposal, None)
            case e.Hinted() as hinted:
                self._dropped_hints.discard(hinted.hint)
                self.all_hints[hinted.hint] = Hint(
                    number=hinted.hint,
                    text=hinted.text,
                    island=hinted.island,
                    candidate=hinted.candidate,
                    author=hinted.author,
                )
            case e.HintRemoved(hint=number):
                self._dropped_hints.add(number)
            case e.Directed(island=island, text=text):
                self.directions.pop(island, None)
                if text:
                    self.directions[island] = text
            case e.ConstraintAdded() as added:
                self._dropped_constraints.discard(added.constraint)
                self.all_constraints[added.constraint] = Constraint(
                    number=added.constraint,
                    text=added.text,
                    cluster=added.cluster,
                    author=added.author,
                )
            case e.ConstraintRemoved(constraint=number):
                self._dropped_constraints.add(number)
            case e.Muted(island=island):
                self.muted.add(island)
            case e.Unmuted(island=island):
                self.muted.discard(island)
            case e.SettingChanged(name=name, value=value):
                self.settings[name] = value
