"""A promotion is packed whole and validated, or refused with a reason per workload."""

import json
import os
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from flashinfer_bench.data import Solution, load_json_file
from tests.kernels.definitions import NAIVE_KERNELS

from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.promotion import submission as submission_module
from fie_evaluator.promotion.solution import (
    SubmissionError,
    language_of,
    read_solution,
    solution_fields,
    solution_of,
    validated_json,
)
from fie_evaluator.promotion.submission import Submission, pack, promotion_refusals
from fie_evaluator.results import BuiltKernel, Conditions, Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule
from fie_evaluator.seeds import MINI, load_seed
from fie_evaluator.tracks import resolve_track

TRACK = resolve_track(MINI, None, {})
WORKLOADS = read_workloads(TRACK.dataset, TRACK.definition)
SOURCE = load_seed(MINI).source

PASSED = Evaluation(
    status=Status.PASSED,
    results=tuple(
        WorkloadResult(
            workload=workload.uuid,
            label=workload.label,
            status=Status.PASSED,
            matched_ratio=0.9987,
            samples_ms=(20.0, 20.0),
            median_ms=20.0,
            spread_ms=0.5,
            reference_ms=100.0,
        )
        for workload in WORKLOADS
    ),
    device="CPU",
    timing=TRACK.timing,
    environment=(("torch", "2.13.0"), ("cpu", "a|b")),
    seconds=31.0,
)


def with_result(index: int, **changes: object) -> Evaluation:
    results = list(PASSED.results)
    results[index] = replace(results[index], **changes)
    return replace(PASSED, status=results[index].status, results=tuple(results))


def submission_of(evaluation: Evaluation, **changes: object) -> Submission:
    told = Submission(
        name="moe-mini-c0017",
        author="fie-tui",
        run="first",
        candidate="c0017",
        source=SOURCE,
        track=TRACK,
        evaluation=evaluation,
        rule=ScoreRule(),
        date="2026-11-22 13:00 UTC",
    )
    return replace(told, **changes)


