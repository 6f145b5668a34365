"""The candidate's own process: it builds, calls, times and profiles what it is told to.

Nothing here can be trusted once the candidate is imported. The reference's outputs
never enter this process; what it reports is checked elsewhere.
"""

import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from flashinfer_bench.bench.evaluators.utils import normalize_result
from flashinfer_bench.compile import BuilderRegistry
from flashinfer_bench.data import Solution

from fie_evaluator.child.arguments import Arguments, overwrite
from fie_evaluator.child.channel import Channel
from fie_evaluator.child.compiled import CompileReport
from fie_evaluator.child.exchange import Exchange
from fie_evaluator.child.launchers import Launchers
from fie_evaluator.child.messages import (
    Build,
    Call,
    Called,
    Change,
    Changed,
    Dissect,
    Dissected,
    Done,
    Failed,
    Form,
    FromRunner,
    Repeat,
    Sample,
    Sampled,
    ToRunner,
    Watch,
    Watched,
)
from fie_evaluator.dataset.inputs import InputSets, clone
from fie_evaluator.dataset.problem import Problem
from fie_evaluator.profiler.cpu import operator_breakdown
from fie_evaluator.profiler.launches import late_work_ms, launch_breakdown
from fie_evaluator.results import Status
from fie_evaluator.timing.clocks import Sitting, Stopwatch, StreamLeft, stopwatch_for

MISSED = "missed"
"The folder of generated C code that had to be compiled here."
KERNEL_FILE = "kernel.py"
WARMING = 3
"Calls on known inputs right before one on unseen ones, which must not find a cold machine."
LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Confines:
    """What one candidate gets: its folder, its place for outputs and its limits."""

    directory: Path
    exchange: Exchange
    device: str
    timing: str
    triton_cache: Path | None
    "A cache to start from, with what every Triton kernel needs; None for an empty one."
    launchers: Launchers | None
    enter: Callable[[], None]
    "Takes rights away from this process for good."


