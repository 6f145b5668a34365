"""Judging over Ray: what travels, what is lost with a node, and what is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from tests.evaluator.judging import RIGHT, job, kernel, small_track
from tests.evaluator.ray_nodes import Starts
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.errors import EvaluatorError, TrackError
from fie_evaluator.job import Progress
from fie_evaluator.pool import freight, ray_cluster
from fie_evaluator.pool.freight import pack_track, read_files, unpack_track, write_files
from fie_evaluator.pool.gpus import Gpu, Machine
from fie_evaluator.pool.opened import machine_of, ray_address
from fie_evaluator.pool.ray_cluster import find_room, gpu_room
from fie_evaluator.pool.ray_host import at_a_free_port
from fie_evaluator.pool.ray_pool import RayEvaluator
from fie_evaluator.pool.ray_worker import RemoteJudge, require_gpu
from fie_evaluator.results import Status

HERE = Path(__file__).parents[2]
HANGS = kernel("wrong/hangs")
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray isn't installed")


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    dataset = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    return dataset, tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def judge(roots: tuple[Path, Path]) -> Iterator[RayEvaluator]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOME_API_KEY", "sk-secret")
        evaluator = RayEvaluator(small_track(roots[0]), roots[1])
    yield evaluator
    evaluator.close()


def family() -> list[psutil.Process]:
    """Return every process below this one."""
    return psutil.Process().children(recursive=True)


def kill_actor() -> None:
    """Kill the process that Ray runs the judge in."""
    [actor] = [each for each in family() if each.name().startswith("ray::RemoteJudg")]
    actor.kill()


@pytest.mark.slow
@needs_ray
def test_a_candidate_is_judged_as_it_is_on_this_machine(judge: RayEvaluator) -> None:
    seen: list[Progress] = []
    evaluation = judge.submit(job(RIGHT), seen.append).result(timeout=60)
    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == ["policy", "build", "correctness", "timing"]
    assert [(result.label, result.status) for result in evaluation.results] == [
        ("rows=2", Status.PASSED),
        ("rows=24", Status.PASSED),
    ]
    assert evaluation.device == "CPU"


@pytest.mark.slow
@needs_ray
def test_no_secret_reaches_ray(judge: RayEvaluator) -> None:
    judge.submit(job(RIGHT)).result(timeout=60)
    known = [each for each in family() if each.environ()]
    assert len(known) >= 4
    assert [each.name() for each in known if "SOME_API_KEY" in each.environ()] == []


@pytest.mark.slow
@needs_ray
def test_cancelling_kills_the_candidate_and_keeps_the_judge(judge: RayEvaluator) -> None:
    judge.submit(job(RIGHT)).result(timeout=60)
    before = {each.pid for each in family()}
    starts = Starts()
    future = judge.submit(job(HANGS), starts)
    starts.wait()
    candidates = [each for each in family() if each.pid not in before]
    assert candidates
    assert future.cancel()
    assert psutil.wait_procs(candidates, timeout=10)[1] == []
    assert judge.submit(job(RIGHT)).result(timeout=60).status is Status.PASSED


@pytest.mark.slow
@needs_ray
def test_a_candidate_that_loses_its_judge_begins_again(judge: RayEvaluator) -> None:
    starts = Starts()
    future = judge.submit(job(HANGS), starts)
    starts.wait()
    before = family()
    zygotes = [each for each in before if "fie_evaluator.child.zygote" in each.cmdline()]
    kill_actor()
    starts.wait()
    assert psutil.wait_procs(zygotes, timeout=10)[1] == []
    assert future.cancel()
    assert judge.submit(job(RIGHT)).result(timeout=60).status is Status.PASSED


@pytest.mark.slow
@needs_ray
@pytest.mark.slow
def test_a_candidate_that_loses_three_judges_is_given_up(judge: RayEvaluator) -> None:
    def kill(progress: Progress) -> None:
        if (progress.stage, progress.done) == ("correctness", 0):
            kill_actor()

    with pytest.raises(EvaluatorError, match="its judge on the Ray cluster was lost 3 times"):
        judge.submit(job(HANGS), kill).result(timeout=100)
    assert judge.submit(job(RIGHT)).result(timeout=60).status is Status.PASSED


ENGINE = """
import sys
from pathlib import Path
from fie_evaluator.pool.ray_host import at_a_free_port
from fie_evaluator.pool.ray_pool import RayEvaluator
from tests.evaluator.judging import job, small_track, kernel

