"""A bad kernel costs exactly itself: whatever it does, it is ended and the next is judged."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.evaluator.judging import RIGHT, job, kernel, small_track
from tests.kernels.catalogue import catalogue
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation, Status

ENDLESS = [each.name for each in catalogue() if each.slow and "cpu" in each.devices]
FATAL = ("segfaults", "exhausts_memory", "recurses", "raises_system_exit", "noop")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("trace")
    write_small_dataset(root)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def judge(dataset: Path, cache: Path) -> Iterator[LocalEvaluator]:
    evaluator = LocalEvaluator(small_track(dataset), cache, memory_bytes=1 << 30)
    yield evaluator
    evaluator.close()


@pytest.fixture(scope="module")
def impatient_judge(dataset: Path, cache: Path) -> Iterator[LocalEvaluator]:
    evaluator = LocalEvaluator(small_track(dataset, timeout_s=1.0), cache)
    yield evaluator
    evaluator.close()


def judged(evaluator: LocalEvaluator, source: str) -> Evaluation:
    return evaluator.submit(job(source)).result(timeout=60)


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_kernel_is_stopped(impatient_judge: LocalEvaluator, name: str) -> None:
    evaluation = judged(impatient_judge, kernel(f"wrong/{name}"))
    assert evaluation.status is Status.TIMEOUT
    assert "not finished within 1 s" in evaluation.error
    assert len(evaluation.log) <= 4096


@pytest.mark.parametrize("name", FATAL)
def test_a_right_kernel_passes_after_a_fatal_one(judge: LocalEvaluator, name: str) -> None:
    assert judged(judge, kernel(f"wrong/{name}")).status is not Status.PASSED
    assert judged(judge, RIGHT).status is Status.PASSED


def test_what_is_not_python_is_a_compile_error(judge: LocalEvaluator) -> None:
    evaluation = judged(judge, "def kernel(x, y, z)\n    pass\n")
    assert (evaluation.status, evaluation.error) == (Status.COMPILE_ERROR, "line 1: expected ':'")


def test_a_refusal_tells_where_and_how_much_more_there_is(judge: LocalEvaluator) -> None:
    evaluation = judged(judge, "import os\nimport sys\n" + RIGHT)
    assert evaluation.status is Status.REFUSED
    assert evaluation.error.startswith("line 1: `import os` is not allowed: a kernel may import ")
    assert evaluation.error.endswith(" (and 1 more)")


def test_a_noop_after_a_right_kernel_fails(judge: LocalEvaluator) -> None:
    assert judged(judge, RIGHT).status is Status.PASSED
    assert judged(judge, kernel("wrong/noop")).status is Status.INCORRECT_NUMERICAL
