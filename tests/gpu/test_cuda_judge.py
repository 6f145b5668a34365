"""The judge on a real GPU: right kernels pass, wrong ones get the same names as on the CPU."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluator.judging import job, kernel
from tests.kernels.definitions import NAIVE_KERNELS, NaiveKernel, write_small_dataset

from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.tracks import resolve_track

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

RMSNORM = "rmsnorm_h1024"
HANGS_ON_THE_GPU = """
import torch
import triton
import triton.language as tl

@triton.jit
def spin(out):
    while tl.load(out, volatile=True) != 1.0:
        pass

def kernel(hidden_states, weight, output):
    spin[(1,)](output)
"""
WRITES_OUT_OF_BOUNDS = """
import torch
import triton
import triton.language as tl

@triton.jit
def stray(out):
    tl.store(out + (1 << 40), 1.0)

def kernel(hidden_states, weight, output):
    stray[(1,)](output)
    torch.cuda.synchronize()
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not look_at_machine({}).cuda_ready:
        pytest.skip("no CUDA GPU")
    root = tmp_path_factory.mktemp("trace")
    write_small_dataset(root)
    return root


@pytest.fixture(scope="module")
def judge(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEvaluator]:
    track = resolve_track(RMSNORM, dataset, {})
    evaluator = LocalEvaluator(track, tmp_path_factory.mktemp("cache"))
    yield evaluator
    evaluator.close()


def judged(judge: LocalEvaluator, source: str) -> Evaluation:
    return judge.submit(job(source)).result(timeout=280)


@pytest.mark.parametrize("naive", NAIVE_KERNELS, ids=lambda naive: naive.path.stem)
def test_naive_kernels_pass_and_are_timed(
    naive: NaiveKernel, dataset: Path, tmp_path: Path
) -> None:
    track = resolve_track(naive.definition, dataset, {})
    # Triton multiplies float32 matrices in tf32 unless it is told otherwise.
    loose = replace(track, official=replace(track.official, atol=0.1, rtol=0.1))
    evaluator = LocalEvaluator(loose, tmp_path / "cache")
    try:
        found = judged(evaluator, naive.source)
    finally:
        evaluator.close()
    assert (found.status, found.error) == (Status.PASSED, "")
    assert found.timing == "CUDA events, launch overhead counted"
    assert all(result.median_ms and result.reference_ms for result in found.results)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("noop", Status.INCORRECT_NUMERICAL),
        ("zeros", Status.INCORRECT_NUMERICAL),
        ("raises", Status.RUNTIME_ERROR),
        ("noop_after_right", Status.INCORRECT_NUMERICAL),
        ("caches_by_pointer", Status.REFUSED),
        ("caches_by_call_count", Status.REFUSED),
    ],
)
def test_wrong_kernels_are_named(judge: LocalEvaluator, name: str, status: Status) -> None:
    assert judged(judge, kernel(f"wrong/{name}")).status is status


def test_a_stray_write_costs_one_candidate_and_the_next_is_judged(judge: LocalEvaluator) -> None:
    stray = judged(judge, WRITES_OUT_OF_BOUNDS)
    assert stray.status in (Status.RUNTIME_ERROR, Status.CRASHED)
    assert judged(judge, kernel("right/plain")).status is Status.PASSED


def test_a_hang_on_the_gpu_is_killed_and_the_next_is_judged(dataset: Path, tmp_path: Path) -> None:
    track = resolve_track(RMSNORM, dataset, {})
    short = replace(track, search=replace(track.search, timeout_s=20.0))
    evaluator = LocalEvaluator(short, tmp_path / "cache")
    try:
        assert judged(evaluator, HANGS_ON_THE_GPU).status is Status.TIMEOUT
        assert judged(evaluator, kernel("right/plain")).status is Status.PASSED
    finally:
        evaluator.close()