evaluator = RayEvaluator(small_track(Path(sys.argv[1])), Path(sys.argv[2]))
evaluator.submit(
    job(kernel("wrong/hangs")),
    lambda progress: print(progress.stage, flush=True),
).result()
"""


def environment() -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": f"{HERE}:{HERE / 'evaluator'}"}


@pytest.mark.slow
@needs_ray
@pytest.mark.slow
def test_nothing_survives_a_killed_engine(roots: tuple[Path, Path]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENGINE, str(roots[0]), str(roots[1])],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env=environment(),
    ) as engine:
        assert engine.stdout is not None
        assert "correctness" in (line.strip() for line in engine.stdout)
        started = psutil.Process(engine.pid).children(recursive=True)
        folders = {Path(each.cwd()) for each in started if "ray_host" in " ".join(each.cmdline())}
        engine.send_signal(signal.SIGKILL)
    assert len(started) >= 6
    assert psutil.wait_procs(started, timeout=10)[1] == []
    assert [folder for folder in folders if folder.exists()] == []


def story(name: str, dataset: Path, cache: Path) -> list[str]:
    """Return what a story of `ray_nodes` says."""
    script = str(Path(__file__).with_name("ray_nodes.py"))
    told = subprocess.run(
        [sys.executable, script, name, str(dataset), str(cache)],
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
        env={**environment(), "RAY_AUTH_MODE": "disabled", "GRPC_ENABLE_FORK_SUPPORT": "0"},
    )
    return told.stdout.splitlines()


@pytest.mark.slow
@needs_ray
@pytest.mark.slow
def test_a_candidate_whose_node_is_lost_begins_again_on_another(roots: tuple[Path, Path]) -> None:
    assert story("lose-node", *roots) == ["2 judges", "began again", "PASSED"]


@pytest.mark.slow
@needs_ray
@pytest.mark.slow
@pytest.mark.skipif(find_spec("grpc") is None, reason="Ray Client isn't installed")
def test_an_engine_off_the_cluster_sends_its_data_set_along(tmp_path: Path) -> None:
    write_small_dataset(tmp_path / "trace")
    assert story("use-client", tmp_path / "trace", tmp_path / "cache") == ["PASSED"]


def test_a_small_data_set_travels(roots: tuple[Path, Path], tmp_path: Path) -> None:
    here = tmp_path / "here"
    write_small_dataset(here)
    parcel = pack_track(small_track(here))
    assert unpack_track(parcel, tmp_path) == small_track(here)
    here.rename(tmp_path / "gone")
    there = unpack_track(parcel, tmp_path / "node")
    assert there == replace(small_track(here), dataset=there.dataset)
    assert pack_track(there).fingerprint == parcel.fingerprint
    assert unpack_track(parcel, tmp_path / "node") == there


def test_a_large_data_set_that_a_node_lacks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_small_dataset(tmp_path / "here")
    monkeypatch.setattr(freight, "LARGEST_LOAD", 100)
    parcel = pack_track(small_track(tmp_path / "here"))
    assert parcel.files == ()
    (tmp_path / "here").rename(tmp_path / "gone")
    with pytest.raises(TrackError) as caught:
        unpack_track(parcel, tmp_path / "node")
    assert str(caught.value).startswith(
        f"The machine {os.uname().nodename} has no data set at {tmp_path / 'here'} with the same "
        "workloads for rmsnorm_h1024, and its 0 MB are too much to be sent"
    )
    judge = RemoteJudge(parcel, str(tmp_path / "node"), "a run")
    assert judge.describe().error == str(caught.value)


def test_another_data_set_at_the_same_path_is_not_taken(tmp_path: Path) -> None:
    write_small_dataset(tmp_path / "here")
    parcel = pack_track(small_track(tmp_path / "here"))
    [workloads] = (tmp_path / "here").rglob("rmsnorm_h1024.jsonl")
    workloads.write_text(workloads.read_text().replace("24", "25"))
    assert unpack_track(parcel, tmp_path / "node").dataset != tmp_path / "here"


def test_a_node_with_another_gpu_is_no_place_to_judge_at(tmp_path: Path) -> None:
    track = replace(small_track(tmp_path), device="cuda:0", device_label="NVIDIA H100 80GB HBM3")
    l4 = Gpu(index=0, uuid="GPU-0", name="NVIDIA L4", memory_bytes=24 << 30, driver="580")
    require_gpu(track, [replace(l4, name=track.device_label)])
    with pytest.raises(TrackError, match="has a NVIDIA L4, and the track is judged on NVIDIA H100"):
        require_gpu(track, [l4])


def test_what_a_judging_leaves_is_written_below_its_folder_only(tmp_path: Path) -> None:
    left, kept = tmp_path / "left", tmp_path / "kept"
    (left / "profile").mkdir(parents=True)
    (left / "profile" / "kernel.ncu-rep").write_bytes(b"report")
    (left / "link").symlink_to("/etc/passwd")
    files = read_files(left)
    assert files == (("profile/kernel.ncu-rep", b"report"),)
    write_files((*files, ("../escaped", b"x"), ("/tmp/escaped", b"x")), kept)
    assert read_files(tmp_path) == (
        ("kept/profile/kernel.ncu-rep", b"report"),
        ("left/profile/kernel.ncu-rep", b"report"),
    )


def resources(cpu: float, gpu: float = 0, model: str = "") -> dict[str, float]:
    kinds = {f"accelerator_type:{model}": 1.0} if model else {}
    return {"CPU": cpu, **({"GPU": gpu} if gpu else {}), **kinds}


def test_a_cluster_has_room_for_a_judge_per_gpu() -> None:
    room = gpu_room([resources(8), resources(64, 8, "H100"), resources(64, 4, "H100")], "", None)
    assert (room.judges, room.demand, room.note) == (12, {"num_cpus": 1, "num_gpus": 1}, "")
    assert gpu_room([resources(64, 8, "H100")], "", 2).judges == 2


@pytest.mark.parametrize(
    ("label", "chosen", "note"),
    [
        ("", ("H100", 8), "only the cluster's H100 GPUs are used, not its 4 x A100"),
        (
            "NVIDIA A100-SXM4-40GB",
            ("A100", 4),
            "only the cluster's A100 GPUs are used, not its 8 x H100",
        ),
    ],
)
def test_gpus_of_other_models_are_left_out_and_named(
    label: str, chosen: tuple[str, int], note: str
) -> None:
    room = gpu_room([resources(64, 4, "A100"), resources(64, 8, "H100")], label, None)
    assert (room.demand["accelerator_type"], room.judges, room.note) == (*chosen, note)


def test_a_cluster_without_gpus_has_no_room() -> None:
    with pytest.raises(EvaluatorError, match="has no GPU"):
        gpu_room([resources(8)], "", None)


@pytest.mark.parametrize(("slots", "judges"), [(None, 1), (3, 3), (64, 6)])
def test_on_the_cpu_there_are_as_many_judges_as_asked_for(
    tmp_path: Path, slots: int | None, judges: int
) -> None:
    nodes = [
        {"Alive": True, "Resources": resources(4)},
        {"Alive": True, "Resources": resources(2)},
        {"Alive": False, "Resources": resources(99)},
    ]
    room = find_room(SimpleNamespace(nodes=lambda: nodes), small_track(tmp_path), slots)
    assert (room.judges, room.demand) == (judges, {"num_cpus": 1})


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ConnectionError("ray client connection timeout"),
            "the Ray cluster at box:10001 can't be used: ray client connection timeout",
        ),
        (
            RuntimeError("Starting Ray client server failed."),
            "the Ray cluster at box:10001 can't be used: Starting Ray client server failed. "
            "If it happens again, start the cluster with GRPC_ENABLE_FORK_SUPPORT=0.",
        ),
    ],
)
def test_a_cluster_that_does_not_answer_is_named(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf:
        """A Ray that reaches nothing."""

        def init(self, **arguments: Any) -> None:
            assert arguments["address"] == "ray://box:10001"
            raise error

    monkeypatch.setattr(ray_cluster, "_connection", ray_cluster.Connection())
    monkeypatch.setattr(ray_cluster, "load_ray", lambda own: Deaf())
    with pytest.raises(EvaluatorError) as caught:
        ray_cluster.connect("box:10001")
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("kind", "address"), [("ray", ""), ("ray://auto", "auto"), ("ray://box:1", "box:1")]
)
def test_an_evaluator_is_named_by_where_ray_is(kind: str, address: str) -> None:
    assert ray_address(kind) == address


@pytest.mark.parametrize("kind", ["rey", "ray://", "http://box"])
def test_what_is_no_evaluator_is_refused(kind: str) -> None:
    with pytest.raises(EvaluatorError, match="is no evaluator: use local, ray, ray://auto or"):
        ray_address(kind)


def test_with_a_cluster_the_track_is_chosen_by_its_node(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Machine(gpus=(), torch_cuda="13.0")
    monkeypatch.setattr(ray_cluster, "look_at_cluster", {"box:1": seen}.__getitem__)
    assert machine_of("ray://box:1", {}) is seen
    assert machine_of("ray", {"CUDA_VISIBLE_DEVICES": ""}).gpus == ()


def test_a_port_that_somebody_took_meanwhile_is_given_up() -> None:
    tried: list[int] = []

    def serve_at(port: int) -> tuple[str, object]:
        tried.append(port)
        if len(tried) < 3:
            raise RuntimeError(f"Failed to bind to address 127.0.0.1:{port}")
        return f"127.0.0.1:{port}", None

    assert at_a_free_port(serve_at) == (f"127.0.0.1:{tried[2]}", None)


def test_other_troubles_of_ray_are_told_at_once() -> None:
    def fail(port: int) -> tuple[str, object]:
        raise RuntimeError("the node ran out of memory")

    with pytest.raises(RuntimeError, match="memory"):
        at_a_free_port(fail)
