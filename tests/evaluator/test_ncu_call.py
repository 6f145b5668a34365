"""Nsight Compute is called, killed in time, and its failures become one plain sentence."""

import json
import os
import select
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fie_evaluator.child.confinement import Confinement
from fie_evaluator.child.messages import Operator
from fie_evaluator.profiler.gpu import ProfileRequest, profile_candidate
from fie_evaluator.profiler.names import Choice
from fie_evaluator.profiler.ncu import NOT_FOUND, explain, find_ncu, profiling_arguments, version_of
from fie_evaluator.profiler.parsed import NcuError

SAMPLES = Path(__file__).parent / "ncu_samples"
OPERATORS = (
    Operator(name="tile_products", self_ms=0.16, calls=1),
    Operator(name="sum_products", self_ms=0.08, calls=1),
)
FAKE = """#!/bin/bash
# Behaves as the profiler does, as far as its caller can tell.
here="$(dirname "$0")"
case "$1" in
--version) echo "Version 2025.3.1.0 (build 1)"; exit;;
--import) cat "{samples}/$5.csv"; exit;;
esac
printf '%s\\n' "$@" > "$here/arguments"
while [ $# -gt 0 ]; do
  case "$1" in -o) report="$2";; --log-file) log="$2";; esac
  last="$1"; shift
done
cp "$last" "$here/spec"
{behaviour}
"""
FINE = 'echo a report > "$report"'
HANGS = 'sleep 1000 & echo $! > "$here/pid"; echo x > "$here/started"; wait'


class Quiet:
    """Nothing ever interrupts."""

    def __init__(self) -> None:
        self._end, self._other = socket.socketpair()

    def fileno(self) -> int:
        return self._end.fileno()

    def check(self) -> None:
        raise AssertionError("nothing was said")

    def close(self) -> None:
        self._end.close()
        self._other.close()


class CancelledByTest(Exception):
    """What a cancel raises."""


class Cancelling(Quiet):
    """Interrupts as soon as the profiler says that it runs."""

    def cancel_after(self, fifo: Path) -> None:
        fifo.read_text()
        self._other.send(b"x")

    def check(self) -> None:
        raise CancelledByTest


@dataclass(frozen=True)
class Bench:
    """A request and the fake profiler that will answer it."""

    request: ProfileRequest
    folder: Path

    def behave(self, behaviour: str) -> None:
        program = self.folder / "ncu"
        program.write_text(FAKE.format(samples=SAMPLES, behaviour=behaviour))
        program.chmod(0o755)

    def told(self, name: str) -> str:
        return (self.folder / name).read_text()


