"""Judged candidates on demand, and evaluations that fit in memory by the thousand."""

from dataclasses import replace

import pytest
from tests.engine.asks import judged
from tests.engine.lab import Lab, evaluation

from fie_engine.record.compact import LONGEST_LOG, compacted
from fie_engine.record.docket import SOURCES, Docket
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_evaluator.results import Evaluation, Figure, Profile


def row(name: str, score: float) -> CandidateRow:
    made = judged(name, score=score)
    return CandidateRow(
        candidate=made.candidate,
        state=CandidateState.PASSED,
        at=0.0,
        evaluation=made.evaluation,
        score=score,
    )


def test_a_judged_candidate_has_its_text_and_its_figures_of_now() -> None:
    rows = {"c0001": row("c0001", 1.0), "c0002": row("c0002", 2.0)}
    docket = Docket(rows, lambda name: f"text of {name}")
    docket.enter("c0001")
    rows["c0001"] = replace(rows["c0001"], score=3.0)
    assert (docket["c0001"].source, docket["c0001"].score) == ("text of c0001", 3.0)
    assert list(docket) == ["c0001"]
    with pytest.raises(KeyError):
        docket["c0002"]


def test_the_newest_come_oldest_first() -> None:
    rows = {name: row(name, 1.0) for name in ("c0001", "c0002", "c0003")}
    docket = Docket(rows, str)
    for name in ("c0003", "c0001", "c0002"):
        docket.enter(name)
    assert [one.candidate.id for one in docket.newest(2)] == ["c0001", "c0002"]


def test_only_so_many_texts_stay_in_memory() -> None:
    read: list[str] = []
    docket = Docket({}, lambda name: read.append(name) or name)  # type: ignore[func-returns-value]
    for number in range(SOURCES + 1):
        docket.source(str(number))
    docket.source(str(SOURCES))
    docket.source("0")
    assert read == [*map(str, range(SOURCES + 1)), "0"]


def test_members_of_a_population_hold_no_text(lab: Lab) -> None:
    programs = lab.run().population.programs.values()
    assert {program.__dict__.get("code") for program in programs} == {None}
    assert all(program.code.startswith("speed = ") for program in programs)


def test_a_view_keeps_all_of_an_evaluation_but_its_samples_and_a_long_log() -> None:
    (result,) = evaluation(2.0).results
    whole = replace(
        evaluation(2.0),
        results=(replace(result, samples_ms=(1.0, 2.0)),),
        log="x" * (LONGEST_LOG + 5),
    )
    assert compacted(whole) == replace(evaluation(2.0), log="x" * LONGEST_LOG)


def with_profile(speed: float) -> Evaluation:
    figure = Figure(name="::".join(("aten", "mm")), value=1.0, unit="ms")
    return replace(evaluation(speed), profile=Profile(source="operators", figures=(figure,)))


def test_evaluations_share_what_is_equal() -> None:
    first, second = (compacted(with_profile(float(f"{speed}.5"))) for speed in (1, 2))
    assert first.profile is not None and second.profile is not None
    assert first.profile.figures[0].name is second.profile.figures[0].name
    assert first.results[0].reference_ms is second.results[0].reference_ms
    assert first.device is second.device
