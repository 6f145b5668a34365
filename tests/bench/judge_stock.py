"""flashinfer-bench itself, judging solutions in a process of its own; told what to do by a file.

Usage: python -m tests.bench.judge_stock ORDER.json TOLD.jsonl
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Nothing heavy is imported here: each process that the library spawns imports this file again.
Tell = Callable[..., None]


def main() -> int:
    """Follow the order, telling each step as it is done."""
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with Path(sys.argv[2]).open("a", encoding="utf-8", buffering=1) as file:

        def tell(event: str, **told: Any) -> None:
            file.write(json.dumps({"event": event, **told}) + "\n")

        with processor_instead_of_cuda() if order["device"] == "cpu" else as_it_is():
            {"run_all": run_all, "medians": medians}[order["what"]](order, tell)
    return 0


def run_all(order: dict[str, Any], tell: Tell) -> None:
    """Run `Benchmark.run_all` over every workload and solution of the trace set."""
    from flashinfer_bench.bench import Benchmark
    from flashinfer_bench.data import TraceSet

    benchmark = Benchmark(TraceSet.from_path(order["root"]), configuration(order))
    watch_workloads(benchmark, tell)
    tell("ready", time=time.time())
    start = time.perf_counter()
    benchmark.run_all(dump_traces=False)
    tell("done", seconds=time.perf_counter() - start)
    benchmark.close()


def configuration(order: dict[str, Any]) -> Any:
    """Return the library's configuration for the ordered settings."""
    from flashinfer_bench.bench import BenchmarkConfig

    settings = order["settings"]
    return BenchmarkConfig(
        warmup_runs=settings["warmup"],
        iterations=settings["iterations"],
        num_trials=settings["trials"],
        rtol=float(settings["rtol"]),
        atol=float(settings["atol"]),
        required_matched_ratio=float(settings["required_matched_ratio"]),
        timeout_seconds=round(settings["timeout_s"]),
        use_isolated_runner=True,
        profile_baseline=order["profile_baseline"],
        definitions=[order["definition"]],
    )


def watch_workloads(benchmark: Any, tell: Tell) -> None:
    """Have each workload told when it is done; `run_all` itself only tells at its end."""
    runner = benchmark._runner
    run_workload = runner.run_workload

    def watched(definition: Any, workload: Any, *others: Any) -> Any:
        start = time.perf_counter()
        found = run_workload(definition, workload, *others)
        tell(
            "workload",
            workload=workload.uuid,
            seconds=time.perf_counter() - start,
            results={name: evaluation_told(each) for name, each in found.items()},
        )
        return found

    runner.run_workload = watched


def evaluation_told(evaluation: Any) -> dict[str, Any]:
    """Return one trace's verdict and mean latencies."""
    performance = evaluation.performance
    passed = performance is not None
    return {
        "status": evaluation.status.value,
        "mean_ms": performance.latency_ms if passed else None,
        "reference_mean_ms": performance.reference_latency_ms if passed else None,
        "log": "" if passed else (evaluation.log or "")[-400:],
    }


def medians(order: dict[str, Any], tell: Tell) -> None:
    """Time each solution as `eval_performance` does, but keep every sample."""
    from flashinfer_bench.compile import BuilderRegistry
    from flashinfer_bench.data import TraceSet

    trace_set = TraceSet.from_path(order["root"])
    definition = trace_set.definitions[order["definition"]]
    tell("ready", time=time.time())
    start = time.perf_counter()
    for solution in trace_set.solutions[definition.name]:
        runnable = BuilderRegistry.get_instance().build(definition, solution)
        wanted = order["workloads"][solution.name]
        for trace in trace_set.workloads[definition.name]:
            if trace.workload.uuid in wanted:
                samples = latencies(order, definition, trace.workload, runnable)
                tell(
                    "median",
                    solution=solution.name,
                    workload=trace.workload.uuid,
                    median_ms=statistics.median(samples),
                    mean_ms=statistics.mean(samples),
                    samples=len(samples),
                )
    tell("done", seconds=time.perf_counter() - start)