class Runner:
    """Answers the bench's requests with one candidate's kernel."""

    def __init__(
        self,
        channel: Channel,
        arguments: Arguments,
        exchange: Exchange,
        stopwatch: Stopwatch,
        report: CompileReport,
    ) -> None:
        self._channel = channel
        self._arguments = arguments
        self._problem = arguments.problem
        self._exchange = exchange
        self._stopwatch = stopwatch
        self._report = report
        self._device = arguments.device
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
                case Sample():
                    return self._sample(request)
                case Change():
                    return self._change(request)
                case Repeat():
                    return self._repeat(request)
                case Watch():
                    return self._watch(request)
                case Dissect():
                    return self._dissect(request)

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

    def _call(self, request: Call) -> FromRunner:
        self._take(request.workload, request.seed)
        args = self._arguments.fresh()
        result = self._built(*args)
        self._finish()
        self._arguments.unharmed()
        return Called(forms=self._share(args, result), build=self._report.kernels())

    def _sample(self, request: Sample) -> FromRunner:
        while True:
            self._take(request.workload, request.seed)
            sitting = self._sit(request)
            # A kernel that works in its large inputs is timed again, on copies of everything.
            if self._arguments.unharmed():
                break
        return Sampled(
            latencies_ms=tuple(sitting.latencies_ms),
            late_ms=tuple(sitting.late_ms),
            forms=self._share(sitting.args, sitting.result),
        )

    def _sit(self, request: Sample) -> Sitting:
        fresh = self._arguments.fresh
        return self._stopwatch.sit(self._built, fresh, request.warmup, request.count)

    def _change(self, request: Change) -> FromRunner:
        """Time a call on known inputs and one on unseen ones, written to the same addresses."""
        # Both first: drawing one right before its call would leave another machine to it.
        sets = self._arguments.inputs
        known = sets.get(request.workload, request.seed)
        unseen = sets.get(request.workload, request.unseen_seed)
        self._take(request.workload, request.seed)
        # Copies of everything: what is overwritten here must not be an input set that is kept.
        args = clone(self._arguments.fresh())
        for _ in range(WARMING if request.quick else 1):
            self._built(*args)
        self._finish()
        # What it returned is let go of: the next call finds the same memory free.
        known_ms = self._once(known, args)[0]
        unseen_ms, result = self._once(unseen, args)
        # It is never asked for again, and would push out what is.
        sets.drop(request.workload, request.unseen_seed)
        return Changed(known_ms=known_ms, unseen_ms=unseen_ms, forms=self._share(args, result))

    def _once(self, values: Sequence[Any], args: list[Any]) -> tuple[float, Any]:
        overwrite(args, values, len(self._problem.definition.inputs))
        return self._stopwatch.once(self._built, args)

    def _repeat(self, request: Repeat) -> FromRunner:
        self._take(request.workload, request.seed)
        args = self._arguments.fresh()
        for _ in range(request.count):
            self._built(*args)
        self._finish()
        self._arguments.unharmed()
        return Done()

    def _watch(self, request: Watch) -> FromRunner:
        self._take(request.workload, 0)
        late_ms = late_work_ms(self._built, self._arguments.fresh)
        self._arguments.unharmed()
        return Watched(late_ms=late_ms)

    def _dissect(self, request: Dissect) -> FromRunner:
        self._take(request.workload, 0)
        breakdown = operator_breakdown if self._device == "cpu" else launch_breakdown
        return Dissected(operators=breakdown(self._built, self._arguments.fresh))

    def _take(self, workload: int, seed: int) -> None:
        self._workload = workload
        self._arguments.take(workload, seed)

    def _share(self, args: Sequence[Any], result: Any) -> tuple[Form, ...]:
        """Put a call's outputs where the checker finds them."""
        if self._arguments.with_outputs:
            outputs = list(args[len(self._problem.definition.inputs) :])
        else:
            outputs = normalize_result(self._problem.definition, result, self._device)
        forms = self._exchange.write(outputs)
        self._finish()
        return forms

    def _finish(self) -> None:
        if self._device != "cpu":
            torch.cuda.synchronize(self._device)


def run_candidate(
    channel: Channel, problem: Problem, inputs: InputSets, solution: Solution, confines: Confines
) -> None:
    """Be the candidate's process."""
    settle_in(confines)
    arguments = Arguments(
        problem=problem,
        inputs=inputs,
        device=confines.device,
        with_outputs=solution.spec.destination_passing_style,
    )
    if confines.device == "cpu":
        torch.set_num_threads(1)
    else:
        # CUDA opens its devices once, at the start; a confined process may not.
        torch.zeros(1, device=confines.device)
        confines.exchange.pin()
        arguments.cache_bytes = torch.cuda.get_device_properties(confines.device).L2_cache_size
    if confines.launchers is not None:
        confines.launchers.lend(confines.directory / MISSED)
    stopwatch = stopwatch_for(confines.device, confines.timing)
    report = CompileReport() if confines.device == "cpu" else CompileReport.installed()
    confines.enter()
    Runner(channel, arguments, confines.exchange, stopwatch, report).serve(solution)


def settle_in(confines: Confines) -> None:
    """Point everything that a kernel may write at the candidate's folder."""
    os.environ["HOME"] = os.environ["TMPDIR"] = str(confines.directory)
    # The parent may have asked for it already, and tempfile remembers the answer.
    tempfile.tempdir = str(confines.directory)
    triton_cache = confines.directory / "triton"
    os.environ["FIB_CACHE_PATH"] = str(confines.directory / "build")
    os.environ["TRITON_CACHE_DIR"] = str(triton_cache)
    if confines.triton_cache is not None and confines.triton_cache.is_dir():
        shutil.copytree(confines.triton_cache, triton_cache)


def failure(error: BaseException, workload: int | None) -> Failed:
    """Return the verdict on what the candidate raised."""
    if isinstance(error, StreamLeft):
        return Failed(status=Status.REFUSED, error=str(error), workload=workload)
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