def ends(pid: int) -> bool:
    """Whether a process has ended, or does within five seconds."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 5.0)[0])
    finally:
        os.close(watched)


@pytest.fixture
def quiet() -> Iterator[Quiet]:
    interrupts = Quiet()
    yield interrupts
    interrupts.close()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    request = ProfileRequest(
        dataset=tmp_path / "dataset",
        definition="moe",
        workload_uuid="w-55",
        workload_label="T=55",
        solution_json="{}",
        seed=3,
        device="cuda:0",
        operators=OPERATORS,
        scratch=tmp_path / "scratch",
        keep=tmp_path / "candidates" / "c0001",
    )
    return Bench(request=request, folder=folder)


def test_a_profile_is_read_and_the_report_is_kept(bench: Bench, quiet: Quiet) -> None:
    bench.behave(FINE)
    profile = profile_candidate(bench.request, quiet)
    assert (profile.source, profile.note) == ("Nsight Compute 2025.3.1", "")
    assert [kernel.name for kernel in profile.kernels[:2]] == ["tile_products", "sum_products"]
    assert profile.report == "T=55.ncu-rep"
    assert (bench.request.keep / profile.report).read_text() == "a report\n"


def test_nothing_but_the_kept_report_stays(bench: Bench, quiet: Quiet, tmp_path: Path) -> None:
    bench.behave(FINE)
    profile_candidate(bench.request, quiet)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"bin", "scratch", "candidates", "ncu-home"}
    assert list(bench.request.scratch.iterdir()) == []


def test_the_profiler_is_asked_for_the_chosen_kernels_only(bench: Bench, quiet: Quiet) -> None:
    bench.behave(FINE)
    profile_candidate(bench.request, quiet)
    arguments = bench.told("arguments").splitlines()
    assert arguments[arguments.index("--kernel-name") + 1] == (
        "regex:^(tile_products|sum_products)$"
    )
    assert arguments[arguments.index("--nvtx-include") + 1] == "fie_profile]"
    assert arguments[-4:-1] == ["-P", "-m", "fie_evaluator.profiler.target"]


def test_the_target_is_told_what_to_run_and_what_to_give_up(bench: Bench, quiet: Quiet) -> None:
    bench.behave(FINE)
    confinement = Confinement(
        readable=(Path("/data"),), may_start_programs=True, files=True, calls=False
    )
    profile_candidate(replace(bench.request, confinement=confinement), quiet)
    spec = json.loads(bench.told("spec"))
    assert Path(spec.pop("scratch")).parent == bench.request.scratch
    assert spec == {
        "dataset": str(bench.request.dataset),
        "definition": "moe",
        "workload_uuid": "w-55",
        "solution_json": "{}",
        "seed": 3,
        "device": "cuda:0",
        "judge": os.getpid(),
        "readable": ["/data"],
        "files": True,
        "calls": False,
    }


def test_compiled_kernels_are_taken_along(bench: Bench, quiet: Quiet, tmp_path: Path) -> None:
    warm = tmp_path / "warm"
    for cache, name in ((bench.request.scratch / "triton", "gemm"), (warm, "fill")):
        (cache / name).mkdir(parents=True)
        (cache / name / "cubin").write_text(name)
    bench.behave(f'cat "$TMPDIR"/triton/*/cubin > "$here/taken"; {FINE}')
    profile_candidate(replace(bench.request, compiled=(warm, tmp_path / "absent")), quiet)
    assert bench.told("taken") == "fillgemm"
    assert (warm / "fill" / "cubin").exists()


def test_no_secret_reaches_the_profiler(bench: Bench, quiet: Quiet) -> None:
    bench.behave(f'env > "$here/env"; {FINE}')
    profile_candidate(bench.request, quiet)
    assert "hunter2" not in bench.told("env")


@pytest.mark.parametrize(
    ("behaviour", "note"),
    [
        (
            'echo "==ERROR== ERR_NVGPUCTRPERM - No permission" > "$log"; exit 1',
            "The driver lets only administrators read the GPU's counters (ERR_NVGPUCTRPERM): load "
            "the nvidia module with NVreg_RestrictProfilingToAdminUsers=0, or run as root, in a "
            "container with CAP_SYS_ADMIN.",
        ),
        (
            'echo "==WARNING== No kernels were profiled." > "$log"',
            "Nsight Compute saw none of the kernels: the candidate launched no kernel of those "
            "names from its own thread.",
        ),
        (
            'echo "fie-profile: RuntimeError: out of luck."; echo "==WARNING== No kernels were '
            'profiled." > "$log"; exit 1',
            "The candidate failed under the profiler: RuntimeError: out of luck.",
        ),
        (
            'echo "==ERROR== Failed to connect." > "$log"; exit 9',
            "Nsight Compute failed: Failed to connect.",
        ),
        ("exit 3", "Nsight Compute ended without a report and without saying why."),
    ],
)
def test_a_failure_is_one_plain_sentence_beside_the_trace(
    bench: Bench, quiet: Quiet, behaviour: str, note: str
) -> None:
    bench.behave(behaviour)
    profile = profile_candidate(bench.request, quiet)
    assert (profile.source, profile.note, profile.report) == ("CUPTI trace", note, "")
    assert [kernel.name for kernel in profile.kernels] == ["tile_products", "sum_products"]


def test_a_failure_of_the_candidate_is_told_beside_what_was_measured(
    bench: Bench, quiet: Quiet
) -> None:
    bench.behave(f'echo "fie-profile: RuntimeError: later"; {FINE}')
    profile = profile_candidate(bench.request, quiet)
    assert profile.source == "Nsight Compute 2025.3.1"
    assert profile.note == "The candidate failed under the profiler: RuntimeError: later."


def test_an_unreadable_report_is_a_plain_sentence(bench: Bench, quiet: Quiet) -> None:
    bench.behave(FINE)
    program = bench.folder / "ncu"
    program.write_text(program.read_text().replace(str(SAMPLES), "/nowhere"))
    note = "Nsight Compute's report could not be read: it holds no table of kernels."
    assert profile_candidate(bench.request, quiet).note == note


def test_without_the_profiler_the_trace_remains(
    bench: Bench, quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fie_evaluator.profiler.ncu.TOOLKITS", ())
    profile = profile_candidate(bench.request, quiet)
    assert (profile.source, profile.note) == ("CUPTI trace", NOT_FOUND)


def test_a_profiler_that_hangs_is_killed_with_its_family(bench: Bench, quiet: Quiet) -> None:
    bench.behave(HANGS)
    profile = profile_candidate(replace(bench.request, limit_s=1.5), quiet)
    assert profile.note == (
        "Nsight Compute did not finish within 1.5 s: profile a smaller workload, or give it more "
        "time."
    )
    assert ends(int(bench.told("pid")))


def test_what_was_measured_before_the_time_ran_out_is_kept(
    bench: Bench, quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fie_evaluator.profiler.ncu.WRITING_S", 60.0)
    bench.behave(f'"{sys.executable}" -c "import time; time.sleep(1000)"; {FINE}')
    profile = profile_candidate(replace(bench.request, limit_s=60.3), quiet)
    assert (profile.source, len(profile.kernels)) == ("Nsight Compute 2025.3.1", 3)
    assert profile.note == (
        "Nsight Compute was stopped after 60.3 s: some kernels were not profiled."
    )


def test_a_cancel_ends_the_profiler_at_once(bench: Bench) -> None:
    interrupts = Cancelling()
    os.mkfifo(bench.folder / "started")
    bench.behave(HANGS)
    thread = threading.Thread(target=interrupts.cancel_after, args=(bench.folder / "started",))
    thread.start()
    with pytest.raises(CancelledByTest):
        profile_candidate(bench.request, interrupts)
    thread.join()
    interrupts.close()
    assert ends(int(bench.told("pid")))


def test_launches_are_counted_by_shape_where_there_are_many(tmp_path: Path) -> None:
    few = profiling_arguments(Choice(bases=("a",), launches=10), tmp_path / "r", tmp_path / "l")
    many = profiling_arguments(Choice(bases=("a",), launches=11), tmp_path / "r", tmp_path / "l")
    assert few[few.index("--launch-count") + 1] == "10"
    assert "--filter-mode" not in few
    assert many[many.index("--filter-mode") + 1] == "per-launch-config"
    assert many[many.index("--launch-count") + 1] == "2"


def test_without_a_trace_whatever_comes_first_is_profiled(tmp_path: Path) -> None:
    arguments = profiling_arguments(Choice(bases=(), launches=0), tmp_path / "r", tmp_path / "l")
    assert "--kernel-name" not in arguments
    assert arguments[arguments.index("--launch-count") + 1] == "10"


def test_the_toolkits_profiler_is_found_without_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("12.9", "13.0", "9.2"):
        program = tmp_path / f"cuda-{version}" / "bin" / "ncu"
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)
    monkeypatch.setattr("fie_evaluator.profiler.ncu.TOOLKITS", ((tmp_path, "cuda*/bin/ncu"),))
    assert find_ncu({"PATH": ""}) == tmp_path / "cuda-13.0" / "bin" / "ncu"
    home = {"PATH": "", "CUDA_HOME": str(tmp_path / "cuda-9.2")}
    assert find_ncu(home) == tmp_path / "cuda-9.2" / "bin" / "ncu"


def test_a_missing_profiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fie_evaluator.profiler.ncu.TOOLKITS", ())
    with pytest.raises(NcuError) as caught:
        find_ncu({"PATH": "", "CUDA_HOME": "/nowhere"})
    assert str(caught.value) == NOT_FOUND


def test_what_a_hostile_candidate_says_is_one_short_line() -> None:
    said = explain("", "fie-profile: \x1b[31mred" + "x" * 1000)
    assert said.startswith("The candidate failed under the profiler: [31mredxxx")
    assert len(said) < 400
    assert said.isprintable()


@pytest.mark.parametrize(
    ("printed", "version"),
    [("Version 2025.3.1.0 (build 36)", "2025.3.1"), ("Version 2024.1", "2024.1"), ("what", "")],
)
def test_the_version_is_told_in_three_parts(printed: str, version: str) -> None:
    assert version_of(printed) == version
