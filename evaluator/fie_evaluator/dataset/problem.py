"""A track's definition and workloads, read with flashinfer-bench's own data model."""

from dataclasses import dataclass
from pathlib import Path

import torch
from flashinfer_bench.bench import BenchmarkConfig
from flashinfer_bench.data import (
    Definition,
    Trace,
    TraceSet,
    Workload,
    load_json_file,
    load_jsonl_file,
)

from fie_evaluator.dataset.read import find_definition, workload_label
from fie_evaluator.errors import TrackError
from fie_evaluator.track import Settings, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One definition with its workloads, in the data set's order."""

    trace_set: TraceSet
    definition: Definition
    workloads: tuple[Workload, ...]

    @property
    def root(self) -> Path:
        """The trace set's root, which blob paths are relative to."""
        return Path(self.trace_set.root)

    @property
    def smallest_first(self) -> list[int]:
        """The workloads' indices by number of input elements."""
        return sorted(range(len(self.workloads)), key=self._elements)

    def label(self, index: int) -> str:
        """Return a workload's variable axes, for example "T=7"."""
        workload = self.workloads[index]
        return workload_label(workload.axes) or workload.uuid[:8]

    def output_bytes(self, index: int) -> int:
        """Return the size of one workload's outputs."""
        shapes = self.definition.get_output_shapes(self.workloads[index].axes)
        dtypes = self.definition.torch_output_dtypes
        return sum(
            _volume(shape) * dtype.itemsize for shape, dtype in zip(shapes, dtypes, strict=True)
        )

    def _elements(self, index: int) -> int:
        shapes = self.definition.get_input_shapes(self.workloads[index].axes)
        return sum(_volume(shape) for shape in shapes)


def load_problem(track: Track) -> Problem:
    """Read the track's definition and workloads; TrackError names what is missing."""
    root = track.dataset
    definition = load_json_file(Definition, find_definition(root, track.definition).path)
    folder = root / "workloads"
    paths = sorted(folder.rglob(f"{definition.name}.jsonl")) or sorted(folder.rglob("*.jsonl"))
    traces = [
        trace
        for path in paths
        for trace in load_jsonl_file(Trace, path)
        if trace.definition == definition.name
    ]
    if not traces:
        raise TrackError(f"The data set {root} has no workloads for {definition.name}.")
    trace_set = TraceSet(
        root=root,
        definitions={definition.name: definition},
        workloads={definition.name: traces},
    )
    workloads = tuple(trace.workload for trace in traces)
    return Problem(trace_set=trace_set, definition=definition, workloads=workloads)


def benchmark_config(settings: Settings) -> BenchmarkConfig:
    """Return the library's configuration for the same settings."""
    return BenchmarkConfig(
        warmup_runs=settings.warmup,
        iterations=settings.iterations,
        num_trials=settings.trials,
        rtol=float(settings.rtol),
        atol=float(settings.atol),
        required_matched_ratio=float(settings.required_matched_ratio),
        timeout_seconds=max(1, round(settings.timeout_s)),
    )


def poisoned_outputs(definition: Definition, workload: Workload, device: str) -> list[torch.Tensor]:
    """Return outputs in which every float is NaN, so that what isn't written shows."""
    shapes = definition.get_output_shapes(workload.axes)
    outputs = [
        torch.empty(shape if shape is not None else (), dtype=dtype, device=device)
        for shape, dtype in zip(shapes, definition.torch_output_dtypes, strict=True)
    ]
    for output in outputs:
        poison(output)
    return outputs


def poison(output: torch.Tensor) -> None:
    """Overwrite a tensor with NaN, or with a very negative number if it holds integers."""
    if output.dtype == torch.bool:
        output.fill_(True)
        return
    # All bits set is a NaN in every float format that the data model knows.
    byte = 0xFF if output.dtype.is_floating_point else 0x80
    output.view(-1).view(torch.uint8).fill_(byte)


def _volume(shape: list[int] | None) -> int:
    volume = 1
    for extent in shape or ():
        volume *= extent
    return volume
