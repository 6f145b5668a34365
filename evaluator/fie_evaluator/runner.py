"""The candidate's own process: it builds, calls, times and profiles what it is told to.

Nothing here can be trusted once the candidate is imported. The reference's outputs
never enter this process; what it reports is checked elsewhere.
"""

import os
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from flashinfer_bench.compile import BuilderRegistry
from flashinfer_bench.data import Solution

from fie_evaluator.cache import store_values
from fie_evaluator.channel import Channel
from fie_evaluator.inputs import CHANGED_SEED, InputSets, clone, random_places, shift
from fie_evaluator.job import Mode
from fie_evaluator.messages import (
    Advanced,
    Build,
    Call,
    Dissect,
    Dissected,
    Done,
    Failed,
    FromRunner,
    Time,
    Timed,
    ToRunner,
)
from fie_evaluator.problem import Problem, poison, poisoned_outputs
from fie_evaluator.profile_cpu import operator_breakdown
from fie_evaluator.results import Status
from fie_evaluator.timing import Subjects, plan_for, stopwatch_for, time_in_rounds
from fie_evaluator.track import Track

KERNEL_FILE = "kernel.py"
UNSEEN_CALLS = 3
MOST_UNSEEN_CALLS = 10
SUSPICIOUS = 1.5
"Unseen inputs that cost so many times the typical latency are looked at again."
SLOW_MS = 10.0
"A call that takes longer is repeated less."
LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Confines:
    """What one candidate gets: its folder and its limits."""

    directory: Path
    enter: Callable[[], None]
    "Takes rights away from this process for good."


class Runner:
    """Answers the bench's requests with one candidate's kernel."""

    def __init__(self, channel: Channel, problem: Problem, track: Track, inputs: InputSets) -> None:
        self._channel = channel
        self._problem = problem
        self._track = track
        self._inputs = inputs
        self._stopwatch = stopwatch_for(track)
        self._kernel: Callable[..., Any] | None = None
        self._workload: int | None = None

    def serve(self, solution: Solution) -> None:
        """Answer requests until the channel closes; the first failure is the last answer."""
        while True:
            request: ToRunner = self._channel.receive(ToRunner)
            try:
                answer = self._answer(request, solution)
            # The top of the worker: a candidate may raise anything, SystemExit included.
            except BaseException as error:  # noqa: BLE001
                self._channel.send(failure(error, self._workload))
                return
            self._channel.send(answer)

    def _answer(self, request: ToRunner, solution: Solution) -> FromRunner:
        with torch.no_grad():
            match request:
                case Build():
                    return self._build(solution)
                case Call():
                    return self._call(request)
                case Time():
                    return self._time(request)
                case Dissect():
                    args = self._arguments(request.workload, 0)
                    return Dissected(operators=operator_breakdown(self._built, args))

    @property
    def _built(self) -> Callable[..., Any]:
        assert self._kernel is not None
        return self._kernel

    def _build(self, solution: Solution) -> FromRunner:
        builder = BuilderRegistry.get_instance()
        try:
            self._kernel = builder.build(self._problem.definition, solution)
        except BaseException as error:  # noqa: BLE001
            cause = error.__cause__ or error
            return Failed(status=Status.COMPILE_ERROR, error=one_line(cause))
        return Done()

    def _arguments(self, workload: int, seed: int) -> list[Any]:
        """Return one input set and poisoned outputs; the caller clones before calling."""
        self._workload = workload
        problem = self._problem
        outputs = poisoned_outputs(
            problem.definition, problem.workloads[workload], self._track.device
        )
        return [*self._inputs.get(workload, seed), *outputs]

    def _outputs(self, args: list[Any]) -> list[Any]:
        return args[len(self._problem.definition.inputs) :]

    def _call(self, request: Call) -> FromRunner:
        args = clone(self._arguments(request.workload, request.seed))
        self._built(*args)
        self._finish()
        store_values(Path(request.outputs), self._outputs(args))
        return Done()

    def _finish(self) -> None:
        if self._track.device != "cpu":
            torch.cuda.synchronize(self._track.device)

    def _time(self, request: Time) -> FromRunner:
        mode: Mode = request.mode
        settings = self._track.search if mode == "search" else self._track.official
        directory = Path(request.directory)
        unseen: dict[int, list[float]] = {}

        def sampled(workload: int, args: list[Any], typical_ms: float) -> None:
            store_values(directory / f"timed-{workload}", self._outputs(args))
            outputs = directory / f"changed-{workload}"
            unseen[workload] = self._change(workload, args, outputs, typical_ms)

        order = range(len(self._problem.workloads))
        subjects = Subjects(
            call=self._built, places=order, arguments=self._arguments, sampled=sampled
        )
        plan = plan_for(settings, mode)
        samples = time_in_rounds(subjects, self._stopwatch, plan, self._advance)
        return Timed(
            samples_ms=tuple(tuple(samples[index]) for index in order),
            unseen_ms=tuple(tuple(unseen[index]) for index in order),
        )

    def _change(
        self, workload: int, args: list[Any], outputs: Path, typical_ms: float
    ) -> list[float]:
        """Call on other values at the same addresses; return latencies on unseen inputs.

        Where all are slow it asks on: the machine may have stumbled, a cache stays slow.
        """
        changed = self._inputs.get(workload, CHANGED_SEED)
        for place, value in enumerate(changed):
            if isinstance(value, torch.Tensor):
                args[place].copy_(value)
            else:
                args[place] = value
        for output in self._outputs(args):
            poison(output)
        latencies = [self._stopwatch.once(self._built, args)]
        store_values(outputs, self._outputs(args))
        places = random_places(self._problem, workload)
        calls = UNSEEN_CALLS if latencies[0] < SLOW_MS else 1
        while places and len(latencies) <= MOST_UNSEEN_CALLS:
            if len(latencies) > calls and min(latencies) < SUSPICIOUS * typical_ms:
                break
            shift(args, places)
            latencies.append(self._stopwatch.once(self._built, args))
        return latencies

    def _advance(self, done: int, total: int) -> None:
        self._channel.send(Advanced(stage="timing", done=done, total=total))


