"""Several GPUs, or one twice: every one is judged on by one candidate at a time, and watched."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.evaluator.judging import job, kernel
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.gpus import Gpu, look_at_machine
from fie_evaluator.pool.lease import GpuLease
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.pool.ray_pool import RayEvaluator
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.track import Track
from fie_evaluator.tracks import resolve_track

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

RIGHT = kernel("right/plain")


@pytest.fixture(scope="module")
def gpus() -> tuple[Gpu, ...]:
    machine = look_at_machine({})
    if not machine.cuda_ready:
        pytest.skip("no CUDA GPU")
    return machine.gpus


@pytest.fixture(scope="module")
def track(gpus: tuple[Gpu, ...], tmp_path_factory: pytest.TempPathFactory) -> Track:
    root = tmp_path_factory.mktemp("trace")
    write_small_dataset(root)
    found = resolve_track("rmsnorm_h1024", root, {})
    # Long enough for the driver to be asked a few times.
    return replace(found, search=replace(found.search, iterations=3000, precision=None))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def judge(track: Track, cache: Path, gpus: tuple[Gpu, ...]) -> Iterator[LocalEvaluator]:
    evaluator = LocalEvaluator(track, cache, gpus=gpus, run="run here")
    yield evaluator
    evaluator.close()


def test_every_gpu_judges(judge: LocalEvaluator, gpus: tuple[Gpu, ...]) -> None:
    assert judge.slots == len([gpu for gpu in gpus if gpu.model == gpus[0].model])
    jobs = [job(RIGHT, candidate=f"c{number}") for number in range(2 * judge.slots)]
    evaluations = [future.result(timeout=280) for future in [judge.submit(one) for one in jobs]]
    assert [(each.status, each.device) for each in evaluations] == [
        (Status.PASSED, gpus[0].name)
    ] * len(jobs)


def test_the_gpu_is_watched_while_a_candidate_is_timed(judge: LocalEvaluator) -> None:
    conditions = judge.submit(job(RIGHT)).result(timeout=280).conditions
    assert conditions is not None
    lowest, middle, highest = conditions.sm_clock_mhz
    assert 0 < lowest <= middle <= highest
    assert conditions.memory_clock_mhz > 0
    assert 10 < conditions.power_w < 2000
    assert 10 < conditions.temperature_c < 120
    assert not conditions.other_processes


def test_a_second_engine_waits_for_its_turn(
    judge: LocalEvaluator, gpus: tuple[Gpu, ...], track: Track, cache: Path
) -> None:
    lease = GpuLease(gpus[0].uuid, "pid 1 of a test")
    assert lease.take(lambda: True, lambda words: None)
    second = LocalEvaluator(track, cache, slots=1, gpus=gpus, run="run there")
    notes: list[str] = []
    waits = threading.Event()
    try:
        future = second.submit(
            job(RIGHT), lambda progress: (notes.append(progress.note), waits.set())
        )
        assert waits.wait(60)
        assert notes == ["waiting for the GPU, held by pid 1 of a test"]
        lease.give_back()
        assert future.result(timeout=280).status is Status.PASSED
    finally:
        lease.give_back()
        second.close()


@pytest.mark.skipif(
    find_spec("ray") is None or find_spec("grpc") is None, reason="Ray isn't installed"
)
def test_ray_judges_on_every_gpu_with_the_same_figures(
    judge: LocalEvaluator, track: Track, cache: Path, gpus: tuple[Gpu, ...]
) -> None:
    here = judge.submit(job(RIGHT)).result(timeout=280)
    evaluator = RayEvaluator(track, cache)
    try:
        assert evaluator.slots == judge.slots
        there = evaluator.submit(job(RIGHT)).result(timeout=280)
    finally:
        evaluator.close()
    assert (there.status, there.device) == (Status.PASSED, gpus[0].name)
    assert there.conditions is not None
    assert labels(there) == labels(here)


def labels(evaluation: Evaluation) -> list[str]:
    return [result.label for result in evaluation.results]
