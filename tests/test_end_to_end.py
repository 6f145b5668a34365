"""The whole job through the command line: search, look, steer, resume, promote."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[1]


def fie(*words: str, cache: Path, expect: int = 0) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join(str(ROOT / folder) for folder in ("tui", "engine", "evaluator"))
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "PYTHONPATH": path,
        "HOME": str(cache),
        "TMPDIR": str(cache),
        "FIE_CACHE_DIR": str(cache),
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "fie_tui", *words],
        env=environment,
        capture_output=True,
        text=True,
        cwd=cache,
        timeout=240,
    )
    assert done.returncode == expect, done.stderr + done.stdout
    return done


def shown(run: Path, cache: Path, *words: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(
        fie("show", str(run), *words, "--json", cache=cache).stdout
    )
    return told


def left_running(cache: Path) -> list[psutil.Process]:
    """Return the processes that work in a folder below `cache`."""
    found = []
    for process in psutil.process_iter():
        try:
            working = Path(process.cwd())
        except (psutil.Error, OSError):
            continue
        if working.is_relative_to(cache):
            found.append(process)
    return found


def test_from_the_naive_seed_to_a_promoted_kernel(tmp_path: Path) -> None:
    run = tmp_path / "demo"
    flags = ("--track", "moe-mini", "--seed-rng", "1", "--run-dir", str(run))
    told = fie("run", "--headless", *flags, "--iterations", "2", cache=tmp_path)
    assert "moe-mini · CPU · operators (no LLM) · not a contest score" in told.stdout
    first = shown(run, tmp_path)
    assert (first["state"], first["iterations"], first["evaluations"]) == ("finished", 2, 3)
    assert first["score_name"] == "geometric mean speedup vs reference"

    fie("pin", str(run), "c0000", cache=tmp_path)
    fie("run", "--headless", "--resume", str(run), "--iterations", "3", cache=tmp_path)
    second = shown(run, tmp_path)
    assert (second["state"], second["iterations"], second["planned_iterations"]) == (
        "finished",
        3,
        3,
    )
    seed = shown(run, tmp_path, "c0000")
    assert (seed["pinned"], seed["status"]) == (True, "PASSED")

    fie("promote", str(run), "c0000", cache=tmp_path)
    folder = Path(str(shown(run, tmp_path, "c0000")["promoted"]))
    config = tomllib.loads((folder / "config.toml").read_text())
    solution = json.loads((folder / "solution.json").read_text())
    assert config["build"] == {
        "language": "python",
        "entry_point": "kernel.py::kernel",
        "destination_passing_style": True,
    }
    assert solution["definition"] == config["solution"]["definition"]
    assert (folder / "solution" / "python" / "kernel.py").read_text() == (
        run / "candidates" / "c0000" / "kernel.py"
    ).read_text()
    assert left_running(tmp_path) == []


def test_what_does_not_exist_is_said_in_one_line(tmp_path: Path) -> None:
    for words in (
        ("attach", "nothing"),
        ("show", "nothing"),
        ("promote", "nothing", "c0001"),
        ("run", "--headless", "--track", "no-such-track"),
        ("run", "--headless", "--config", "no.yaml"),
    ):
        said = fie(*words, cache=tmp_path, expect=2).stderr
        assert len(said.strip().splitlines()) == 1, said
        assert "Traceback" not in said
