"""The trusted process: it alone holds the reference's outputs, and compares."""

from typing import Any

import torch
from flashinfer_bench.bench import BenchmarkConfig
from flashinfer_bench.bench.evaluators import resolve_evaluator
from flashinfer_bench.bench.evaluators.sampling import is_sampling_op
from flashinfer_bench.bench.utils import compute_error_stats
from flashinfer_bench.compile import Runnable
from flashinfer_bench.compile.runnable import RunnableMetadata
from msgspec import structs

from fie_evaluator.child.channel import Channel
from fie_evaluator.child.exchange import Exchange, expected_forms
from fie_evaluator.child.messages import (
    Advanced,
    Broken,
    Check,
    Form,
    FromChecker,
    Measure,
    ToChecker,
    Verdict,
)
from fie_evaluator.dataset.problem import benchmark_config
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.results import Status
from fie_evaluator.stages.yardstick import Yardstick

KEPT_MEMORY = 6 << 30
"Bytes of a GPU that the checker may hold on to between requests."


class Checker:
    """Measures the reference and judges shared outputs against it."""

    def __init__(self, channel: Channel, yardstick: Yardstick, exchange: Exchange) -> None:
        self._channel = channel
        self._yardstick = yardstick
        self._exchange = exchange
        self._problem = yardstick.problem
        self._device = yardstick.track.device
        self._rules = resolve_evaluator(self._problem.definition)
        self._config = benchmark_config(yardstick.track.official)

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
        if self._device != "cpu":
            self._yardstick.inputs.forget()
            if torch.cuda.memory_reserved(self._device) > KEPT_MEMORY:
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
        measured = self._yardstick.measure(self._advance)
        if self._device != "cpu":
            torch.cuda.empty_cache()
        return measured

    def _advance(self, done: int, total: int) -> None:
        self._channel.send(Advanced(stage="reference", done=done, total=total))

    def _check(self, request: Check) -> Verdict:
        workload = self._problem.workloads[request.workload]
        expected = expected_forms(self._problem.definition, workload)
        if request.forms != expected:
            return misshapen(request.forms, expected)
        # Copied before it is looked at: the candidate could still write there.
        outputs = self._exchange.read(self._problem.definition, workload, self._device)
        answers = self._yardstick.answers(request.workload, request.seed)
        verdict = self._compare(outputs, answers)
        if verdict.status is Status.PASSED or request.stale_seed is None:
            return verdict
        stale = self._yardstick.answers(request.workload, request.stale_seed)
        return structs.replace(verdict, stale=self._compare(outputs, stale).status is Status.PASSED)

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
            device=self._device,
        )
        status = Status.PASSED if failed is None else Status(failed.status.value)
        if status in (Status.PASSED, Status.INCORRECT_NUMERICAL):
            return describe_numbers(status, outputs, expected, self._config)
        return Verdict(status=status, error="the library could not compare the outputs")


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


def misshapen(found: tuple[Form, ...], expected: tuple[Form, ...]) -> Verdict:
    """Say which output has the wrong shape or dtype."""
    if len(found) != len(expected):
        error = f"{len(found)} outputs, expected {len(expected)}"
        return Verdict(status=Status.INCORRECT_SHAPE, error=error)
    for output, wanted in zip(found, expected, strict=True):
        if output.shape != wanted.shape:
            error = f"an output has shape {list(output.shape)}, expected {list(wanted.shape)}"
            return Verdict(status=Status.INCORRECT_SHAPE, error=error)
    dtypes = zip(found, expected, strict=True)
    output, wanted = next(pair for pair in dtypes if pair[0].dtype != pair[1].dtype)
    error = f"an output has dtype {output.dtype}, expected {wanted.dtype}"
    return Verdict(status=Status.INCORRECT_DTYPE, error=error)


def check_candidates(channel: Channel, yardstick: Yardstick, exchange: Exchange) -> None:
    """Be the checker's process."""
    if yardstick.track.device == "cpu":
        torch.set_num_threads(1)
        # The library waits for the GPU after each call; here nothing runs on one.
        torch.cuda.synchronize = lambda device=None: None
    else:
        torch.zeros(1, device=yardstick.track.device)
        exchange.pin()
    Checker(channel, yardstick, exchange).serve()
