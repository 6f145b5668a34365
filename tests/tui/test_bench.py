"""`fie-tui bench`: tables, ranking, JSON and exit codes, from known answers."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fie_evaluator.base import Evaluator
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Conditions, Evaluation, Status, WorkloadResult
from fie_evaluator.tracks import resolve_track
from fie_tui.bench import run as bench
from fie_tui.cli import main

TRACK = resolve_track("moe-mini", None, {})
WORKLOADS = read_workloads(TRACK.dataset, TRACK.definition)


def passed(median_ms: float, spread_ms: float = 0.01) -> Evaluation:
    """Return what a kernel comes to that takes as long on every workload."""
    results = tuple(
        WorkloadResult(
            workload=workload.uuid,
            label=workload.label,
            status=Status.PASSED,
            matched_ratio=0.9987,
            samples_ms=(median_ms, median_ms),
            median_ms=median_ms,
            spread_ms=spread_ms,
            reference_ms=8.0,
            baseline_ms=4.0,
            floor_ms=0.5,
            bound="memory",
        )
        for workload in WORKLOADS
    )
    return Evaluation(
        status=Status.PASSED, results=results, device="CPU", timing=TRACK.timing, seconds=1.25
    )


WRONG = Evaluation(
    status=Status.INCORRECT_NUMERICAL,
    results=(
        WorkloadResult(
            workload=WORKLOADS[0].uuid,
            label="T=1",
            status=Status.INCORRECT_NUMERICAL,
            matched_ratio=0.5,
            error="largest error 3\x1b[2J",
        ),
    ),
    device="CPU",
    timing=TRACK.timing,
    seconds=0.2,
    error="T=1: largest error 3",
)


def answer(job: EvalJob) -> Evaluation:
    """Judge a kernel by the word that is its source."""
    match job.source.split():
        case ["#", "lost"]:
            raise EvaluatorError("the device is gone")
        case ["#", "wrong"]:
            return WRONG
        case ["#", number]:
            return passed(float(number))
    raise AssertionError(job.source)


Jobs = list[EvalJob]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Answer instead of judging; return the jobs that were asked for."""
    jobs: Jobs = []

    def keep(job: EvalJob) -> Evaluation:
        jobs.append(job)
        return answer(job)

    stand_in(monkeypatch, RecordedEvaluator(keep))
    return jobs


def stand_in(monkeypatch: pytest.MonkeyPatch, evaluator: Evaluator) -> None:
    @contextmanager
    def opened(track: object, config: object) -> Iterator[Evaluator]:
        yield evaluator
        evaluator.close()

    monkeypatch.setattr(bench, "open_evaluator", opened)


@pytest.fixture
def kernels(tmp_path: Path) -> Callable[..., list[str]]:
    """Write kernel files, each with a word that says what they come to."""

    def write(**words: str) -> list[str]:
        paths = [tmp_path / f"{name}.py" for name in words]
        for path, word in zip(paths, words.values(), strict=True):
            path.write_text(f"# {word}\n")
        return [str(path) for path in paths]

    return write


Kernels = Callable[..., list[str]]


def test_kernels_are_ranked_by_the_score(
    judged: Jobs, kernels: Kernels, capsys: pytest.CaptureFixture[str]
) -> None:
    words = kernels(slow="4", wrong="wrong", fast="2", same="2.001")
    assert main(["bench", "--track", "moe-mini", "--kernel", *words]) == 1
    printed = capsys.readouterr()
    table = printed.out.partition("comparison by ")[2].splitlines()
    assert [line.split() for line in table[:6]] == [
        "geometric mean speedup vs reference".split(),
        "kernel rank passed latency score vs first status".split(),
        "fast 1 6/6 12 ms 4.000x ±0.008 1.000 PASSED".split(),
        "same 2 6/6 12 ms 3.998x ±0.008 = 1.000 PASSED".split(),
        "slow 3 6/6 24 ms 2.000x ±0.002 0.500 PASSED".split(),
        "wrong – 0/6 – – – INCORRECT_NUMERICAL".split(),
    ]
    assert "fie-tui: wrong: INCORRECT_NUMERICAL in 0.2 s\n" in printed.err
    assert "\x1b" not in printed.out