def run_candidate(
    channel: Channel,
    problem: Problem,
    track: Track,
    inputs: InputSets,
    solution: Solution,
    confines: Confines,
) -> None:
    """Be the candidate's process."""
    os.environ["HOME"] = os.environ["TMPDIR"] = str(confines.directory)
    # The parent may have asked for it already, and tempfile remembers the answer.
    tempfile.tempdir = str(confines.directory)
    os.environ["FIB_CACHE_PATH"] = str(confines.directory / "build")
    os.environ["TRITON_CACHE_DIR"] = str(confines.directory / "triton")
    if track.device == "cpu":
        torch.set_num_threads(1)
    else:
        # CUDA opens its devices once, at the start; a confined process may not.
        torch.zeros(1, device=track.device)
        torch.cuda.synchronize(track.device)
    runner = Runner(channel, problem, track, inputs)
    confines.enter()
    runner.serve(solution)


def failure(error: BaseException, workload: int | None) -> Failed:
    """Return the verdict on what the candidate raised."""
    if is_out_of_memory(error):
        text = f"out of memory: {one_line(error)}"
        return Failed(status=Status.CRASHED, error=text, workload=workload)
    return Failed(status=Status.RUNTIME_ERROR, error=one_line(error), workload=workload)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that the candidate met its memory limit."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


def one_line(error: BaseException) -> str:
    """Return what was raised and on which line of the kernel, in one line."""
    message = " ".join(str(error).split()) or "(no message)"
    if len(message) > LONGEST_ERROR:
        message = message[:LONGEST_ERROR] + "…"
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(f"/{KERNEL_FILE}")
    ]
    where = f" (kernel.py, line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {message}{where}"
