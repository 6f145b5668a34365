"""The embedded proposer: repeatable, never repeating itself, and learning from the run."""

import asyncio
import re
from dataclasses import replace

import pytest
from tests.engine.propose.kernels import MOE, SOURCES

from fie_engine.model import Candidate, Origin
from fie_engine.propose.base import Ask, Judged, NoProposal, Proposal
from fie_engine.propose.credit import credit_of
from fie_engine.propose.operators import OperatorProposer, child
from fie_engine.propose.source import digest
from fie_engine.propose.splice import same_outside
from fie_engine.propose.tuner import breaking_knobs, importances, state_of, suggest
from fie_evaluator.results import Evaluation, Status


def judged(name: str, source: str, score: float, made: Proposal | None = None) -> Judged:
    """Return a candidate with its score, as the operators would have made it."""
    candidate = Candidate(
        id=name,
        parents=made.parents if made else (),
        island=0,
        generation=0,
        origin=made.origin if made else Origin.SEED,
        model=made.model if made else "",
        note=made.note if made else "",
        digest=digest(source),
    )
    status = Status.PASSED if score > 0 else Status.INCORRECT_NUMERICAL
    evaluation = Evaluation(status=status, device="CPU", timing="none")
    return Judged(candidate=candidate, source=source, evaluation=evaluation, score=score)


def first_ask(source: str, proposal: int = 1, seed_rng: int = 1) -> Ask:
    """Return the ask of a run that knows only its seed."""
    parent = judged("c0000", source, 1.0)
    return Ask(
        proposal=proposal,
        seed_rng=seed_rng,
        island=0,
        parent=parent,
        inspirations=(),
        history=(parent,),
        known=frozenset({parent.candidate.digest}),
    )


def pays(source: str) -> float:
    """Score a kernel by its text: skipping pays tenfold, overwriting a little, bfloat16 fails."""
    if "bfloat16" in source:
        return 0.0
    return (10.0 if "nonzero()" in source else 1.0) * (1.1 if "mul_(" in source else 1.0)


def searched(seed_rng: int, steps: int) -> list[Judged]:
    """Run a greedy search on `pays`."""
    history = [judged("c0000", MOE, 1.0)]
    for number in range(1, steps + 1):
        parent = max(history, key=lambda item: item.score)
        ask = Ask(
            proposal=number,
            seed_rng=seed_rng,
            island=0,
            parent=parent,
            inspirations=tuple(item for item in history[-3:] if item is not parent),
            history=tuple(history),
            known=frozenset(item.candidate.digest for item in history),
        )
        made = child(ask)
        history.append(judged(f"c{number:04}", made.source, pays(made.source), made))
    return history


def test_the_same_ask_gives_the_same_child() -> None:
    proposer = OperatorProposer()
    ask = first_ask(MOE)
    assert asyncio.run(proposer.propose(ask)) == asyncio.run(proposer.propose(ask))


def test_other_numbers_and_seeds_give_other_children() -> None:
    made = {child(first_ask(MOE, number, seed)).source for number in range(1, 5) for seed in (1, 2)}
    assert len(made) > 4


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_children_of_any_kernel_keep_what_is_outside_the_block(name: str) -> None:
    source = SOURCES[name]
    made = [child(first_ask(source, number)) for number in range(1, 6)]
    assert all(same_outside(source, item.source) and item.source != source for item in made)


def test_a_known_source_is_never_proposed() -> None:
    history = searched(3, 12)
    digests = [item.candidate.digest for item in history]
    assert len(set(digests)) == len(digests)


def test_a_parent_with_nothing_left_to_change_gives_no_proposal() -> None:
    with pytest.raises(NoProposal, match="every operator that applies"):
        child(first_ask("x = 1\n"))


def test_a_parent_that_is_not_python_gives_no_proposal() -> None:
    with pytest.raises(NoProposal, match="can't be parsed"):
        child(first_ask("def kernel(:\n"))


def test_every_note_names_operator_place_and_reason_on_one_line() -> None:
    made = [child(first_ask(MOE, number)) for number in range(1, 13)]
    part = r"[^·:]+, [^·:]+: [^·\n]+"
    assert all(re.fullmatch(rf"{part}( · {part})*", item.note) for item in made)