@pytest.fixture
def unvalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a test that isn't about it the seconds that the library's validation takes."""
    monkeypatch.setattr(submission_module, "validated_json", json.dumps)


def test_a_candidate_that_passed_everywhere_is_not_refused() -> None:
    assert promotion_refusals(PASSED, TRACK) == ()


def test_a_refusal_says_what_failed_per_workload() -> None:
    results = (
        replace(
            PASSED.results[0],
            status=Status.INCORRECT_NUMERICAL,
            matched_ratio=0.43,
            error="worst at [0, 3]\x1b[31m",
        ),
        replace(PASSED.results[1], status=Status.TIMEOUT, matched_ratio=None),
        replace(PASSED.results[2], median_ms=None),
        *PASSED.results[3:5],
    )
    evaluation = replace(PASSED, status=Status.INCORRECT_NUMERICAL, results=results)
    assert promotion_refusals(evaluation, TRACK) == (
        "T=1: INCORRECT_NUMERICAL, 43.0% within tolerance, 90.0% needed, worst at [0, 3] [31m",
        "T=7: TIMEOUT",
        "T=16: passed, but was not timed",
        "T=80: not judged",
    )


def test_a_refusal_of_the_whole_comes_first() -> None:
    evaluation = Evaluation(
        status=Status.REFUSED, device="CPU", timing="t", error="it imports ctypes\nline 3"
    )
    refusals = promotion_refusals(evaluation, TRACK)
    assert refusals[0] == "REFUSED: it imports ctypes line 3"
    assert refusals[1:] == tuple(f"T={size}: not judged" for size in (1, 7, 16, 32, 56, 80))


def test_a_failed_status_alone_is_a_refusal() -> None:
    evaluation = replace(PASSED, status=Status.CRASHED)
    assert promotion_refusals(evaluation, TRACK) == ("CRASHED: it did not pass",)


def test_a_submission_is_written_whole(tmp_path: Path) -> None:
    path = pack(submission_of(PASSED), tmp_path / "promoted")
    assert path == tmp_path / "promoted" / "moe-mini-c0017"
    assert sorted(str(each.relative_to(path)) for each in path.rglob("*") if each.is_file()) == [
        "SUMMARY.md",
        "config.toml",
        "solution.json",
        "solution/python/kernel.py",
        "summary.json",
    ]
    assert tomllib.loads((path / "config.toml").read_text()) == {
        "solution": {
            "name": "moe-mini-c0017",
            "definition": TRACK.definition,
            "author": "fie-tui",
        },
        "build": {
            "language": "python",
            "entry_point": "kernel.py::kernel",
            "destination_passing_style": True,
        },
    }
    solution = load_json_file(Solution, path / "solution.json")
    assert solution == solution_of(TRACK, SOURCE, "moe-mini-c0017", "fie-tui")
    assert solution.spec.destination_passing_style
    assert (path / "solution/python/kernel.py").read_text() == SOURCE
    assert [each.name for each in path.parent.iterdir()] == ["moe-mini-c0017"]


@pytest.mark.usefixtures("unvalidated")
def test_the_summary_tells_the_figures_and_where_they_come_from(tmp_path: Path) -> None:
    path = pack(submission_of(PASSED), tmp_path)
    told = json.loads((path / "summary.json").read_text())
    workloads = told.pop("workloads")
    assert workloads[1] == {
        "uuid": WORKLOADS[1].uuid,
        "label": "T=7",
        "status": "PASSED",
        "median_ms": 20.0,
        "spread_ms": 0.5,
        "reference_ms": 100.0,
        "speedup": 5.0,
        "floor_ms": None,
        "bound": "",
        "limit_fraction": None,
        "matched_ratio": 0.9987,
    }
    assert len(workloads) == 6
    assert told.pop("score") == pytest.approx(5.0)
    assert told.pop("score_relative_noise") == pytest.approx(0.025 / 6**0.5)
    assert len(told.pop("kernel_sha256")) == 64
    assert told == {
        "format": 1,
        "name": "moe-mini-c0017",
        "author": "fie-tui",
        "date": "2026-11-22 13:00 UTC",
        "run": "first",
        "candidate": "c0017",
        "track": "moe-mini",
        "definition": TRACK.definition,
        "device": "CPU",
        "timing": "CPU time, 1 thread",
        "caveat": "not a contest score",
        "score_name": "geometric mean speedup vs reference",
        "settings": {
            "warmup": 2,
            "iterations": 10,
            "trials": 3,
            "rtol": 0.3,
            "atol": 1.0,
            "required_matched_ratio": 0.9,
            "timeout_s": 300.0,
            "precision": None,
        },
        "noise_floor": None,
        "search": None,
        "held_out": None,
        "limit_fraction": None,
        "build": [],
        "conditions": None,
        "judging_seconds": 31.0,
        "environment": {"torch": "2.13.0", "cpu": "a|b"},
    }


@pytest.mark.usefixtures("unvalidated")
def test_the_readable_summary_is_complete(tmp_path: Path) -> None:
    evaluation = replace(PASSED, results=PASSED.results)
    path = pack(submission_of(evaluation), tmp_path)
    rows = "\n".join(
        f"| T={size} | PASSED | 20.0000 | 0.5000 | 100.0000 | 5.00 | 99.87% |"
        for size in (1, 7, 16, 32, 56, 80)
    )
    assert (path / "SUMMARY.md").read_text() == (
        f"""\
# moe-mini-c0017

**5.00×** geometric mean speedup vs reference (not a contest score)

- track: moe-mini (`{TRACK.definition}`)
- device: CPU
- timing: CPU time, 1 thread
- settings: 2 warm-up and 10 timed calls, 3 trials; rtol 0.3, atol 1, 90% within tolerance needed
- noise of the score: ±1.0%
- from: run first, candidate c0017
- author: fie-tui
- judged: 2026-11-22 13:00 UTC, in 31 s

| workload | status | median ms | ± ms | reference ms | speedup | within tolerance |
|---|---|--:|--:|--:|--:|--:|
{rows}

