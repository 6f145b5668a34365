"""Nsight Compute on a real GPU: figures of a real kernel, confined or not, and in time."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.child.confinement import Confinement, confinement_for
from fie_evaluator.child.messages import Operator
from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.profiler.gpu import ProfileRequest, profile_candidate

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

RMSNORM = "rmsnorm_h1024"
KERNEL = """
import torch
import triton
import triton.language as tl

@triton.jit
def normalise_rows(x, weight, out, SIZE: tl.constexpr):
    columns = tl.arange(0, SIZE)
    row = tl.load(x + tl.program_id(0) * SIZE + columns)
    scale = tl.rsqrt(tl.sum(row * row) / SIZE + 1e-6)
    tl.store(out + tl.program_id(0) * SIZE + columns, row * scale * tl.load(weight + columns))

def kernel(hidden_states, weight, output):
    torch.zeros_like(output)
    normalise_rows[(hidden_states.shape[0],)](hidden_states, weight, output, SIZE=1024)
"""
FAILS = "def kernel(hidden_states, weight, output):\n    raise ValueError('not today')\n"
OPERATORS = (Operator(name="normalise_rows", self_ms=0.01, calls=1),)


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


@pytest.fixture
def quiet() -> Iterator[Quiet]:
    interrupts = Quiet()
    yield interrupts
    interrupts.close()


def request(root: Path, source: str, **changes: object) -> ProfileRequest:
    """Return a request to profile a kernel on the larger RMSNorm workload."""
    if not look_at_machine({}).cuda_ready:
        pytest.skip("no CUDA GPU")
    write_small_dataset(root / "trace")
    (path,) = (root / "trace" / "workloads").rglob(f"{RMSNORM}.jsonl")
    workload = json.loads(path.read_text().splitlines()[1])["workload"]
    solution = {
        "name": "tried",
        "definition": RMSNORM,
        "author": "test",
        "spec": {
            "language": "triton",
            "target_hardware": ["cuda"],
            "entry_point": "kernel.py::kernel",
            "destination_passing_style": True,
        },
        "sources": [{"path": "kernel.py", "content": source}],
    }
    values: dict[str, object] = {
        "dataset": root / "trace",
        "definition": RMSNORM,
        "workload_uuid": workload["uuid"],
        "workload_label": "rows=24",
        "solution_json": json.dumps(solution),
        "seed": 0,
        "device": "cuda:0",
        "operators": OPERATORS,
        "scratch": root / "scratch",
        "keep": root / "keep",
    }
    return ProfileRequest(**(values | changes))  # type: ignore[arg-type]


def confinement(confined: bool, root: Path) -> Confinement | None:
    return confinement_for("cuda:0", (root / "trace",)) if confined else None


@pytest.mark.parametrize("confined", [False, True], ids=["free", "confined"])
def test_a_kernels_figures_are_measured(tmp_path: Path, quiet: Quiet, confined: bool) -> None:
    asked = request(tmp_path, KERNEL, confinement=confinement(confined, tmp_path))
    begun = time.monotonic()
    profile = profile_candidate(asked, quiet)
    took_s = time.monotonic() - begun
    if "ERR_NVGPUCTRPERM" in profile.note or "was found neither" in profile.note:
        pytest.skip(profile.note)
    print(f"{took_s:.1f} s", *profile.figures, *profile.kernels, *profile.advice, sep="\n")
    assert profile.note == ""
    assert profile.source.startswith("Nsight Compute 20")
    assert [kernel.name for kernel in profile.kernels] == ["normalise_rows"]
    figures = {figure.name: figure.value for figure in profile.kernels[0].figures}
    measured = ("duration", "DRAM throughput", "SM throughput", "registers", "waves", "spills")
    assert [name for name in measured if figures[name] is None] == []
    assert profile.kernels[0].figures[0].name == "bound by latency"
    assert (asked.keep / profile.report).stat().st_size > 1000


@pytest.mark.parametrize("confined", [False, True], ids=["free", "confined"])
def test_a_failing_candidate_is_named(tmp_path: Path, quiet: Quiet, confined: bool) -> None:
    asked = request(tmp_path, FAILS, confinement=confinement(confined, tmp_path))
    profile = profile_candidate(asked, quiet)
    if "was found neither" in profile.note:
        pytest.skip(profile.note)
    assert profile.source == "CUPTI trace"
    assert profile.note == "The candidate failed under the profiler: ValueError: not today."


def test_a_profile_out_of_time_keeps_what_it_has_or_says_why(tmp_path: Path, quiet: Quiet) -> None:
    slow = KERNEL.replace(
        "    torch.zeros_like", "    import time; time.sleep(1000)\n    torch.zeros_like"
    )
    profile = profile_candidate(request(tmp_path, slow, limit_s=20.0), quiet)
    if "was found neither" in profile.note:
        pytest.skip(profile.note)
    assert "20 s" in profile.note
