"""The doctor's checks say ok, missing or not needed, and what to do."""

import os
import pty
import re
import socket
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TextIO

import pytest

from fie_evaluator import checks
from fie_evaluator.checks import (
    PACKAGES,
    Check,
    check_cuda_driver,
    check_dataset,
    check_gpu,
    check_ncu,
    check_neighbours,
    check_package,
    check_packages,
    check_python,
    check_ray,
    check_track,
    check_writable,
)
from fie_evaluator.dataset.moe import REAL_DIMS, MoeWorkload, write_dataset
from fie_evaluator.pool.gpus import Gpu, Machine

H100 = Gpu(index=0, uuid="GPU-aa", name="NVIDIA H100", memory_bytes=80 * 2**30, driver="570")
WITH_GPU = Machine(gpus=(H100,), torch_cuda="12.8")
WITHOUT_GPU = Machine(gpus=(), torch_cuda=None)


def test_this_python_is_fine() -> None:
    assert check_python().ok


def test_the_packages_are_those_of_the_project_file() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    needed = {
        re.match(r"[A-Za-z0-9_-]+", requirement).group()  # type: ignore[union-attr]
        for requirement in project["project"]["dependencies"]
    }
    assert {name for name, _ in PACKAGES} == needed


def test_the_packages_installed_here_are_fine() -> None:
    assert {each.name: each.ok for each in check_packages()} == dict.fromkeys(
        (name for name, _ in PACKAGES), True
    )


def test_a_missing_package_says_how_to_get_it() -> None:
    assert check_package("no-such-thing", "1.0") == Check(
        name="no-such-thing",
        ok=False,
        found="not installed",
        remedy="pip install 'no-such-thing>=1.0'",
    )


def test_an_old_package_is_not_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "version", lambda name: "2.9.1+cpu")
    assert check_package("torch", "2.10") == Check(
        name="torch",
        ok=False,
        found="2.9.1+cpu, older than 2.10",
        remedy="pip install 'torch>=2.10'",
    )
    assert check_package("torch", "2.8").ok


def test_a_ready_gpu_is_told() -> None:
    assert check_gpu(WITH_GPU) == Check(name="GPU", ok=True, found="NVIDIA H100, 80 GiB")


def test_a_gpu_that_pytorch_cannot_use_is_not_ok() -> None:
    check = check_gpu(Machine(gpus=(H100,), torch_cuda=None))
    assert (check.ok, "CPU build" in check.found) == (False, True)


@pytest.mark.parametrize(
    ("strangers", "found", "ok"),
    [(0, "no other process computes on them", True), (2, "GPU 0: 2 other process(es)", False)],
)
def test_other_programs_on_a_gpu_are_told(
    monkeypatch: pytest.MonkeyPatch, strangers: int, found: str, ok: bool
) -> None:
    monkeypatch.setattr(checks, "count_strangers", lambda nvml, uuid: strangers)
    check = check_neighbours(WITH_GPU, None)
    assert (check.found, check.ok, bool(check.remedy)) == (found, ok, not ok)


def test_without_ray_the_doctor_says_who_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(checks, "version", absent)
    assert check_ray() == Check(
        name="ray",
        ok=None,
        found="not installed",
        remedy="Only --evaluator ray needs it: pip install 'fie-tui[ray]'",
    )


def test_a_driver_older_than_pytorch_is_not_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "cuda_driver_version", lambda: "11.8")
    assert check_cuda_driver(WITH_GPU) == Check(
        name="CUDA",
        ok=False,
        found="driver for CUDA 11.8, PyTorch built for 12.8",
        remedy="Update the NVIDIA driver to one for CUDA 12.8.",
    )


def test_a_driver_of_the_same_major_version_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "cuda_driver_version", lambda: "12.2")
    assert check_cuda_driver(WITH_GPU).ok


def path_with_ncu(folder: Path) -> dict[str, str]:
    program = folder / "ncu"
    program.touch(mode=0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize(("machine", "ok"), [(WITH_GPU, False), (WITHOUT_GPU, None)])
def test_a_missing_ncu_matters_only_with_a_gpu(machine: Machine, ok: bool | None) -> None:
    assert check_ncu({"PATH": "/nowhere"}, machine).ok is ok


def test_locked_counters_say_how_to_unlock_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks.os, "geteuid", lambda: 1000)
    parameters = tmp_path / "params"
    parameters.write_text("ResmanDebugLevel: 1\nRmProfilingAdminOnly: 1\n")
    check = check_ncu(path_with_ncu(tmp_path), WITH_GPU, parameters)
    assert check.ok is False
    assert "NVreg_RestrictProfilingToAdminUsers=0" in check.remedy


def test_unlocked_counters_are_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.os, "geteuid", lambda: 1000)
    parameters = tmp_path / "params"
    parameters.write_text("RmProfilingAdminOnly: 0\n")
    assert check_ncu(path_with_ncu(tmp_path), WITH_GPU, parameters).ok


def test_the_data_set_is_checked_down_to_its_blobs(tmp_path: Path) -> None:
    write_dataset(tmp_path, REAL_DIMS, [MoeWorkload(seq_len=7, offset=192, seed=7)])
    assert check_dataset(tmp_path, {}).found == f"{tmp_path}, 1 workloads"
    blob = next(tmp_path.rglob("*.safetensors"))
    blob.unlink()
    check = check_dataset(tmp_path, {})
    assert (check.ok, blob.name in check.found) == (False, True)


def test_the_track_is_told_with_its_reason(tmp_path: Path) -> None:
    assert check_track(None, {"HOME": str(tmp_path)}, WITHOUT_GPU) == Check(
        name="track",
        ok=True,
        found="moe-mini on CPU. Chosen because no CUDA GPU is visible.",
    )


def test_a_track_that_cannot_be_set_up_is_not_ok(tmp_path: Path) -> None:
    check = check_track(tmp_path / "absent", {}, WITHOUT_GPU)
    assert (check.ok, "does not exist" in check.found) == (False, True)


def test_a_cache_below_a_folder_that_can_be_written_is_fine(tmp_path: Path) -> None:
    assert check_writable("FIB_CACHE_PATH", tmp_path / "a" / "b").ok
    assert list(tmp_path.iterdir()) == []


def test_a_cache_inside_a_file_is_not_ok(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check = check_writable("FIB_CACHE_PATH", tmp_path / "file" / "cache")
    assert (check.ok, "set FIB_CACHE_PATH" in check.remedy) == (False, True)


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    controller, terminal = pty.openpty()
    with open(terminal, "w", encoding="utf-8") as stream:
        yield stream
    os.close(controller)
