"""The process that runs under Nsight Compute: calls one candidate on one workload.

Started as `python -P -m fie_evaluator.profiler.target SPEC.json`. The first call compiles and
tunes; the second lies in the NVTX range that the profiler looks for.
"""

import os
import select
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

RANGE = "fie_profile"
"The NVTX range around the one call that is profiled."
SAYS = "fie-profile:"
"Starts the one line that this process says about itself."
LARGEST_FILE = 1 << 30


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """What to run, and how."""

    dataset: str
    definition: str
    workload_uuid: str
    solution_json: str
    seed: int
    device: str
    scratch: str
    "The only folder that the candidate may write to."
    judge: int
    "The process that this one must not outlive."
    readable: tuple[str, ...]
    files: bool
    "Whether to give up file rights, as far as `readable` and `scratch` go."
    calls: bool
    "Whether to give up system calls."


def python_command(spec: Path) -> tuple[str, ...]:
    """Return the command line that runs a spec."""
    return (sys.executable, "-P", "-m", "fie_evaluator.profiler.target", str(spec))


def main(path: Path) -> None:
    """Run the spec's candidate; never returns."""
    spec = msgspec.json.decode(path.read_bytes(), type=Spec)
    voice = _take_voice()
    end_with(spec.judge)
    _settle_in(Path(spec.scratch))
    try:
        _run(spec)
    # The top of this process: a candidate may raise anything, SystemExit included.
    except BaseException as error:  # noqa: BLE001
        told = " ".join(f"{type(error).__name__}: {error}".split())
        os.write(voice, f"\n{SAYS} {told[:400]}\n".encode(errors="replace"))
        os._exit(1)
    # Not by the interpreter's own way out, which takes longer than the call.
    os._exit(0)


def _run(spec: Spec) -> None:
    import torch

    torch.zeros(1, device=spec.device)
    torch.cuda.synchronize(spec.device)
    call, args = _prepared(spec)
    with torch.no_grad():
        call(*args)
        torch.cuda.synchronize(spec.device)
        # The profiler saves and restores all memory that is held, at each replay.
        torch.cuda.empty_cache()
        torch.cuda.nvtx.range_push(RANGE)
        call(*args)
        torch.cuda.synchronize(spec.device)
        torch.cuda.nvtx.range_pop()


def _prepared(spec: Spec) -> tuple[Callable[..., Any], list[Any]]:
    """Return the built candidate and its arguments; confined before its code is imported."""
    from flashinfer_bench.compile import BuilderRegistry
    from flashinfer_bench.data import Solution

    from fie_evaluator.dataset.inputs import draw
    from fie_evaluator.dataset.problem import Problem, poisoned_outputs

    problem: Problem = one_workload(Path(spec.dataset), spec.definition, spec.workload_uuid)
    solution = Solution.model_validate_json(spec.solution_json)
    args = draw(problem, 0, spec.seed, spec.device)
    if solution.spec.destination_passing_style:
        args += poisoned_outputs(problem.definition, problem.workloads[0], spec.device)
    registry = BuilderRegistry.get_instance()
    _confine(spec)
    return registry.build(problem.definition, solution), args


def one_workload(root: Path, definition: str, uuid: str) -> Any:
    """Return a problem that has one workload only; TrackError if the data set lacks it."""
    from flashinfer_bench.data import Definition, Trace, TraceSet, load_json_file, load_jsonl_file

    from fie_evaluator.dataset.problem import Problem
    from fie_evaluator.dataset.read import find_definition
    from fie_evaluator.errors import TrackError

    told = load_json_file(Definition, find_definition(root, definition).path)
    folder = root / "workloads"
    for path in sorted(folder.rglob(f"{definition}.jsonl")) or sorted(folder.rglob("*.jsonl")):
        for trace in load_jsonl_file(Trace, path):
            if trace.definition == definition and trace.workload.uuid == uuid:
                trace_set = TraceSet(root=root, definitions={definition: told})
                return Problem(trace_set=trace_set, definition=told, workloads=(trace.workload,))
    raise TrackError(f"The data set {root} has no workload {uuid} for {definition}.")


def _confine(spec: Spec) -> None:
    """Give up what a candidate doesn't need, but not the right to read the GPU's counters."""
    from fie_evaluator.child import landlock, seccomp
    from fie_evaluator.child.confinement import DEVICES, PACKAGE, SYSTEM

    if spec.files:
        installed = [Path(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path]
        given = [Path(path) for path in (*SYSTEM, *spec.readable)]
        landlock.restrict(
            readable=sorted({PACKAGE, *installed, *given}),
            writable=(Path(spec.scratch), DEVICES),
        )
    if spec.calls:
        seccomp.restrict(may_start_programs=True)


def _take_voice() -> int:
    """Keep the profiler's console for our own line; what the candidate prints goes nowhere."""
    voice = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(null, stream)
    return voice


def end_with(judge: int) -> None:
    """End when the judge does: the profiler that stands between may die without a word."""
    watched = os.pidfd_open(judge)

    def wait() -> None:
        select.select([watched], [], [])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _settle_in(scratch: Path) -> None:
    """Point everything that a kernel may write at its folder, where its builds lie already."""
    from fie_evaluator.child.processes import limit_resources

    os.chdir(scratch)
    os.environ["HOME"] = os.environ["TMPDIR"] = str(scratch)
    os.environ["FIB_CACHE_PATH"] = str(scratch / "build")
    os.environ["TRITON_CACHE_DIR"] = str(scratch / "triton")
    tempfile.tempdir = str(scratch)
    limit_resources(memory_bytes=0, file_bytes=LARGEST_FILE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