def test_each_workload_has_its_figures(
    judged: Jobs, kernels: Kernels, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--track", "moe-mini", "--kernel", *kernels(a="2")]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("a (python): PASSED in 1.2 s")
    assert [line.split() for line in lines[at + 1 : at + 3]] == [
        "workload status median ± reference speedup of limit matched margin".split(),
        "T=1 PASSED 2 ms 10 µs 8 ms 4.00x 25% memory 99.87% +9.87%".split(),
    ]
    assert lines[0] == "moe-mini · CPU · not a contest score"
    assert lines[4] == (
        "  settings  search: 1 warm-ups, 40 iterations, 1 trials; atol 1, rtol 0.3, 90% must match"
    )


def test_the_json_holds_every_sample_and_where_they_come_from(
    judged: Jobs, kernels: Kernels, tmp_path: Path
) -> None:
    output = tmp_path / "new" / "results.json"
    words = ["--kernel", *kernels(a="2", b="lost"), "--output", str(output)]
    assert main(["bench", "--track", "moe-mini", "--score", "arithmetic", *words]) == 1
    told: dict[str, Any] = json.loads(output.read_text())
    assert (told["format"], told["name"], told["mode"]) == (1, "bench", "search")
    assert told["score_name"] == "arithmetic mean speedup vs reference"
    assert (told["device"], told["timing"]) == ("CPU", TRACK.timing)
    assert (told["ranking"], told["interrupted"]) == (["a"], False)
    assert told["settings"]["iterations"] == TRACK.search.iterations
    assert set(told["versions"]) >= {"python", "torch", "flashinfer-bench"}
    first, lost = told["kernels"]
    assert (first["score"], first["rank"], first["passed"]) == (4.0, 1, 6)
    assert first["results"][0]["samples_ms"] == [2.0, 2.0]
    assert first["results"][0]["matched_margin"] == pytest.approx(0.0987)
    assert (lost["status"], lost["lost"]) == ("LOST", "the device is gone")


@pytest.mark.parametrize(
    ("flags", "mode", "barred"),
    [
        ([], "search", False),
        (["--quick"], "search", True),
        (["--official"], "official", False),
    ],
)
def test_the_flags_choose_how_kernels_are_judged(
    judged: Jobs, kernels: Kernels, flags: list[str], mode: str, barred: bool
) -> None:
    main(["bench", "--track", "moe-mini", *flags, "--kernel", *kernels(a="2")])
    (job,) = judged
    assert (job.mode, job.bar is not None, job.fresh, job.profile) == (mode, barred, False, False)


def test_a_quick_judging_counts_the_subset_only(
    judged: Jobs, kernels: Kernels, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--track", "moe-mini", "--quick", "--kernel", *kernels(a="2")]) == 0
    printed = capsys.readouterr()
    assert "PASSED in 1.2 s, on the quick subset only" in printed.out
    assert "moe-mini has no quick subset: every workload is timed" in printed.err


def test_a_rival_is_timed_in_turns(
    judged: Jobs, kernels: Kernels, capsys: pytest.CaptureFixture[str]
) -> None:
    first, rival = kernels(a="2", b="3")
    assert main(["bench", "--track", "moe-mini", "--kernel", first, "--rival", rival]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("  in turns with the rival")
    assert lines[at + 2].split() == "T=1 2 ms 3 ms 1.500x".split()


def test_the_state_of_the_gpu_is_told(
    monkeypatch: pytest.MonkeyPatch, kernels: Kernels, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = Conditions(
        sm_clock_mhz=(1755, 1965, 1980),
        memory_clock_mhz=2619,
        power_w=512.3,
        temperature_c=61,
        throttled=("power cap",),
        other_processes=2,
    )
    stand_in(monkeypatch, RecordedEvaluator(lambda job: replace(passed(2), conditions=seen)))
    main(["bench", "--track", "moe-mini", "--kernel", *kernels(a="2")])
    assert (
        "  GPU at 1965 MHz (1755–1980), 512 W, 61 °C; throttled by power cap; "
        "2 other processes on it\n"
    ) in capsys.readouterr().out


def test_an_interrupt_keeps_what_was_finished(
    monkeypatch: pytest.MonkeyPatch,
    kernels: Kernels,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    held = RecordedEvaluator(answer, held=True)
    stand_in(monkeypatch, held)
    told, ended = threading.Event(), threading.Event()

    # Whatever ran before in this process may have left another handler, or none.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    main_thread = threading.get_ident()

    def interrupt() -> None:
        told.wait()
        held.release("a")
        signal.pthread_kill(main_thread, signal.SIGINT)
        while not ended.wait(5.0):
            # Some code swallows an interrupt that comes in the middle of it: ask again, as a user.
            signal.pthread_kill(main_thread, signal.SIGINT)

    submit = held.submit

    def last_submit(job: EvalJob, on_progress: Any) -> Any:
        future = submit(job, on_progress)
        if job.candidate == "b":
            told.set()
        return future

    monkeypatch.setattr(held, "submit", last_submit)
    signaller = threading.Thread(target=interrupt)
    signaller.start()
    output = tmp_path / "results.json"
    words = ["--kernel", *kernels(a="2", b="3"), "--output", str(output)]
    code = main(["bench", "--track", "moe-mini", *words])
    ended.set()
    signaller.join()
    signal.signal(signal.SIGINT, usual)
    assert code == 130
    told_kernels = json.loads(output.read_text())["kernels"]
    assert [each["status"] for each in told_kernels] == ["PASSED", "INTERRUPTED"]
    assert "interrupted: what had not finished is missing" in capsys.readouterr().err


def test_what_passed_officially_can_be_packed(
    judged: Jobs,
    kernels: Kernels,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("fie_evaluator.promotion.submission.validated_json", json.dumps)
    words = ["--kernel", *kernels(a="2", b="wrong"), "--pack", str(tmp_path / "packed")]
    assert main(["bench", "--track", "moe-mini", *words]) == 1
    assert [(job.mode, job.fresh) for job in judged] == [("official", True)] * 2
    assert [path.name for path in (tmp_path / "packed").iterdir()] == ["moe-mini-a"]
    assert "fie-tui: b is not packed: it did not pass" in capsys.readouterr().err


def test_kernels_of_one_name_are_told_apart(judged: Jobs, tmp_path: Path) -> None:
    paths = [tmp_path / folder / "kernel.py" for folder in ("x", "y")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("# 2\n")
    main(["bench", "--track", "moe-mini", "--kernel", *map(str, paths)])
    assert [job.candidate for job in judged] == ["kernel", "kernel-2"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "nothing to judge: name kernels with --kernel or --solution"),
        (["--kernel", "/nonexistent.py"], "kernel file /nonexistent.py can't be read"),
        (["--solution", "/nonexistent.json"], "/nonexistent.json can't be read"),
        (["--kernel", "a.py", "--track", "moe-mimi"], "Did you mean moe-mini"),
        (["--kernel", "a.py", "--timing", "span", "--track", "moe-mini"], "needs a CUDA GPU"),
        (
            ["--kernel", "a.py", "--score", "geometric-vs-baseline", "--track", "moe-mini"],
            "moe-mini has no stored baseline",
        ),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    words: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("# 2\n")
    assert main(["bench", *words]) == 2
    printed = capsys.readouterr()
    assert complaint in printed.err
    assert printed.out == ""
