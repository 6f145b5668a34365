"""Each fault on a GPU costs one candidate; `-s` shows what it cost, as a table."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluator.judging import RIGHT, job
from tests.gpu.faults import FAULTS
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Status
from fie_evaluator.tracks import resolve_track

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

PATIENCE_S = 10.0
ROW = "{:24} {:14} {:>8} {:>8} {:>10}"


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEvaluator]:
    if not look_at_machine({}).cuda_ready:
        pytest.skip("no CUDA GPU")
    dataset: Path = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    track = resolve_track("rmsnorm_h1024", dataset, {})
    short = replace(track, search=replace(track.search, timeout_s=PATIENCE_S))
    evaluator = LocalEvaluator(short, tmp_path_factory.mktemp("cache"))
    # Warm, so that what is timed is the fault.
    assert evaluator.submit(job(RIGHT)).result(timeout=280).status is Status.PASSED
    print("\n" + ROW.format("fault", "status", "cost s", "next s", "GPU MiB"))
    yield evaluator
    evaluator.close()


def used_mib() -> int:
    """Return how much of the GPU's memory is taken, by anybody."""
    asked = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return int(told.splitlines()[0])


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_one_candidate(judge: LocalEvaluator, name: str) -> None:
    source, expected = FAULTS[name]
    before = used_mib()
    start = time.perf_counter()
    found = judge.submit(job(source)).result(timeout=280)
    middle = time.perf_counter()
    following = judge.submit(job(RIGHT)).result(timeout=280)
    cost, after = middle - start, time.perf_counter() - middle
    left = used_mib() - before
    print(ROW.format(name, found.status, f"{cost:.2f}", f"{after:.2f}", f"{left:+d}"))
    assert found.status in expected, found.error
    assert (following.status, following.error) == (Status.PASSED, "")
    assert left < 512, "the GPU's memory is not back"
