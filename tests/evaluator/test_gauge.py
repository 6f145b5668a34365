"""What is read of GPUs while a search runs, from a driver that a test plays."""

import os
import socket
import threading
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.evaluator.fake_nvml import FakeNvml, NVMLError
from tests.evaluator.judging import job, small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool import gauge, local, ray_worker
from fie_evaluator.pool.freight import pack_track
from fie_evaluator.pool.gauge import Gauge, Meter, gauge_of
from fie_evaluator.pool.gpus import Gpu
from fie_evaluator.pool.jobs import JobQueue, QueuedJob
from fie_evaluator.pool.landing import Landings
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.pool.ray_pool import RayPlace
from fie_evaluator.pool.ray_worker import News, RemoteJudge, Site
from fie_evaluator.results import Evaluation
from fie_evaluator.timing.reading import Reading


def gpu(uuid: str = "GPU-1") -> Gpu:
    return Gpu(index=3, uuid=uuid, name="NVIDIA H100", memory_bytes=80 << 30, driver="580")


def reading(**figures: Any) -> Reading:
    here = socket.gethostname()
    return Reading(at=7.0, host=here, index=3, uuid="GPU-1", name="NVIDIA H100", **figures)


WHOLE = {
    "utilisation_pct": 97,
    "memory_used_mb": 3072,
    "memory_total_mb": 81_920,
    "sm_clock_mhz": 1980,
    "sm_clock_most_mhz": 2100,
    "memory_clock_mhz": 2619,
    "memory_clock_most_mhz": 2700,
    "temperature_c": 61,
    "power_w": 412.5,
    "power_limit_w": 700.0,
    "throttled": ("power cap",),
    "other_processes": None,
}


class Patient:
    """A meter that says when it is read, and waits until it may answer."""

    def __init__(self) -> None:
        self.reads = threading.Semaphore(0)
        self.may_answer = threading.Event()
        self.count = 0

    def read(self) -> Reading:
        self.count += 1
        self.reads.release()
        assert self.may_answer.wait(30)
        return reading(utilisation_pct=self.count)


class Idle:
    """A place at which nothing is judged."""

    def serve(self, queue: object) -> None:
        pass

    def cancel(self, ticket: int) -> None:
        pass

    def close(self) -> None:
        pass


def test_every_figure_comes_with_what_it_is_measured_against() -> None:
    assert Meter(FakeNvml(), gpu(), lambda: 7.0).read() == reading(**WHOLE)


def test_a_figure_that_the_driver_lacks_is_missing_alone() -> None:
    told = Meter(FakeNvml(power=False, busy=0), gpu(), lambda: 7.0).read()
    lacking = {"power_w": None, "power_limit_w": None, "utilisation_pct": None}
    assert told == reading(**WHOLE | lacking)


@pytest.mark.parametrize("uuid", ["GPU-2", "GPU-1"])
def test_a_gpu_of_which_nothing_can_be_read_says_why_in_one_sentence(
    uuid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*asked: object) -> None:
        raise NVMLError("not found")

    for name in dir(FakeNvml):
        if name.startswith("nvmlDeviceGet") and uuid == "GPU-1" and "Handle" not in name:
            monkeypatch.setattr(FakeNvml, name, refuse)
    told = Meter(FakeNvml(), gpu(uuid), lambda: 7.0).read()
    assert (told.trouble, told.uuid, told.power_w) == ("NVML reads nothing: not found", uuid, None)


def test_processes_of_others_are_counted_once_our_own_were_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gauge, "is_stranger", {1}.__contains__)
    assert Meter(FakeNvml(pids=(1,)), gpu()).read().other_processes is None
    assert Meter(FakeNvml(pids=(1, os.getpid())), gpu()).read().other_processes == 1


