"""The local evaluator's processes: warm, disposable, and gone when they should be."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from pathlib import Path

import psutil
import pytest
from tests.evaluator.judging import RIGHT, job, kernel, small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import Progress
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Status

HANGS = kernel("wrong/hangs")


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    dataset = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    return dataset, tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def judge(roots: tuple[Path, Path]) -> Iterator[LocalEvaluator]:
    evaluator = LocalEvaluator(small_track(roots[0]), roots[1])
    yield evaluator
    evaluator.close()


def zygotes() -> list[psutil.Process]:
    """Return the zygotes among this process's children."""
    children = psutil.Process().children()
    return [child for child in children if "fie_evaluator.child.zygote" in child.cmdline()]


class Reached:
    """A progress listener that tells when a stage is entered."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self.event = threading.Event()

    def __call__(self, progress: Progress) -> None:
        if progress.stage == self._stage:
            self.event.set()

    def wait(self) -> None:
        assert self.event.wait(60), f"never reached {self._stage}"


def start_hanging(evaluator: LocalEvaluator):  # type: ignore[no-untyped-def]
    reached = Reached("correctness")
    future = evaluator.submit(job(HANGS), reached)
    reached.wait()
    return future


def test_a_right_kernel_is_measured_on_every_workload(judge: LocalEvaluator) -> None:
    evaluation = judge.submit(job(RIGHT, profile=True)).result(timeout=60)
    found = [
        (result.label, result.status, result.matched_ratio, len(result.samples_ms))
        for result in evaluation.results
    ]
    assert found == [("rows=2", Status.PASSED, 1.0, 5), ("rows=24", Status.PASSED, 1.0, 5)]
    for result in evaluation.results:
        assert min(result.samples_ms) <= (result.median_ms or 0) <= max(result.samples_ms)
        assert (result.reference_ms or 0) > 0
        assert result.spread_ms is not None
    assert evaluation.profile is not None
    assert evaluation.profile.source.startswith("CPU operator breakdown (torch.profiler), rows=")
    assert {"torch", "flashinfer-bench", "python"} <= {name for name, _ in evaluation.environment}


def test_the_official_judging_times_exactly_what_is_set(judge: LocalEvaluator) -> None:
    evaluation = judge.submit(job(RIGHT, mode="official")).result(timeout=60)
    assert [len(result.samples_ms) for result in evaluation.results] == [8, 8]


def test_the_official_judging_reports_every_workload_that_fails(judge: LocalEvaluator) -> None:
    evaluation = judge.submit(job(kernel("wrong/noop"), mode="official")).result(timeout=60)
    assert [(result.label, result.status) for result in evaluation.results] == [
        ("rows=2", Status.INCORRECT_NUMERICAL),
        ("rows=24", Status.INCORRECT_NUMERICAL),
    ]


def test_what_a_kernel_prints_is_kept(judge: LocalEvaluator) -> None:
    evaluation = judge.submit(job(kernel("right/constants"))).result(timeout=60)
    assert evaluation.log.startswith("made Choice(epsilon=1e-06, rows_at_once=8) 6.28")


def test_stages_are_reported_in_order(judge: LocalEvaluator) -> None:
    seen: list[Progress] = []
    judge.submit(job(RIGHT, profile=True), seen.append).result(timeout=60)
    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == ["policy", "build", "correctness", "timing", "profile"]
    assert ("correctness", 2, 2) in [(each.stage, each.done, each.total) for each in seen]


def test_the_zygote_is_warm_and_its_environment_has_no_secrets(
    judge: LocalEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge.submit(job(RIGHT)).result(timeout=60)
    before = [zygote.pid for zygote in zygotes()]
    judge.submit(job(RIGHT)).result(timeout=60)
    assert [zygote.pid for zygote in zygotes()] == before
    [zygote] = zygotes()
    assert not {"OPENAI_API_KEY", "PWD", "PYTEST_CURRENT_TEST"} & set(zygote.environ())
    assert zygote.cwd() != os.getcwd()


def test_a_fresh_job_is_judged_by_a_new_zygote(judge: LocalEvaluator) -> None:
    judge.submit(job(RIGHT)).result(timeout=60)
    warm = [zygote.pid for zygote in zygotes()]
    pids: list[int] = []
    future = judge.submit(
        job(RIGHT, fresh=True), lambda _: pids.extend(zygote.pid for zygote in zygotes())
    )
    assert future.result(timeout=60).status is Status.PASSED
    assert pids and not set(pids) & set(warm)


def test_cancelling_kills_the_candidate_and_keeps_the_zygote(judge: LocalEvaluator) -> None:
    judge.submit(job(RIGHT)).result(timeout=60)
    [zygote] = zygotes()
    idle = {child.pid for child in zygote.children()}
    future = start_hanging(judge)
    candidates = [child for child in zygote.children() if child.pid not in idle]
    assert future.cancel()
    assert psutil.wait_procs(candidates, timeout=10)[1] == []
    assert judge.submit(job(RIGHT)).result(timeout=60).status is Status.PASSED
    assert zygotes() == [zygote]


def test_a_candidate_whose_worker_is_lost_is_judged_again(
    judge: LocalEvaluator, caplog: pytest.LogCaptureFixture
) -> None:
    starts = threading.Semaphore(0)
    future = judge.submit(job(HANGS), lambda at: at.stage == "correctness" and starts.release())
    assert starts.acquire(timeout=60)
    [zygote] = zygotes()
    family = [zygote, *zygote.children(recursive=True)]
    zygote.kill()
    assert starts.acquire(timeout=60)
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert future.cancel()
    assert "candidate c1: the judge's worker process was lost" in caplog.text
    assert judge.submit(job(RIGHT)).result(timeout=60).status is Status.PASSED


def test_a_candidate_that_costs_two_workers_has_crashed_and_the_next_is_judged(
    judge: LocalEvaluator,
) -> None:
    def kill(progress: Progress) -> None:
        if progress.stage == "correctness":
            [zygote] = zygotes()
            zygote.kill()

    evaluation = judge.submit(job(HANGS), kill).result(timeout=60)
    assert (evaluation.status, evaluation.device) == (Status.CRASHED, "CPU")
    assert evaluation.error.startswith(
        "two of the judge's worker processes were lost under it; the last: the judge's worker"
    )
    assert judge.submit(job(RIGHT)).result(timeout=60).status is Status.PASSED


def test_closing_leaves_no_process(roots: tuple[Path, Path]) -> None:
    others = {child.pid for child in psutil.Process().children(recursive=True)}
    evaluator = LocalEvaluator(small_track(roots[0]), roots[1])
    futures = [start_hanging(evaluator), evaluator.submit(job(RIGHT))]
    family = [
        child for child in psutil.Process().children(recursive=True) if child.pid not in others
    ]
    assert len(family) >= 3
    evaluator.close()
    assert [child for child in family if child.is_running()] == []
    assert wait(futures, timeout=0).not_done == set()
    assert [future.cancelled() for future in futures] == [True, True]


ENGINE = """
import sys
from pathlib import Path
from fie_evaluator.pool.local import LocalEvaluator
from tests.evaluator.judging import job, small_track, kernel