## Environment
- torch: 2.13.0
- cpu: a\\|b
"""
    )


@pytest.mark.usefixtures("unvalidated")
def test_a_gpus_summary_tells_limits_build_and_conditions(tmp_path: Path) -> None:
    results = tuple(
        replace(result, floor_ms=10.0, bound="memory" if place else "compute")
        for place, result in enumerate(PASSED.results)
    )
    kernel = BuiltKernel(
        name="moe_*gemm", registers=168, spills=0, shared_bytes=151_552, warps=4, stages=3
    )
    conditions = Conditions(
        sm_clock_mhz=(1410, 1755, 1980),
        memory_clock_mhz=2619,
        power_w=612.4,
        temperature_c=58,
        throttled=("power cap",),
        other_processes=1,
    )
    evaluation = replace(
        PASSED, results=results, build=(kernel,), conditions=conditions, noise_floor=0.004
    )
    path = pack(submission_of(evaluation), tmp_path)
    told = json.loads((path / "summary.json").read_text())
    assert told["workloads"][0] | {"floor_ms": 10.0, "bound": "compute"} == told["workloads"][0]
    assert told["limit_fraction"] == pytest.approx(0.5)
    assert told["conditions"] == asdict(conditions) | {
        "sm_clock_mhz": [1410, 1755, 1980],
        "throttled": ["power cap"],
    }
    assert told["build"] == [asdict(kernel)]
    lines = (path / "SUMMARY.md").read_text().splitlines()
    for line in (
        "- noise of the score: ±1.0% (one kernel varies by 0.40% between judgings)",
        "- limit: 50% of what this device's bandwidth and arithmetic allow",
        "- conditions: SM 1755 MHz (1410–1980), 612 W, 58 °C, memory 2619 MHz, "
        "throttled: power cap, 1 other GPU process",
        "| T=1 | PASSED | 20.0000 | 0.5000 | 100.0000 | 5.00 | 10.0000 | 50% compute | 99.87% |",
        "- moe\\_\\*gemm: 168 registers, no spills, 148 KB shared, 4 warps, 3 stages",
    ):
        assert line in lines
    assert lines[-7:-5] == ["", "## Build"]


@pytest.mark.usefixtures("unvalidated")
def test_a_second_promotion_gets_a_new_version(tmp_path: Path) -> None:
    first = pack(submission_of(PASSED), tmp_path)
    kept = (first / "summary.json").read_bytes()
    second = pack(submission_of(PASSED, date="later"), tmp_path)
    third = pack(submission_of(PASSED), tmp_path)
    assert [second.name, third.name] == ["moe-mini-c0017-v2", "moe-mini-c0017-v3"]
    assert json.loads((second / "solution.json").read_text())["name"] == "moe-mini-c0017-v2"
    assert (first / "summary.json").read_bytes() == kept


@pytest.mark.usefixtures("unvalidated")
def test_a_name_that_is_taken_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def overtaken(draft: Path, target: Path) -> None:
        if target.name == "moe-mini-c0017":
            target.mkdir()
            (target / "theirs").touch()
        rename(draft, target)

    monkeypatch.setattr(submission_module.os, "rename", overtaken)
    assert pack(submission_of(PASSED), tmp_path).name == "moe-mini-c0017-v2"
    assert [each.name for each in (tmp_path / "moe-mini-c0017").iterdir()] == ["theirs"]


def test_nothing_is_left_of_a_submission_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(fields: object) -> str:
        raise SubmissionError("flashinfer-bench refuses the solution: no")

    monkeypatch.setattr(submission_module, "validated_json", refuse)
    with pytest.raises(SubmissionError):
        pack(submission_of(PASSED), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_candidate_that_failed_is_not_packed(tmp_path: Path) -> None:
    evaluation = with_result(2, status=Status.RUNTIME_ERROR, error="boom")
    with pytest.raises(SubmissionError, match="Not promoted: T=16: RUNTIME_ERROR"):
        pack(submission_of(evaluation), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("unvalidated")
def test_a_hostile_name_stays_inside_the_folder(tmp_path: Path) -> None:
    path = pack(submission_of(PASSED, name="../../etc/pass wd\n"), tmp_path)
    assert path == tmp_path / "etc-pass-wd"


@pytest.mark.usefixtures("unvalidated")
@pytest.mark.parametrize("author", ['Ann "\\" O\'Neil', "two\nlines", "\x7f", "数 😀"])
def test_any_author_is_quoted(tmp_path: Path, author: str) -> None:
    path = pack(submission_of(PASSED, author=author), tmp_path)
    assert tomllib.loads((path / "config.toml").read_text())["solution"]["author"] == author


@pytest.mark.usefixtures("unvalidated")
def test_a_triton_kernel_lies_in_the_triton_tree(tmp_path: Path) -> None:
    source = NAIVE_KERNELS[1].source
    path = pack(submission_of(PASSED, source=source), tmp_path)
    assert (path / "solution/triton/kernel.py").read_text() == source


@pytest.mark.parametrize("kernel", NAIVE_KERNELS, ids=lambda each: each.path.stem)
def test_the_language_is_read_from_the_imports(kernel: object) -> None:
    assert language_of(kernel.source) == kernel.language


@pytest.mark.parametrize("source", ["# import triton", "def (", "from .triton import x", "\x00"])
def test_only_a_real_import_makes_it_triton(source: str) -> None:
    assert language_of(source) == "python"


def test_the_library_refuses_what_is_no_solution() -> None:
    fields = solution_fields(TRACK, SOURCE, "x", "")
    with pytest.raises(SubmissionError, match="refuses the solution: author: "):
        validated_json(fields)


CUDA_SOLUTION = {
    "name": "fast-moe",
    "definition": TRACK.definition,
    "author": "somebody",
    "spec": {
        "language": "cuda",
        "target_hardware": ["cuda"],
        "entry_point": "src/moe.cu::run",
        "dependencies": ["cublas"],
        "destination_passing_style": False,
        "binding": "torch",
    },
    "sources": [
        {"path": "src/moe.cu", "content": "// kernel\n"},
        {"path": "include/tile.h", "content": "#pragma once\n"},
    ],
}


def test_a_solution_of_several_files_keeps_them(tmp_path: Path) -> None:
    given = tmp_path / "x.json"
    given.write_text(json.dumps(CUDA_SOLUTION))
    solution = read_solution(given)
    assert (solution.name, solution.language) == ("fast-moe", "cuda")
    told = submission_of(PASSED, source="", solution=solution.text, name="packed")
    path = pack(told, tmp_path / "promoted")
    packed = path / "solution" / "cuda"
    assert (packed / "src/moe.cu").read_text() == "// kernel\n"
    assert (packed / "include/tile.h").read_text() == "#pragma once\n"
    assert json.loads((path / "solution.json").read_text()) == {**CUDA_SOLUTION, "name": "packed"}
    assert tomllib.loads((path / "config.toml").read_text()) == {
        "solution": {"name": "packed", "definition": TRACK.definition, "author": "somebody"},
        "build": {
            "language": "cuda",
            "entry_point": "src/moe.cu::run",
            "destination_passing_style": False,
            "binding": "torch",
            "dependencies": ["cublas"],
        },
    }


@pytest.mark.usefixtures("unvalidated")
@pytest.mark.parametrize("path", ["../out.cu", "/tmp/out.cu"])
def test_a_source_that_would_leave_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    hostile = {**CUDA_SOLUTION, "sources": [{"path": path, "content": "x"}]}
    told = submission_of(PASSED, source="", solution=json.dumps(hostile))
    with pytest.raises(SubmissionError, match="lies outside the solution"):
        pack(told, tmp_path / "promoted")
    assert [each.name for each in tmp_path.rglob("*")] == ["promoted"]


def test_a_broken_solution_is_named_with_the_librarys_reason(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({**CUDA_SOLUTION, "sources": []}))
    with pytest.raises(SubmissionError, match=r"x\.json: .* refuses the solution: sources: "):
        read_solution(tmp_path / "x.json")


def test_a_missing_solution_is_named(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="absent.json can't be read: No such file"):
        read_solution(tmp_path / "absent.json")
