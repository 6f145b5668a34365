"""The profiled process says in one line what went wrong, and never outlives the judge."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.kernels.definitions import write_small_dataset

import fie_evaluator
from fie_evaluator.errors import TrackError
from fie_evaluator.profiler.target import Spec, one_workload, python_command

RMSNORM = "rmsnorm_h1024"
WATCHES = """
import sys, time
from fie_evaluator.profiler.target import end_with
end_with(int(sys.argv[1]))
print("watching", flush=True)
time.sleep(1000)
"""
PYTHONPATH = str(Path(fie_evaluator.__file__).parents[1])


def workload_uuids(root: Path) -> list[str]:
    (path,) = (root / "workloads").rglob(f"{RMSNORM}.jsonl")
    return [json.loads(line)["workload"]["uuid"] for line in path.read_text().splitlines()]


def test_one_workload_is_found_by_its_uuid(tmp_path: Path) -> None:
    write_small_dataset(tmp_path)
    _, second = workload_uuids(tmp_path)
    problem = one_workload(tmp_path, RMSNORM, second)
    assert problem.definition.name == RMSNORM
    assert [(each.uuid, each.axes) for each in problem.workloads] == [(second, {"rows": 24})]


def test_an_unknown_workload_is_named(tmp_path: Path) -> None:
    write_small_dataset(tmp_path)
    with pytest.raises(TrackError, match=f"has no workload nowhere for {RMSNORM}"):
        one_workload(tmp_path, RMSNORM, "nowhere")


def test_a_failure_is_one_line_on_the_profilers_console(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    spec = Spec(
        dataset=str(tmp_path / "absent"),
        definition="none",
        workload_uuid="none",
        solution_json="{}",
        seed=0,
        device="cuda:0",
        scratch=str(scratch),
        judge=os.getpid(),
        readable=(),
        files=False,
        calls=False,
    )
    path = tmp_path / "spec.json"
    path.write_bytes(msgspec.json.encode(spec))
    ran = subprocess.run(
        python_command(path),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
    )
    lines = [line for line in ran.stdout.splitlines() if line]
    assert (ran.returncode, ran.stderr, len(lines)) == (1, "", 1)
    assert lines[0].startswith("fie-profile: ")


def test_it_ends_when_the_judge_ends() -> None:
    judge = subprocess.Popen(["sleep", "1000"])
    target = subprocess.Popen(
        [sys.executable, "-P", "-c", WATCHES, str(judge.pid)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
    )
    with judge, target:
        assert target.stdout is not None
        assert target.stdout.readline() == "watching\n"
        judge.kill()
        assert target.wait(10) == 1
