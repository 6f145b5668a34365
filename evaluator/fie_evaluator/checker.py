"""The trusted process: it alone holds the reference's outputs, and compares."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from flashinfer_bench.bench import BenchmarkConfig
from flashinfer_bench.bench.evaluators import resolve_evaluator
from flashinfer_bench.bench.evaluators.sampling import is_sampling_op
from flashinfer_bench.bench.evaluators.utils import normalize_result
from flashinfer_bench.bench.utils import compute_error_stats
from flashinfer_bench.compile import BuilderRegistry, Runnable
from flashinfer_bench.compile.runnable import RunnableMetadata
from safetensors import SafetensorError

from fie_evaluator.cache import Cache, load_values, store_json, store_values
from fie_evaluator.channel import Channel
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.inputs import CHANGED_SEED, InputSets
from fie_evaluator.messages import (
    Advanced,
    Broken,
    Check,
    FromChecker,
    Measure,
    Measured,
    ToChecker,
    Verdict,
)
from fie_evaluator.problem import Problem, benchmark_config
from fie_evaluator.results import Status
from fie_evaluator.timing import Plan, Subjects, stopwatch_for, time_in_rounds
from fie_evaluator.track import Track

REFERENCE_BUDGET_S = 1.0
"Per workload, on the CPU, where the reference is timed within a budget."


class Checker:
    """Measures the reference and judges stored outputs against it."""

    def __init__(
        self, channel: Channel, problem: Problem, track: Track, cache: Cache, inputs: InputSets
    ) -> None:
        self._channel = channel
        self._problem = problem
        self._track = track
        self._cache = cache
        self._inputs = inputs
        self._rules = resolve_evaluator(problem.definition)
        self._config = benchmark_config(track.official)

    def serve(self) -> None:
        """Answer requests until the channel closes."""
        while True:
            request: ToChecker = self._channel.receive(ToChecker)
            try:
                answer = self._answer(request)
            # The top of this worker: a broken reference or device must be told, not lost.
            except Exception as error:  # noqa: BLE001
                answer = Broken(error=f"{type(error).__name__}: {error}")
            self._make_room()
            self._channel.send(answer)

    def _make_room(self) -> None:
        """Leave a GPU's memory to the candidate."""
        if self._track.device != "cpu":
            self._inputs.forget()
            torch.cuda.empty_cache()

    def _answer(self, request: ToChecker) -> FromChecker:
        with torch.no_grad():
            match request:
                case Measure():
                    return self._measure()
                case Check():
                    return self._check(request)

    def _measure(self) -> FromChecker:
        if is_sampling_op(self._problem.definition):
            raise EvaluatorError(
                "sampling definitions are not supported: their check needs the kernel itself, "
                "thousands of times"
            )
        workloads = range(len(self._problem.workloads))
        with self._cache.lock():
            seeds = [*range(self._track.search.trials), CHANGED_SEED]
            for workload, seed in itertools.product(workloads, seeds):
                self._inputs.keep(workload, seed)
                self._reference(workload, seed)
                self._channel.send(Advanced(stage="reference", done=workload, total=len(workloads)))
            return Measured(reference_ms=tuple(self._latencies()))

    def _latencies(self) -> Iterator[float]:
        paths = [
            self._cache.latency(workload, self._track.timing)
            for workload in range(len(self._problem.workloads))
        ]
        missing = [workload for workload, path in enumerate(paths) if not path.exists()]
        for workload, samples in self._time_reference(missing).items():
            store_json(paths[workload], {"timing": self._track.timing, "samples_ms": samples})
        for path in paths:
            yield float(torch.tensor(json.loads(path.read_text())["samples_ms"]).quantile(0.5))

    def _time_reference(self, workloads: list[int]) -> dict[int, list[float]]:
        reference = BuilderRegistry.get_instance().build_reference(self._problem.definition)
        official = self._track.official
        plan = Plan(
            warmup=official.warmup,
            iterations=official.iterations,
            trials=1,
            budget_s=REFERENCE_BUDGET_S if self._track.device == "cpu" else None,
        )
        subjects = Subjects(
            call=reference,
            places=workloads,
            arguments=self._inputs.get,
            sampled=lambda workload, args, typical_ms: None,
        )
        stopwatch = stopwatch_for(self._track)
        return time_in_rounds(subjects, stopwatch, plan, self._advance)

    def _advance(self, done: int, total: int) -> None:
        self._channel.send(Advanced(stage="reference", done=done, total=total))

    def _reference(self, workload: int, seed: int) -> list[torch.Tensor]:
        path = self._cache.outputs(workload, seed)
        if not path.exists():
            reference = BuilderRegistry.get_instance().build_reference(self._problem.definition)
            result = reference(*self._inputs.get(workload, seed))
            store_values(
                path, normalize_result(self._problem.definition, result, self._track.device)
            )
        return load_values(path, self._track.device)

    def _check(self, request: Check) -> Verdict:
        try:
            outputs = load_values(Path(request.outputs), self._track.device)
        except (SafetensorError, OSError, ValueError) as error:
            return Verdict(status=Status.RUNTIME_ERROR, error=f"unreadable outputs: {error}")
        expected = self._reference(request.workload, request.seed)
        verdict = self._compare(outputs, expected)
        if verdict.status is Status.PASSED or request.stale_seed is None:
            return verdict
        earlier = self._compare(outputs, self._reference(request.workload, request.stale_seed))
        stale = earlier.status is Status.PASSED
        return Verdict(
            status=verdict.status,
            matched_ratio=verdict.matched_ratio,
            error=verdict.error,
            stale=stale,
        )

    def _compare(self, outputs: list[Any], expected: list[torch.Tensor]) -> Verdict:
        """Let the library's own evaluator judge a runnable that replays the stored outputs."""
        replay = Runnable(
            callable=lambda: tuple(outputs),
            metadata=RunnableMetadata(
                build_type="python",
                definition_name=self._problem.definition.name,
                solution_name="replay",
                destination_passing_style=False,
                definition=self._problem.definition,
            ),
        )
        _, failed = self._rules.check_correctness(
            definition=self._problem.definition,
            sol_runnable=replay,
            inputs=[[]],
            ref_outputs=[expected],
            cfg=self._config,
            log_path="",
            device=self._track.device,
        )
        status = Status.PASSED if failed is None else Status(failed.status.value)
        if status in (Status.PASSED, Status.INCORRECT_NUMERICAL):
            return describe_numbers(status, outputs, expected, self._config)
        return Verdict(status=status, error=describe_form(status, outputs, expected))


