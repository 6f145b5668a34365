"""`fie-tui profile`: one kernel's figures and advice, and the profiler's report kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fie_evaluator.base import Evaluator
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import (
    Advice,
    Evaluation,
    Figure,
    KernelProfile,
    Profile,
    Status,
    WorkloadResult,
)
from fie_evaluator.tracks import resolve_track
from fie_tui.cli import main
from fie_tui.commands import profiled as profile_command

TRACK = resolve_track("moe-mini", None, {})
T56 = next(each for each in read_workloads(TRACK.dataset, TRACK.definition) if each.label == "T=56")

PROFILE = Profile(
    source="Nsight Compute 2025.3",
    workload="T=56",
    figures=(Figure(name="GPU time", value=123.4, unit="µs"),),
    kernels=(
        KernelProfile(
            name="gemm\x1b[2J",
            launches=2,
            share=0.75,
            figures=(
                Figure(name="DRAM throughput", value=83.0, unit="%"),
                Figure(name="spills", value=None, unit="B"),
            ),
        ),
    ),
    advice=(Advice(text="read less", gain=0.2), Advice(text="launch less")),
    report="deep/report.ncu-rep",
)
PASSED = Evaluation(
    status=Status.PASSED,
    results=(
        WorkloadResult(
            workload=T56.uuid,
            label="T=56",
            status=Status.PASSED,
            median_ms=1.0,
            reference_ms=2.0,
        ),
    ),
    profile=PROFILE,
    device="CPU",
    timing=TRACK.timing,
)


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kernel file, in a folder where reports may be left."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("# a kernel\n")
    return "mine.py"


def answer_with(monkeypatch: pytest.MonkeyPatch, evaluation: Evaluation) -> list[EvalJob]:
    """Answer every job so, and return the jobs."""
    jobs: list[EvalJob] = []

    def answer(job: EvalJob) -> Evaluation:
        jobs.append(job)
        report = job.directory / "deep" / "report.ncu-rep"
        report.parent.mkdir()
        report.write_text("figures")
        return evaluation

    @contextmanager
    def opened(track: object, config: object) -> Iterator[Evaluator]:
        yield RecordedEvaluator(answer)

    monkeypatch.setattr(profile_command, "open_evaluator", opened)
    return jobs


def profile(kernel: str, *words: str) -> int:
    return main(["profile", kernel, "--track", "moe-mini", *words])


def test_figures_kernels_and_advice_are_told(
    kernel: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_with(monkeypatch, PASSED)
    assert profile(kernel) == 0
    assert capsys.readouterr().out == (
        "mine at T=56 · moe-mini · CPU\n"
        "  source    Nsight Compute 2025.3\n"
        "figures\n"
        "  GPU time  123 µs\n"
        "kernel gemm␛[2J: 75% of the time, 2 a call\n"
        "  DRAM throughput  83 %\n"
        "  spills            n/a\n"
        "advice\n"
        "  1. read less (up to 20% faster)\n"
        "  2. launch less\n"
        "report    profiles/mine-T56.ncu-rep\n"
    )
    assert Path("profiles/mine-T56.ncu-rep").read_text() == "figures"


@pytest.mark.parametrize("asked", ["56", "T=56", T56.uuid])
def test_a_workload_goes_by_size_label_or_uuid(
    kernel: str, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    jobs = answer_with(monkeypatch, PASSED)
    assert profile(kernel, "--workload", asked) == 0
    assert [(job.profile_workload, job.profile) for job in jobs] == [(T56.uuid, True)]


def test_an_unknown_workload_names_the_nearest(
    kernel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert profile(kernel, "--workload", "T=57") == 2
    assert "moe-mini has no workload 'T=57'. Did you mean " in capsys.readouterr().err


def test_the_report_is_kept_beside_the_output(kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, PASSED)
    assert profile(kernel, "--output", "told/p.json") == 0
    told: dict[str, Any] = json.loads(Path("told/p.json").read_text())
    assert told["report"] == "told/mine-T56.ncu-rep"
    assert Path(told["report"]).is_file()
    assert told["profile"]["kernels"][0]["figures"][1] == {
        "name": "spills",
        "value": None,
        "unit": "B",
        "share": None,
    }
    assert (told["name"], told["track"], told["timing"]) == ("profile", "moe-mini", TRACK.timing)
    assert not Path("profiles").exists()


def test_a_report_outside_the_judgings_folder_is_left_alone(
    kernel: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("x")
    hostile = replace(PROFILE, report=str(tmp_path / "secret"))
    answer_with(monkeypatch, replace(PASSED, profile=hostile))
    assert profile(kernel) == 0
    assert not Path("profiles").exists()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Profile(source="Nsight Compute", note="ncu is not installed."), "ncu is not installed."),
        (None, "no profile of mine was made on CPU"),
    ],
)
def test_a_profile_that_could_not_be_made_is_one_sentence_and_a_failure(
    kernel: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: Profile | None,
    said: str,
) -> None:
    answer_with(monkeypatch, replace(PASSED, profile=found))
    assert profile(kernel) == 1
    assert capsys.readouterr().out.splitlines()[-1] == said


def test_a_kernel_that_fails_has_no_profile(
    kernel: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = replace(PASSED, status=Status.CRASHED, error="signal 11", profile=None, results=())
    answer_with(monkeypatch, failed)
    assert profile(kernel) == 1
    assert "mine can't be profiled: CRASHED: signal 11" in capsys.readouterr().err