def test_credit_favours_what_paid_over_what_failed() -> None:
    seed = judged("c0000", MOE, 1.0)
    candidate = replace(seed.candidate, parents=("c0000",), origin=Origin.OPERATOR)
    won = replace(candidate, id="c0001", note="silu, gate in kernel: one pass")
    lost = replace(candidate, id="c0002", note="square, x in kernel: faster")
    history = [seed, replace(seed, candidate=won, score=2.0)]
    credit = credit_of([*history, replace(seed, candidate=lost, score=0.0)])
    weights = [credit.weight(name) for name in ("silu", "hoist out of the loop", "square")]
    assert weights == [2.0, 1.0, 0.25]


def test_notes_of_other_proposers_earn_no_credit() -> None:
    [seed, *_] = searched(1, 1)
    forged = replace(seed.candidate, origin=Origin.LLM, note="silu, gate: x", parents=("c0000",))
    credit = credit_of([seed, replace(seed, candidate=forged, score=9.0)])
    assert dict(credit.operators) == {}


def test_the_tuner_asks_for_what_went_with_high_scores() -> None:
    history = searched(1, 40)
    wanted = [name for seed in range(20) for name in set(suggest(history, MOE, seed).recipes)]
    assert wanted.count("visit only what is hit") > wanted.count("bfloat16 product")


def test_the_tuner_explains_the_score_by_what_decides_it() -> None:
    made = [child(first_ask(MOE, number)) for number in range(1, 61)]
    history = [judged("c0000", MOE, 1.0)]
    history += [
        judged(f"c{n}", item.source, pays(item.source), item) for n, item in enumerate(made)
    ]
    deciding = {"sites: visit only what is hit", "sites: gather the weighted rows"}
    assert set(list(importances(history))[:2]) == deciding


def test_a_state_is_read_from_the_text_alone() -> None:
    state = dict(state_of(SOURCES["softmax_torch"]).open_sites)
    assert state == {"inference mode": 1, "all rows at once": 1, "softmax": 1}


def test_crossover_reaches_the_best_of_other_islands() -> None:
    best = MOE.replace("scores * chosen_mask", "chosen_mask * scores")
    best = best.replace("total = total + ", "total += ")
    history = (judged("c0000", MOE, 1.0), judged("c0001", best, 30.0))
    known = frozenset(item.candidate.digest for item in history)
    asks = (
        replace(first_ask(MOE, number), history=history, known=known) for number in range(1, 30)
    )
    crossed = next(made for made in map(child, asks) if made.origin is Origin.CROSSOVER)
    assert crossed.parents == ("c0000", "c0001")


TUNED = """
BLOCK = {block}


def kernel(x, output):
    first[(1,)](x, num_warps={warps})
    second[(1,)](x, num_stages={stages})
"""


def tuned(score: float, block: int = 128, warps: int = 4, stages: int = 2) -> Judged:
    return judged("c", TUNED.format(block=block, warps=warps, stages=stages), score)


def test_a_number_that_breaks_whoever_turns_it_is_no_knob() -> None:
    seed = tuned(1.0)
    once = [seed, tuned(0.0, block=64, warps=8)]
    assert breaking_knobs(once) == set()
    twice = [*once, tuned(0.0, block=32, stages=3)]
    assert breaking_knobs(twice) == {"BLOCK"}
    # What is explained counts no more; where two explain as much, neither is blamed yet.
    assert breaking_knobs([*twice, tuned(0.0, block=256), tuned(0.0, warps=16)]) == {"BLOCK"}
    assert breaking_knobs([*twice, tuned(0.0, warps=16)]) == set()
    refuted = tuned(1.1, block=64)
    assert breaking_knobs([*twice, refuted]) == set()


def test_the_operators_leave_such_a_number_alone() -> None:
    history = (tuned(1.0), tuned(0.0, block=64), tuned(0.0, block=32), tuned(0.0, block=256))
    drawn = [
        child(replace(first_ask(history[0].source, number), history=history)).source
        for number in range(12)
    ]
    assert {"BLOCK = 128" in source for source in drawn} == {True}
    assert len(set(drawn)) > 1
