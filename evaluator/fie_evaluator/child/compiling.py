"""Compiles a C++ or CUDA solution ahead, before its process gives up the right to start compilers.

Build tools put each compiler into a process group of its own, which a candidate may
not do. So a process without that limit, but as poor in files, compiles; the
candidate's process finds the result in its folder and only loads it.
"""

import os
from dataclasses import replace
from pathlib import Path

from flashinfer_bench.compile import BuilderRegistry
from flashinfer_bench.data import Definition, Solution

from fie_evaluator.bench import Bench
from fie_evaluator.child.channel import Channel
from fie_evaluator.child.children import Child, ChildDied, ChildLate, fork_child
from fie_evaluator.child.messages import Done, Failed, FromRunner
from fie_evaluator.child.processes import limit_resources
from fie_evaluator.results import Status
from fie_evaluator.stages.verdicts import Rejected

COMPILED = ("cpp", "cuda")
LARGEST_FILE = 1 << 30
"Bytes of what a compiler may write."
LONGEST_ERROR = 2000


def is_compiled(solution: Solution) -> bool:
    """Whether its sources are for a compiler."""
    return solution.spec.language.value in COMPILED


def compile_ahead(bench: Bench, solution: Solution, directory: Path, deadline: float) -> None:
    """Compile into `directory`/build; Rejected with the compiler's words where it fails."""
    compiler = fork_child(
        lambda channel: _compile(channel, bench, solution, directory), directory, captured=True
    )
    try:
        answer = compiler.answer(FromRunner, deadline, bench.interrupts)
    except ChildDied as death:
        error = f"compiling {death}"
        raise Rejected(Status.COMPILE_ERROR, _with_log(error, compiler)) from death
    except ChildLate as late:
        raise Rejected(Status.TIMEOUT, "not compiled in time") from late
    finally:
        compiler.bury()
    if isinstance(answer, Failed):
        raise Rejected(Status.COMPILE_ERROR, answer.error)


def _compile(channel: Channel, bench: Bench, solution: Solution, directory: Path) -> None:
    os.environ |= {name: str(directory) for name in ("HOME", "TMPDIR")}
    os.environ["FIB_CACHE_PATH"] = str(directory / "build")
    limit_resources(memory_bytes=bench.memory_bytes, file_bytes=LARGEST_FILE)
    replace(bench.confinement, calls=False).enter(directory)
    channel.send(_built(bench.problem.definition, solution))


def _built(definition: Definition, solution: Solution) -> FromRunner:
    try:
        BuilderRegistry.get_instance().build(definition, solution)
    # The top of a process; what a build may raise is the library's and the solution's.
    except BaseException as error:  # noqa: BLE001
        told = str(error.__cause__ or error)
        return Failed(status=Status.COMPILE_ERROR, error=told[:LONGEST_ERROR])
    return Done()


def _with_log(error: str, compiler: Child) -> str:
    log = compiler.log_text.strip()
    return f"{error}\n{log[-LONGEST_ERROR:]}" if log else error
