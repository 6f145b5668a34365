"""What one step did, in words that claim no more than was measured."""

from dataclasses import replace
from itertools import count

import pytest
from tests.tui.canned import candidate, cpu_profile, passed, wrong

from fie_engine import events as e
from fie_engine.view.run import RunView
from fie_evaluator.results import Evaluation, Figure, Profile
from fie_tui.diff.drop import note_of
from fie_tui.diff.why import Step, hunk_words, is_moved, step_of, workload_words


def judged(*verdicts: tuple[str, str, Evaluation, float]) -> RunView:
    """Return a run of candidates: note, parent, verdict, score."""
    view, numbers = RunView(), count(1)
    for number, (note, parent, evaluation, score) in enumerate(verdicts):
        made = candidate(number, parent, 0, note=note)
        for event in (
            e.Proposed(proposal=number, candidate=made),
            e.Evaluated(candidate=made.id, evaluation=evaluation, score=score, noise=0.01),
        ):
            seq = next(numbers)
            view.fold([e.Recorded(seq=seq, at=float(seq), event=event)])
    return view


def profiled(evaluation: Evaluation, **figures: float) -> Evaluation:
    """Return the verdict with a profile of one workload, T=16."""
    values = tuple(Figure(name=name, value=value, unit="ms") for name, value in figures.items())
    profile = Profile(source="profiler", workload="T=16", figures=values)
    return replace(evaluation, profile=profile)


def faster_on(label: str, by: float, evaluation: Evaluation) -> Evaluation:
    """Return the verdict with one workload faster by a factor."""
    results = tuple(
        replace(one, median_ms=(one.median_ms or 0.0) / by) if one.label == label else one
        for one in evaluation.results
    )
    return replace(evaluation, results=results)


def step(view: RunView, hunks: int = 2) -> Step:
    """Return the step from the seed to its first child."""
    found = step_of(view, "c0001", "c0000", hunks)
    assert found is not None
    return found


SEED = ("", "", passed(1.0), 1.0)
CHILD = ("", "c0000", faster_on("T=16", 1.25, passed(1.0)), 1.04)


def test_a_hunk_of_several_is_told_with_all_that_its_step_did() -> None:
    assert hunk_words(step(judged(SEED, CHILD)), 1) == (
        "hunk 1/2: the step's 2 hunks together: ▲ T=16 +25.0%  = 5 within the noise"
        " · they can't be told apart: press - to judge the kernel without it"
    )


def test_a_steps_only_hunk_did_what_the_step_did() -> None:
    told = hunk_words(step(judged(SEED, CHILD), hunks=1), 1)
    assert told == "hunk 1/1: ▲ T=16 +25.0%  = 5 within the noise"


def test_a_step_within_the_noise_says_so() -> None:
    view = judged(SEED, ("", "c0000", passed(1.001), 1.001))
    assert hunk_words(step(view, hunks=1), 1) == "hunk 1/1: all 6 workloads within the noise"


@pytest.mark.parametrize(
    ("verdict", "score", "told"),
    [
        (passed(1.0), 0.98, "without it (c0002): -5.8%"),
        (passed(1.0), 1.039, "without it (c0002): no change beyond the noise"),
        (wrong(), 0.0, "without it (c0002) the kernel fails"),
    ],
)
def test_a_kernel_judged_without_the_hunk_tells_what_it_is_worth(
    verdict: Evaluation, score: float, told: str
) -> None:
    dropped = note_of("c0001", "c0000", "c0000", 2)
    view = judged(SEED, CHILD, (dropped, "c0001", verdict, score))
    assert hunk_words(step(view), 2).endswith(f" · {told}")
    assert "can't be told apart" in hunk_words(step(view), 1)


def test_a_failed_step_has_no_effect_to_tell() -> None:
    view = judged(SEED, ("", "c0000", wrong(), 0.0))
    assert hunk_words(step(view), 1) == "hunk 1/2: c0001 failed"


def test_a_moved_workload_names_the_hunks_and_what_the_profiler_saw_move() -> None:
    before = profiled(passed(1.0), mm=2.0, mul=1.0, add=1.0)
    after = profiled(faster_on("T=16", 1.25, passed(1.0)), mm=1.0, mul=1.1, add=1.001)
    moved = step(judged(("", "", before, 1.0), ("", "c0000", after, 1.04)))
    assert workload_words(moved, "T=16") == (
        "T=16 +25.0% ±3.1% vs c0000: 2 hunks, not to be told apart · profile: mm -50%, mul +10%"
    )
    assert [is_moved(moved, label) for label in ("T=16", "T=1")] == [True, False]


def test_a_profile_of_another_workload_explains_nothing() -> None:
    after = profiled(faster_on("T=80", 1.25, passed(1.0)), mm=1.0)
    view = judged(("", "", profiled(passed(1.0), mm=2.0), 1.0), ("", "c0000", after, 1.04))
    assert workload_words(step(view), "T=80").endswith("the profiles are of T=16")


def test_a_profile_of_everything_may_explain_any_workload() -> None:
    child = replace(faster_on("T=80", 1.25, passed(1.0)), profile=cpu_profile())
    view = judged(SEED, ("", "c0000", child, 1.04))
    assert workload_words(step(view, 1), "T=80").endswith(
        ": its only hunk · no figure of the profile changed"
    )


def test_a_workload_within_the_noise_was_moved_by_no_hunk() -> None:
    assert workload_words(step(judged(SEED, CHILD)), "T=1").endswith(
        "within the noise, no hunk moved it"
    )


def test_a_workload_without_a_figure_compares_with_nothing() -> None:
    view = judged(SEED, ("", "c0000", wrong(), 0.0))
    assert workload_words(step(view), "T=16") == "T=16: no figure to compare with c0000's"


def test_there_is_no_step_where_an_end_is_unknown() -> None:
    assert step_of(judged(SEED), "c0000", "", 0) is None
