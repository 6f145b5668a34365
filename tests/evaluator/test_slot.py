"""Places to judge at, with workers that a test plays: leases, losses, and what is watched."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.evaluator.judging import job, small_track

from fie_evaluator.child.messages import Advanced, Judge
from fie_evaluator.child.worker import Listener
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import Progress
from fie_evaluator.pool import local
from fie_evaluator.pool.gpus import Gpu
from fie_evaluator.pool.lease import GpuLease
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Conditions, Evaluation, Status
from fie_evaluator.track import Track

CUDA = replace(small_track(Path("unused")), device="cuda:0", device_label="a GPU")


def gpu(index: int, name: str = "NVIDIA H100 80GB HBM3") -> Gpu:
    """Return a made-up GPU."""
    memory = 80 << 30
    return Gpu(index=index, uuid=f"GPU-{index}", name=name, memory_bytes=memory, driver="580")


@dataclass
class Bench:
    """What the played workers do, and what they were asked."""

    broken: set[str] = field(default_factory=set)
    "GPUs on which no worker can be prepared."
    lethal: set[str] = field(default_factory=set)
    "Candidates that cost their worker."
    started: list[tuple[str, str]] = field(default_factory=list)
    "Device label and GPU of each worker."
    judged: list[tuple[str, str]] = field(default_factory=list)
    "Candidate and GPU."
    on_judging: Callable[[str], None] = lambda gpu: None


class PlayedWorker:
    """A worker without a process."""

    def __init__(self, bench: Bench, track: Track, gpu: str) -> None:
        self._bench = bench
        self._track = track
        self._gpu = gpu
        bench.started.append((track.device_label, gpu))

    def prepare(self, listen: Listener) -> None:
        if self._gpu in self._bench.broken:
            raise EvaluatorError(f"{self._gpu} fell off the bus")

    def judge(self, order: Judge, listen: Listener) -> Evaluation | None:
        listen(Advanced(stage="timing"))
        self._bench.judged.append((order.job.candidate, self._gpu))
        self._bench.on_judging(self._gpu)
        if order.job.candidate in self._bench.lethal:
            raise EvaluatorError("the judge's worker process was lost: it died")
        label, timing = self._track.device_label, self._track.timing
        return Evaluation(status=Status.PASSED, device=label, timing=timing)

    def cancel(self, ticket: int) -> None:
        pass

    def kill(self) -> None:
        pass

    def close(self) -> None:
        pass


Opened = Callable[..., LocalEvaluator]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    played = Bench()

    def start(track: Track, cache: Path, memory: int, gpu: str = "") -> PlayedWorker:
        return PlayedWorker(played, track, gpu)

    monkeypatch.setattr(local, "Worker", start)
    monkeypatch.setattr(local, "open_nvml", lambda: None)
    return played


@pytest.fixture
def opened(bench: Bench, tmp_path: Path) -> Iterator[Opened]:
    made: list[LocalEvaluator] = []

    def open_one(*gpus: Gpu, slots: int | None = None, run: str = "run mine") -> LocalEvaluator:
        locks = tmp_path / "locks"
        made.append(LocalEvaluator(CUDA, tmp_path, slots, gpus=gpus, run=run, locks=locks))
        return made[-1]

    yield open_one
    for evaluator in made:
        evaluator.close()


def test_every_gpu_has_a_worker_of_its_own_that_sees_no_other(bench: Bench, opened: Opened) -> None:
    both = threading.Barrier(2, timeout=30)
    bench.on_judging = lambda gpu: both.wait() and None
    evaluator = opened(gpu(0), gpu(1))
    futures = [evaluator.submit(job("", candidate=name)) for name in ("a", "b")]
    devices = [future.result(timeout=30).device for future in futures]
    assert devices == ["NVIDIA H100 80GB HBM3"] * 2
    assert evaluator.slots == 2
    assert sorted(bench.started) == [(devices[0], "GPU-0"), (devices[0], "GPU-1")]
    assert sorted(where for _, where in bench.judged) == ["GPU-0", "GPU-1"]


def test_gpus_of_another_model_are_left_out_and_named(opened: Opened) -> None:
    evaluator = opened(gpu(0), gpu(1, "NVIDIA L4"), gpu(2), slots=3)
    assert evaluator.slots == 2
    assert evaluator.notes == (
        "2 of 3 GPUs are used, those like the first (NVIDIA H100 80GB HBM3): "
        "latencies on NVIDIA L4 don't compare",
        "2 evaluations at once, not 3: there is one per GPU",
    )


def test_fewer_gpus_may_be_used(opened: Opened) -> None:
    evaluator = opened(gpu(0), gpu(1), gpu(2), slots=2)
    assert (evaluator.slots, evaluator.notes) == (2, ())


def test_two_engines_never_judge_on_a_gpu_at_once(
    bench: Bench, opened: Opened, tmp_path: Path
) -> None:
    other = GpuLease("GPU-0", "pid 7 of run theirs (someone)", tmp_path / "locks")
    assert other.take(lambda: False, lambda words: None)
    seen: list[Progress] = []
    waits = threading.Event()

    def note(progress: Progress) -> None:
        seen.append(progress)
        waits.set()

    future = opened(gpu(0)).submit(job("", candidate="a"), note)
    assert waits.wait(30)
    assert bench.judged == []
    other.give_back()
    assert future.result(timeout=30).passed
    words = "waiting for the GPU, held by pid 7 of run theirs (someone)"
    assert seen[0] == Progress(candidate="a", stage="lease", note=words)


def test_the_lease_is_held_while_a_candidate_is_judged_and_not_after(
    bench: Bench, opened: Opened, tmp_path: Path
) -> None:
    other = GpuLease("GPU-0", "me", tmp_path / "locks")
    tried: list[bool] = []
    bench.on_judging = lambda gpu: tried.append(other.take(lambda: False, lambda words: None))
    evaluator = opened(gpu(0))
    assert evaluator.submit(job("")).result(timeout=30).passed
    evaluator.close()
    assert (tried, other.take(lambda: False, lambda words: None)) == ([False], True)
    other.give_back()


def test_a_job_that_waits_for_a_gpu_can_be_cancelled(
    bench: Bench, opened: Opened, tmp_path: Path
) -> None:
    other = GpuLease("GPU-0", "other", tmp_path / "locks")
    assert other.take(lambda: False, lambda words: None)
    evaluator = opened(gpu(0))
    waits = threading.Event()
    future = evaluator.submit(job("", candidate="a"), lambda progress: waits.set())
    assert waits.wait(30)
    assert future.cancel()
    other.give_back()
    assert evaluator.submit(job("", candidate="b")).result(timeout=30).passed
    assert [candidate for candidate, _ in bench.judged] == ["b"]


def test_a_lost_gpu_leaves_its_candidates_to_the_others(bench: Bench, opened: Opened) -> None:
    bench.broken = {"GPU-0"}
    evaluator = opened(gpu(0), gpu(1))
    names = [f"c{number}" for number in range(20)]
    futures = [evaluator.submit(job("", candidate=name)) for name in names]
    assert [future.result(timeout=30).passed for future in futures] == [True] * 20
    assert {where for _, where in bench.judged} == {"GPU-1"}


def test_without_any_gpu_left_it_is_an_error_that_says_why(bench: Bench, opened: Opened) -> None:
    bench.broken = {"GPU-0", "GPU-1"}
    evaluator = opened(gpu(0), gpu(1))
    futures = [evaluator.submit(job("", candidate=f"c{number}")) for number in range(4)]
    for future in futures:
        with pytest.raises(EvaluatorError, match="GPU-[01] fell off the bus"):
            future.result(timeout=30)
    assert evaluator.slots == 1
    bench.broken = set()
    assert evaluator.submit(job("")).result(timeout=30).passed


def test_a_candidate_that_costs_two_workers_has_crashed(bench: Bench, opened: Opened) -> None:
    bench.lethal = {"bad"}
    evaluator = opened(gpu(0))
    bad = evaluator.submit(job("", candidate="bad")).result(timeout=30)
    assert (bad.status, bad.error) == (
        Status.CRASHED,
        "two of the judge's worker processes were lost under it; the last: "
        "the judge's worker process was lost: it died",
    )
    assert evaluator.submit(job("", candidate="good")).result(timeout=30).passed
    assert [candidate for candidate, _ in bench.judged] == ["bad", "bad", "good"]


def test_conditions_are_attached(
    bench: Bench, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    conditions = Conditions(
        sm_clock_mhz=(1, 2, 3), memory_clock_mhz=4, power_w=5.0, temperature_c=6
    )
    stages: list[str] = []

    class PlayedWatch:
        """A watch that has seen it all."""

        def enter(self, stage: str) -> None:
            stages.append(stage)

        def stop(self) -> Conditions:
            return conditions

    def watch(nvml: Any, uuid: str) -> PlayedWatch:
        assert uuid == "GPU-0"
        return PlayedWatch()

    monkeypatch.setattr(local, "watch_gpu", watch)
    assert opened(gpu(0)).submit(job("")).result(timeout=30).conditions == conditions
    assert stages == ["timing"]
