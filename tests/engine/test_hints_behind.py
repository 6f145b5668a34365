"""Which hints stood in the prompt that a candidate answers."""

from dataclasses import replace
from itertools import count

from tests.tui.canned import candidate

from fie_engine import events as e
from fie_engine.model import Origin
from fie_engine.view.run import RunView


def folded(*events: e.Event) -> RunView:
    """Return the view of a record."""
    view, numbers = RunView(), count(1)
    view.fold(e.Recorded(seq=(seq := next(numbers)), at=float(seq), event=one) for one in events)
    return view


def asked(proposal: int) -> e.ProposalStarted:
    """Return an ask for a child of the seed on island 1."""
    return e.ProposalStarted(proposal=proposal, island=1, parent="c0000", proposer="model")


def test_a_models_candidate_knows_the_hints_of_its_prompt_and_no_later_ones() -> None:
    hints = (
        e.Hinted(hint=1, text="fuse"),
        e.Hinted(hint=2, text="elsewhere", island=0),
        e.Hinted(hint=3, text="gone"),
        e.HintRemoved(hint=3),
    )
    child = replace(candidate(1, "c0000", 1), origin=Origin.LLM)
    view = folded(
        *hints,
        asked(1),
        e.Hinted(hint=4, text="too late"),
        e.Proposed(proposal=1, candidate=child),
    )
    assert view.candidates["c0001"].hints == (1,)


def test_a_candidate_that_no_model_made_knows_none() -> None:
    view = folded(
        e.Hinted(hint=1, text="fuse"),
        asked(1),
        e.Proposed(proposal=1, candidate=candidate(1, "c0000", 1)),
    )
    assert view.candidates["c0001"].hints == ()
