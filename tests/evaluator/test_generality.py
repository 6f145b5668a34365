"""The judge works for any definition of a trace set, in PyTorch and in Triton."""

from pathlib import Path

import pytest
from tests.evaluator.judging import job, small_track
from tests.kernels.definitions import NAIVE_KERNELS, NaiveKernel, write_small_dataset

from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Status

QUICK = ("rmsnorm_triton",)
CASES = [
    pytest.param(
        naive,
        id=naive.path.stem,
        marks=[] if naive.path.stem in QUICK else [pytest.mark.slow],
    )
    for naive in NAIVE_KERNELS
]


@pytest.mark.parametrize("naive", CASES)
def test_a_naive_kernel_of_any_definition_passes(naive: NaiveKernel, tmp_path: Path) -> None:
    write_small_dataset(tmp_path / "trace")
    track = small_track(tmp_path / "trace", naive.definition)
    evaluator = LocalEvaluator(track, tmp_path / "cache")
    try:
        evaluation = evaluator.submit(job(naive.source)).result(timeout=100)
    finally:
        evaluator.close()
    assert (evaluation.status, evaluation.error) == (Status.PASSED, "")
    assert len(evaluation.results) == 2