def latencies(order: dict[str, Any], definition: Any, workload: Any, runnable: Any) -> list[float]:
    """Return every timed call's milliseconds, over all trials, each trial with its own inputs."""
    import torch
    from flashinfer_bench.bench.evaluators.utils import allocate_outputs
    from flashinfer_bench.bench.utils import gen_inputs, load_safetensors

    device, settings = order["device"], order["settings"]
    has_blobs = any(each.type == "safetensors" for each in workload.inputs.values())
    blobs = load_safetensors(definition, workload, Path(order["root"])) if has_blobs else {}
    trials = [
        gen_inputs(definition, workload, device=device, safe_tensors=blobs)
        for _ in range(settings["trials"])
    ]
    for given in trials:
        with torch.no_grad():
            runnable(*given, *allocate_outputs(definition, given, device))
        torch.cuda.synchronize()
    samples: list[float] = []
    for given in trials:
        arguments = [*given, *allocate_outputs(definition, given, device)]
        samples += timed(runnable, arguments, settings, device)
    return samples


def timed(
    runnable: Any, arguments: list[Any], settings: dict[str, Any], device: str
) -> list[float]:
    """Do what `time_runnable` does, with the samples that it averages."""
    from flashinfer_bench.bench import timing

    if device == "cpu":
        return processor_samples(runnable, arguments, settings["warmup"], settings["iterations"])
    samples = timing.do_bench(
        fn=lambda copies: runnable(*copies),
        warmup=settings["warmup"],
        rep=settings["iterations"],
        setup=lambda: timing._clone_args(arguments),
        return_mode="all",
        device=device,
    )
    return list(samples)


def processor_samples(
    runnable: Any, arguments: list[Any], warmup: int, iterations: int
) -> list[float]:
    """Return milliseconds of processor time, each call on fresh copies of its arguments."""
    from flashinfer_bench.bench.timing import _clone_args

    samples = []
    for _ in range(warmup + iterations):
        copies = _clone_args(arguments)
        start = time.process_time_ns()
        runnable(*copies)
        samples.append((time.process_time_ns() - start) / 1e6)
    return samples[warmup:]


@contextmanager
def as_it_is() -> Iterator[None]:
    """Leave the library alone."""
    yield


@contextmanager
def processor_instead_of_cuda() -> Iterator[None]:
    """Let the library judge without a GPU: its own evaluators, in this process, on CPU time."""
    import torch
    from flashinfer_bench.bench import benchmark
    from flashinfer_bench.bench.evaluators import default

    torch.set_num_threads(1)
    torch.cuda.synchronize = lambda device=None: None
    default.time_runnable = lambda runnable, arguments, warmup, iterations, device: statistics.mean(
        processor_samples(runnable, arguments, warmup, iterations)
    )
    benchmark.IsolatedRunner = InProcess
    yield


class InProcess:
    """Stands in for the library's runner, which wants CUDA; the evaluators are the library's."""

    def __init__(self, log_dir: str) -> None:
        self._log_path = Path(log_dir) / "judge.log"

    def run_workload(
        self, definition: Any, workload: Any, solutions: list[Any], config: Any, root: Path
    ) -> dict[str, Any]:
        """Judge every solution on one workload."""
        from flashinfer_bench.bench.evaluators import resolve_evaluator

        evaluator = resolve_evaluator(definition)
        baseline = evaluator.build_baseline(definition, workload, config, "cpu", root)
        return {
            each.name: self._judged(evaluator, definition, each, baseline, config)
            for each in solutions
        }

    def _judged(
        self, evaluator: Any, definition: Any, solution: Any, baseline: Any, config: Any
    ) -> Any:
        from flashinfer_bench.bench.utils import make_eval
        from flashinfer_bench.compile import BuilderRegistry, BuildError
        from flashinfer_bench.data import EvaluationStatus

        log_path = str(self._log_path)
        try:
            runnable = BuilderRegistry.get_instance().build(definition, solution)
        except (BuildError, SyntaxError, ValueError) as error:
            return make_eval(
                status=EvaluationStatus.COMPILE_ERROR,
                device="cpu",
                log_path=log_path,
                extra_msg=str(error),
            )
        return evaluator.evaluate(
            definition=definition,
            sol_runnable=runnable,
            inputs=baseline.inputs,
            ref_outputs=baseline.outputs,
            ref_mean_latency_ms=baseline.mean_latency_ms,
            cfg=config,
            log_path=log_path,
            device="cpu",
        )

    def close(self) -> None:
        """Hold nothing."""


if __name__ == "__main__":
    sys.exit(main())
