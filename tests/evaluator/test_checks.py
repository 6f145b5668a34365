"""The doctor's checks say ok, missing or not needed, and what to do."""

import io
import os
import pty
import re
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from pytest_httpserver import HTTPServer

from fie_evaluator import checks, surroundings
from fie_evaluator.checks import (
    PACKAGES,
    Check,
    check_cuda_driver,
    check_dataset,
    check_gpu,
    check_ncu,
    check_package,
    check_packages,
    check_python,
    check_track,
    check_writable,
)
from fie_evaluator.gpus import Gpu, Machine
from fie_evaluator.moe import REAL_DIMS, MoeWorkload, write_dataset
from fie_evaluator.surroundings import check_model_server, check_terminal, every_check

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


def test_no_model_server_is_no_failure() -> None:
    assert check_model_server(None, None).ok is None


def test_a_model_server_lists_its_models(httpserver: HTTPServer) -> None:
    models = {"data": [{"id": f"m{number}\x1b[31m"} for number in range(5)]}
    httpserver.expect_request("/v1/models").respond_with_json(models)
    address = httpserver.url_for("/v1")
    assert check_model_server(address, None) == Check(
        name="model server",
        ok=True,
        found=f"{address}/models: m0[31m, m1[31m, m2[31m and 2 more",
    )
    assert check_model_server(httpserver.url_for("/"), None).ok


def test_a_key_is_sent(httpserver: HTTPServer) -> None:
    httpserver.expect_request(
        "/v1/models", headers={"Authorization": "Bearer secret"}
    ).respond_with_json({"data": [{"id": "m"}]})
    check = check_model_server(httpserver.url_for("/v1"), "secret")
    assert check.ok
    assert "secret" not in repr(check)


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (401, "{}", "Set OPENAI_API_KEY."),
        (404, "{}", "Check the address; it usually ends in /v1."),
        (200, "<html>", "Point to an OpenAI-compatible /v1."),
        (200, "[]", "Point to an OpenAI-compatible /v1."),
        (200, '{"data": []}', "Load one, for example with ollama pull."),
    ],
)
def test_a_model_server_that_will_not_do_says_why(
    httpserver: HTTPServer, status: int, body: str, remedy: str
) -> None:
    httpserver.expect_request("/v1/models").respond_with_data(body, status=status)
    check = check_model_server(httpserver.url_for("/v1"), None)
    assert (check.ok, check.remedy) == (False, remedy)


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_a_server_that_is_not_there_is_not_ok(silent_port: int) -> None:
    check = check_model_server(f"http://127.0.0.1:{silent_port}/v1", None)
    assert (check.ok, check.remedy) == (False, "Start the server, or correct the address.")


@pytest.mark.parametrize(
    "url", ["localhost:11434/v1", "file:///etc/passwd", "http://[x", "http://"]
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    check = check_model_server(url, None)
    assert (check.ok, check.found) == (False, f"{url} is no web address")


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    controller, terminal = pty.openpty()
    with open(terminal, "w", encoding="utf-8") as stream:
        yield stream
    os.close(controller)


def resize(stream: TextIO, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int) -> None:
    size = os.terminal_size((columns, lines))
    monkeypatch.setattr(surroundings.os, "get_terminal_size", lambda descriptor: size)


def test_a_terminal_is_told(terminal: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    resize(terminal, monkeypatch, 120, 40)
    environ = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    assert check_terminal(environ, terminal) == Check(
        name="terminal", ok=True, found="xterm-256color, truecolor, 120×40, utf-8"
    )


@pytest.mark.parametrize(
    ("term", "columns", "remedy"),
    [
        ("dumb", 120, "Set TERM, for example to xterm-256color."),
        ("xterm", 79, "Make the window at least 80×24."),
    ],
)
def test_a_terminal_that_will_not_do_says_why(
    terminal: TextIO, monkeypatch: pytest.MonkeyPatch, term: str, columns: int, remedy: str
) -> None:
    resize(terminal, monkeypatch, columns, 24)
    check = check_terminal({"TERM": term}, terminal)
    assert (check.ok, check.remedy) == (False, remedy)


def test_no_terminal_is_no_failure() -> None:
    assert check_terminal({}, io.StringIO()).ok is None


def test_everything_is_looked_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(surroundings, "look_at_machine", lambda environ: WITHOUT_GPU)
    found = every_check(None, {"HOME": str(tmp_path)}, io.StringIO(), None, None)
    assert [check.name for check in found] == [
        "Python",
        *(name for name, _ in PACKAGES),
        *("GPU", "CUDA", "ncu", "data set", "track"),
        *("cache (FIB_CACHE_PATH)", "cache (TRITON_CACHE_DIR)", "model server", "terminal"),
    ]