evaluator = LocalEvaluator(small_track(Path(sys.argv[1])), Path(sys.argv[2]))
evaluator.submit(
    job(kernel("wrong/hangs")),
    lambda progress: print(progress.stage, flush=True),
).result()
"""


def test_nothing_survives_a_killed_engine(roots: tuple[Path, Path]) -> None:
    here = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", ENGINE, str(roots[0]), str(roots[1])],
        stdout=subprocess.PIPE,
        text=True,
        cwd=here,
        env={**os.environ, "PYTHONPATH": f"{here}:{here / 'evaluator'}"},
    ) as engine:
        assert engine.stdout is not None
        until(engine.stdout.readline, "correctness")
        family = psutil.Process(engine.pid).children(recursive=True)
        homes = {Path(child.cwd()) for child in family if "zygote" in " ".join(child.cmdline())}
        engine.send_signal(signal.SIGKILL)
    assert len(family) == 3
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert [home for home in homes if home.exists()] == []


def until(readline: Callable[[], str], wanted: str) -> None:
    for line in iter(readline, ""):
        if line.strip() == wanted:
            return
    raise AssertionError(f"never said {wanted}")


def test_a_broken_data_set_is_an_error_that_names_it(tmp_path: Path) -> None:
    evaluator = LocalEvaluator(small_track(tmp_path / "nowhere"), tmp_path / "cache")
    try:
        with pytest.raises(EvaluatorError, match="nowhere does not exist"):
            evaluator.submit(job(RIGHT)).result(timeout=60)
    finally:
        evaluator.close()
