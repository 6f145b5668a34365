"""One kernel in a process of its own, asked and answered under a deadline."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashinfer_bench.data import Solution

from fie_evaluator.bench import Bench
from fie_evaluator.child.children import Child, ChildDied, ChildLate, fork_child
from fie_evaluator.child.compiling import compile_ahead, is_compiled
from fie_evaluator.child.messages import Failed, FromRunner
from fie_evaluator.child.processes import limit_resources
from fie_evaluator.child.runner import Confines, run_candidate
from fie_evaluator.results import Status
from fie_evaluator.stages.verdicts import Rejected


@dataclass(slots=True, kw_only=True)
class Contestant:
    """A forked process that holds one kernel; whatever goes wrong in it is a verdict on it."""

    bench: Bench
    solution: Solution
    timeout_s: float
    directory: Path
    deadline: float
    stage: str = "build"
    where: int | None = None
    "The workload that it works on."
    runner: Child | None = None

    @property
    def pid(self) -> int:
        """The process's id, which is also its group's."""
        assert self.runner is not None
        return self.runner.pid

    @property
    def log(self) -> str:
        """The last that it printed."""
        return "" if self.runner is None else self.runner.log_text

    @property
    def gone(self) -> bool:
        """Whether it can't be asked any more."""
        return self.runner is None or self.runner.buried

    def ask(self, request: object, kind: type[Any], workload: int | None = None) -> Any:
        """Return its answer of that kind; Rejected for anything else that it does."""
        assert self.runner is not None
        self.where = workload
        try:
            answer = self.runner.ask(request, FromRunner, self.deadline, self.bench.interrupts)
        except ChildDied as death:
            error = f"its process {death} during {self.stage}"
            raise Rejected(Status.CRASHED, error, self.where) from death
        except ChildLate as late:
            error = f"not finished within {self.timeout_s:g} s (during {self.stage})"
            self.runner.bury()
            raise Rejected(Status.TIMEOUT, error, self.where) from late
        if isinstance(answer, Failed):
            known = range(len(self.bench.problem.workloads))
            place = answer.workload if answer.workload in known else None
            raise Rejected(answer.status, answer.error, place)
        if not isinstance(answer, kind):
            raise Rejected(Status.REFUSED, "its process gave an answer to another question")
        return answer

    def bury(self) -> None:
        """Kill it and keep what it printed."""
        if self.runner is not None:
            self.runner.bury()


@contextmanager
def contestant(bench: Bench, solution: Solution, timeout_s: float) -> Iterator[Contestant]:
    """Fork a kernel's process; it and its folder are gone afterwards."""
    bench.exchange.wipe()
    directory = Path(tempfile.mkdtemp(prefix="candidate-", dir=Path.cwd()))
    deadline = time.monotonic() + timeout_s
    entered = Contestant(
        bench=bench,
        solution=solution,
        timeout_s=timeout_s,
        directory=directory,
        deadline=deadline,
    )
    try:
        if is_compiled(solution):
            compile_ahead(bench, solution, directory, deadline)
        entered.runner = fork_child(
            lambda channel: run_candidate(
                channel, bench.problem, bench.inputs, solution, confines(bench, directory)
            ),
            directory,
            captured=True,
        )
        yield entered
    finally:
        entered.bury()
        shutil.rmtree(directory, ignore_errors=True)


def confines(bench: Bench, directory: Path) -> Confines:
    """Return what a candidate gets in this folder."""
    return Confines(
        directory=directory,
        exchange=bench.exchange,
        device=bench.track.device,
        timing=bench.yardstick.timing,
        triton_cache=bench.triton_cache,
        launchers=bench.launchers,
        enter=giving_up_rights(bench, directory),
    )


def giving_up_rights(bench: Bench, directory: Path) -> Callable[[], None]:
    """Return what a candidate's process calls before it imports the candidate."""
    output_bytes = max(map(bench.problem.output_bytes, range(len(bench.problem.workloads))))

    def enter() -> None:
        limit_resources(
            memory_bytes=bench.memory_bytes,
            file_bytes=output_bytes * 2 + (64 << 20),
            reserves=bench.track.device != "cpu",
        )
        bench.confinement.enter(directory)

    return enter
