"""The naive kernels compute what their definitions say, on the CPU."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.kernels.definitions import NAIVE_KERNELS, write_small_dataset

CHILD = """
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
import torch
from flashinfer_bench.bench.evaluators.utils import allocate_outputs
from flashinfer_bench.bench.utils import gen_inputs
from flashinfer_bench.compile import BuilderRegistry
from flashinfer_bench.data import TraceSet

trace_set = TraceSet.from_path(sys.argv[1])
for stem, name, path in json.load(sys.stdin):
    spec = spec_from_file_location(stem, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    definition = trace_set.definitions[name]
    reference = BuilderRegistry.get_instance().build_reference(definition)
    for trace in trace_set.workloads[name]:
        torch.manual_seed(0)
        inputs = gen_inputs(definition, trace.workload, "cpu")
        [output] = allocate_outputs(definition, inputs, "cpu")
        output.fill_(float("nan"))
        module.kernel(*inputs, output)
        close = torch.allclose(output, reference(*inputs), rtol=1e-3, atol=1e-3)
        print(stem, trace.workload.uuid, close)
"""


def test_every_naive_kernel_is_correct(tmp_path: Path) -> None:
    """A child runs them: Triton reads TRITON_INTERPRET once, when it is imported."""
    write_small_dataset(tmp_path / "trace")
    kernels = [(each.path.stem, each.definition, str(each.path)) for each in NAIVE_KERNELS]
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "trace")],
        input=json.dumps(kernels),
        env={**os.environ, "TRITON_INTERPRET": "1", "FIB_CACHE_PATH": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert ran.stdout.splitlines() == [
        f"{stem} {definition}-{index} True" for stem, definition, _ in kernels for index in (0, 1)
    ], ran.stderr