def test_a_gauge_reads_nothing_unasked_and_answers_at_once() -> None:
    meter = Patient()
    made = Gauge([meter], look_s=0.0)  # type: ignore[list-item]
    assert made.readings() == ()
    assert meter.reads.acquire(timeout=30)
    # The driver doesn't answer yet, and nobody waits for it.
    assert made.readings() == ()
    meter.may_answer.set()
    assert meter.reads.acquire(timeout=30)
    while made.readings()[0].utilisation_pct == 1:
        assert meter.reads.acquire(timeout=30)
    made.stop()


def test_one_question_is_one_look() -> None:
    meter = Patient()
    meter.may_answer.set()
    made = Gauge([meter], look_s=0.0)  # type: ignore[list-item]
    made.readings()
    assert meter.reads.acquire(timeout=30)
    assert not meter.reads.acquire(timeout=0.05)
    made.stop()
    made.readings()
    assert not meter.reads.acquire(timeout=0.05)


@pytest.mark.parametrize(("nvml", "gpus"), [(None, [gpu()]), (FakeNvml(), [])])
def test_without_nvml_or_a_gpu_there_is_nothing_to_read(
    nvml: FakeNvml | None, gpus: list[Gpu]
) -> None:
    assert gauge_of(nvml, gpus) is None


def test_an_evaluator_on_the_cpu_reads_no_gpu(tmp_path: Path) -> None:
    evaluator = LocalEvaluator(small_track(tmp_path), tmp_path)
    assert evaluator.readings() == ()
    evaluator.close()


def test_an_evaluator_reads_the_gpus_that_it_judges_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = replace(small_track(tmp_path), device="cuda:0", device_label="NVIDIA H100")
    monkeypatch.setattr(local, "open_nvml", FakeNvml)
    monkeypatch.setattr(local.LocalEvaluator, "_gpu_slot", lambda self, *_: Idle())
    evaluator = LocalEvaluator(track, tmp_path, gpus=[gpu(), gpu("GPU-9")], locks=tmp_path)
    while not (told := evaluator.readings()):
        pass
    evaluator.close()
    assert [(one.uuid, one.power_w, one.trouble) for one in told] == [
        ("GPU-1", 412.5, ""),
        ("GPU-9", None, "NVML reads nothing: not found"),
    ]


class PlayedEvaluator:
    """A node's evaluator that judges for ever, and whose GPU is busy."""

    def __init__(self, *given: object, **more: object) -> None:
        pass

    def submit(self, *given: object) -> "Future[Evaluation]":
        return Future()

    def readings(self) -> tuple[Reading, ...]:
        return (reading(utilisation_pct=97),)


def test_a_node_tells_of_its_gpu_with_the_news_of_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_small_dataset(tmp_path)
    monkeypatch.setattr(ray_worker, "LocalEvaluator", PlayedEvaluator)
    judge = RemoteJudge(pack_track(small_track(tmp_path)), str(tmp_path), "")
    judge.start(1, job(""))
    assert judge.news(1, 0, 0.0) == News(readings=(reading(utilisation_pct=97),))


def called(answer: Any) -> Any:
    """Return a method of an actor that always answers the same."""
    return SimpleNamespace(remote=lambda *given: answer)


def test_over_ray_the_newest_reading_is_kept_when_the_job_is_over() -> None:
    told = [
        News(readings=(reading(utilisation_pct=97),)),
        News(done=True, error="the end"),
    ]
    actor = SimpleNamespace(
        describe=called(Site(host="node")),
        start=called(None),
        news=SimpleNamespace(remote=lambda *given: told.pop(0)),
    )
    ray = SimpleNamespace(
        exceptions=SimpleNamespace(RayError=ConnectionError),
        is_initialized=lambda: True,
        wait=lambda answers, timeout: (answers, []),
        get=lambda answer, timeout=None: answer,
        kill=lambda actor: None,
    )
    landings = Landings(lambda ticket: None)
    place = RayPlace(ray, lambda: actor, landings)
    ticket, future = landings.open()
    queue = JobQueue(1)
    queue.put(QueuedJob(ticket=ticket, job=job(""), on_progress=lambda progress: None))
    future.add_done_callback(lambda _: queue.close())
    place.serve(queue)
    assert place.readings == (reading(utilisation_pct=97),)