def describe_numbers(
    status: Status,
    outputs: list[torch.Tensor],
    expected: list[torch.Tensor],
    config: BenchmarkConfig,
) -> Verdict:
    """Return a numerical verdict with the smallest matched ratio and, if failed, why."""
    ratios, largest, broken, total = [], 0.0, 0, 0
    for output, reference in zip(outputs, expected, strict=True):
        odd = ~torch.isfinite(output.to(torch.float32))
        # NaN compares as within tolerance; infinity never does.
        worst = output.to(torch.float32).masked_fill(odd, torch.inf)
        absolute, _, _, ratio = compute_error_stats(worst, reference, config)
        ratios.append(ratio)
        largest = max(largest, absolute)
        broken += int(odd.sum())
        total += output.numel()
    matched = min(ratios, default=1.0)
    if status is Status.PASSED:
        return Verdict(status=status, matched_ratio=matched)
    if broken:
        error = f"{broken:,} of {total:,} output elements are NaN or infinite"
        error += " (each output is NaN before the call: was it written?)"
    else:
        needed = config.required_matched_ratio
        error = (
            f"{matched:.1%} of the output matches, {needed:.1%} must; largest error {largest:.3g}"
        )
    return Verdict(status=status, matched_ratio=matched, error=error)


def describe_form(status: Status, outputs: list[torch.Tensor], expected: list[torch.Tensor]) -> str:
    """Say which output has the wrong shape or dtype."""
    for output, reference in zip(outputs, expected, strict=True):
        if status is Status.INCORRECT_SHAPE and output.shape != reference.shape:
            return f"an output has shape {list(output.shape)}, expected {list(reference.shape)}"
        if status is Status.INCORRECT_DTYPE and output.dtype != reference.dtype:
            return f"an output has dtype {output.dtype}, expected {reference.dtype}"
    return "the library could not compare the outputs"


def check_candidates(
    channel: Channel, problem: Problem, track: Track, cache: Cache, inputs: InputSets
) -> None:
    """Be the checker's process."""
    if track.device == "cpu":
        torch.set_num_threads(1)
        # The library waits for the GPU after each call; here nothing runs on one.
        torch.cuda.synchronize = lambda device=None: None
    Checker(channel, problem, track, cache, inputs).serve()
