"""What every evaluator keeps, whatever it is made of."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, wait
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.evaluator.judging import RIGHT, job, kernel, small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.base import Evaluator
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.pool.ray_pool import RayEvaluator
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.project.judge import ProjectEvaluator
from fie_evaluator.project.terms import Project
from fie_evaluator.results import Evaluation, Status

WRONG = kernel("wrong/zeros")
ENDLESS = kernel("wrong/hangs")


class Subject:
    """An evaluator under test, and how to keep a job in flight on it."""

    def __init__(
        self,
        make: Callable[[], Evaluator],
        stage: str = "policy",
        wrong: Status = Status.INCORRECT_NUMERICAL,
    ) -> None:
        self.make = make
        self.stage = stage
        "What it begins with."
        self.wrong = wrong
        "What it says of a kernel that is wrong."


PROJECT = """
import time
def evaluate(path):
    text = open(path).read()
    while "while True" in text:
        time.sleep(1)
    if "zero_" in text:
        raise ValueError("zeros")
    return {"combined_score": 1.0}
"""
"Knows the kernels of these tests by their texts."


def recorded() -> Evaluator:
    def answer(asked: EvalJob) -> Evaluation:
        status = Status.PASSED if asked.source == RIGHT else Status.INCORRECT_NUMERICAL
        error = "" if status is Status.PASSED else "wrong"
        return Evaluation(status=status, device="CPU", timing="recorded", error=error)

    return RecordedEvaluator(answer)


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    dataset = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    return dataset, tmp_path_factory.mktemp("cache")


@pytest.fixture(
    scope="module",
    params=["recorded", "local", pytest.param("ray", marks=pytest.mark.slow), "project"],
)
def subject(request: pytest.FixtureRequest, roots: tuple[Path, Path]) -> Subject:
    dataset, cache = roots
    if request.param == "recorded":
        return Subject(recorded)
    if request.param == "project":
        path = cache / "evaluator.py"
        path.write_text(PROJECT)
        project = Project(evaluator=path)
        make = partial(ProjectEvaluator, project, os.environ)
        return Subject(make, stage="evaluate", wrong=Status.RUNTIME_ERROR)
    if request.param == "ray":
        if find_spec("ray") is None:
            pytest.skip("Ray isn't installed")
        return Subject(lambda: RayEvaluator(small_track(dataset), cache))
    return Subject(lambda: LocalEvaluator(small_track(dataset), cache))


@pytest.fixture(scope="module")
def evaluator(subject: Subject) -> Iterator[Evaluator]:
    made = subject.make()
    yield made
    made.close()


def test_has_a_slot(evaluator: Evaluator) -> None:
    assert evaluator.slots >= 1


def test_a_right_kernel_passes(evaluator: Evaluator) -> None:
    evaluation = evaluator.submit(job(RIGHT)).result(timeout=60)
    assert (evaluation.status, evaluation.passed, evaluation.error) == (Status.PASSED, True, "")


def test_a_wrong_kernel_is_a_result(subject: Subject, evaluator: Evaluator) -> None:
    evaluation = evaluator.submit(job(WRONG)).result(timeout=60)
    assert (evaluation.status, evaluation.passed) == (subject.wrong, False)
    assert evaluation.error


def test_jobs_may_outnumber_slots(evaluator: Evaluator) -> None:
    futures = [
        evaluator.submit(job(source, candidate=f"c{number}"))
        for number, source in enumerate((RIGHT, WRONG, RIGHT))
    ]
    verdicts = [future.result(timeout=60).passed for future in futures]
    assert verdicts == [True, False, True]


def test_progress_names_its_candidate(subject: Subject, evaluator: Evaluator) -> None:
    seen: list[Progress] = []
    evaluator.submit(job(RIGHT, candidate="c7"), seen.append).result(timeout=60)
    assert {progress.candidate for progress in seen} == {"c7"}
    assert seen[0].stage == subject.stage


def test_after_a_cancelled_job_the_next_is_judged(evaluator: Evaluator) -> None:
    hopeless = evaluator.submit(job(ENDLESS, candidate="c8"))
    hopeless.cancel()
    assert evaluator.submit(job(RIGHT, candidate="c9")).result(timeout=60).passed
    assert hopeless.done()


def test_closing_cancels_what_has_not_landed_and_refuses_more(subject: Subject) -> None:
    evaluator = subject.make()
    futures = [evaluator.submit(job(ENDLESS, candidate=f"c{n}")) for n in range(2)]
    evaluator.close()
    assert wait(futures, timeout=5).not_done == set()
    if any(future.cancelled() for future in futures):
        with pytest.raises(CancelledError):
            futures[-1].result(timeout=0)
    with pytest.raises(EvaluatorError, match="closed"):
        evaluator.submit(job(RIGHT))
    evaluator.close()
