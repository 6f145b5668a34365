"""The recorded evaluator lands what it is told, when it is told."""

from concurrent.futures import CancelledError, wait
from dataclasses import replace
from pathlib import Path

import pytest

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.pool.recorded import RecordedEvaluator, answers_by_source
from fie_evaluator.results import Evaluation, Profile, Status, WorkloadResult

PASSED = Evaluation(status=Status.PASSED, device="cpu", timing="recorded")


def job(candidate: str, source: str = "fast") -> EvalJob:
    return EvalJob(candidate=candidate, source=source, directory=Path("unused"))


def held(slots: int) -> RecordedEvaluator:
    return RecordedEvaluator(lambda _: PASSED, slots=slots, held=True)


def test_lands_at_once_when_not_held() -> None:
    evaluator = RecordedEvaluator(answers_by_source({"fast": PASSED}))
    assert evaluator.submit(job("c1")).result(timeout=0) == PASSED


def test_an_unknown_source_is_an_error_of_the_judge() -> None:
    evaluator = RecordedEvaluator(answers_by_source({}))
    with pytest.raises(EvaluatorError, match="no recorded evaluation for candidate c1"):
        evaluator.submit(job("c1")).result(timeout=0)


def test_held_jobs_fill_the_slots_in_order() -> None:
    evaluator = held(slots=2)
    for name in ("c1", "c2", "c3"):
        evaluator.submit(job(name))
    assert (evaluator.running, evaluator.queued) == (("c1", "c2"), ("c3",))


def test_releasing_out_of_order_starts_the_next_queued() -> None:
    evaluator = held(slots=2)
    futures = {name: evaluator.submit(job(name)) for name in ("c1", "c2", "c3")}
    evaluator.release("c2")
    assert (evaluator.running, evaluator.queued) == (("c1", "c3"), ())
    assert [name for name, future in futures.items() if future.done()] == ["c2"]


def test_release_all_lands_queued_jobs_too() -> None:
    evaluator = held(slots=1)
    futures = [evaluator.submit(job(f"c{n}")) for n in range(3)]
    evaluator.release_all()
    assert [future.result(timeout=0) for future in futures] == [PASSED] * 3


def test_cancelling_a_running_job_frees_its_slot() -> None:
    evaluator = held(slots=1)
    first, _ = evaluator.submit(job("c1")), evaluator.submit(job("c2"))
    assert first.cancel()
    assert (evaluator.running, evaluator.queued) == (("c2",), ())


def test_close_cancels_and_wakes_waiters() -> None:
    evaluator = held(slots=1)
    futures = [evaluator.submit(job(f"c{n}")) for n in range(2)]
    evaluator.close()
    assert wait(futures, timeout=0).not_done == set()
    with pytest.raises(CancelledError):
        futures[0].result(timeout=0)
    with pytest.raises(EvaluatorError, match="closed"):
        evaluator.submit(job("c3"))


def test_progress_is_reported_when_a_job_starts() -> None:
    evaluator = held(slots=1)
    seen: list[Progress] = []
    for name in ("c1", "c2"):
        evaluator.submit(job(name), seen.append)
    evaluator.release("c1")
    assert [progress.candidate for progress in seen] == ["c1", "c2"]


def timed(*speedups: float) -> Evaluation:
    """Return a verdict with a workload for each speedup."""
    results = tuple(
        WorkloadResult(
            workload=f"w{n}",
            label=f"T={n}",
            status=Status.PASSED,
            median_ms=1.0 / speedup,
            reference_ms=1.0,
        )
        for n, speedup in enumerate(speedups)
    )
    return replace(PASSED, results=results, profile=Profile(source="recorded"))


ANSWERS = answers_by_source({"fast": timed(4.0, 4.0), "slow": timed(1.0, 4.0)})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, timed(4.0, 4.0)),
        ({"profile": False}, replace(timed(4.0, 4.0), profile=None)),
        ({"profile_above": 4.0}, replace(timed(4.0, 4.0), profile=None)),
        ({"profile_above": 3.9}, timed(4.0, 4.0)),
        ({"rival": "slow"}, replace(timed(4.0, 4.0), rival=timed(1.0, 4.0).results)),
        ({"bar": 4.0}, timed(4.0, 4.0)),
        ({"source": "slow", "bar": 2.1}, replace(timed(1.0), complete=False)),
    ],
)
def test_answers_as_the_job_asks_with_rival_bar_and_profile(
    changes: dict[str, object], told: Evaluation
) -> None:
    asked = replace(job("c1"), **changes)  # type: ignore[arg-type]
    assert RecordedEvaluator(ANSWERS).submit(asked).result(timeout=0) == told


def test_a_rival_that_the_answer_tells_of_is_not_asked_for() -> None:
    both = replace(timed(4.0), rival=timed(2.0).results)
    evaluator = RecordedEvaluator(lambda asked: both)
    asked = replace(job("c1"), rival="unknown")
    assert evaluator.submit(asked).result(timeout=0) == both


def test_what_failed_has_no_profile_and_no_rival() -> None:
    failed = replace(timed(4.0), status=Status.CRASHED)
    evaluator = RecordedEvaluator(lambda asked: failed)
    asked = replace(job("c1"), rival="slow")
    assert evaluator.submit(asked).result(timeout=0) == replace(failed, profile=None)
