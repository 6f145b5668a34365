"""What the start screen hands to the small process that it came from, and gets back."""

import pickle
from dataclasses import dataclass, replace

from fie_tui.looks.wanted import Looks
from fie_tui.told.new_run import NewRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the start screen was left; what it needs to open again as it was."""

    words: tuple[str, ...] = ()
    'The command to carry out, for example ("attach", "runs/night"); empty to leave.'
    run: str = ""
    "The run that was chosen."
    form: NewRun = NewRun()
    "What stood in the form."
    from_form: bool = False
    "Whether the form was open."
    looks: Looks = Looks()

    def carried_out(self) -> "Answer":
        """Return what the start screen opens with once the command went well."""
        form = replace(self.form, name="") if self.from_form else self.form
        return replace(self, words=(), form=form, from_form=False)


def packed(answer: Answer) -> bytes:
    """Return an answer as bytes for a pipe."""
    return pickle.dumps(answer)


def unpacked(told: bytes) -> Answer:
    """Return the answer that the bytes hold; only of this program's own child."""
    answer: Answer = pickle.loads(told)
    return answer
