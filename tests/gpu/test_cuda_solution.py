"""A solution in CUDA C++ is compiled by nvcc and judged on a real GPU."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluator.judging import job
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Status
from fie_evaluator.tracks import resolve_track

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

GEMM = """\
#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/extra/c_env_api.h>
#include <tvm/ffi/function.h>

using tvm::ffi::TensorView;

__global__ void gemm(const float* a, const float* b, float* out, int rows, int columns, int depth) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y;
  if (column >= columns) return;
  float sum = 0;
  for (int k = 0; k < depth; ++k) sum += a[row * depth + k] * b[column * depth + k];
  out[row * columns + column] = sum;
}

void run(TensorView a, TensorView b, TensorView output) {
  const int rows = a.size(0), depth = a.size(1), columns = b.size(0);
  const DLDevice device = a.device();
  cudaStream_t stream =
      static_cast<cudaStream_t>(TVMFFIEnvGetStream(device.device_type, device.device_id));
  gemm<<<dim3((columns + 63) / 64, rows), 64, 0, stream>>>(
      static_cast<const float*>(a.data_ptr()), static_cast<const float*>(b.data_ptr()),
      static_cast<float*>(output.data_ptr()), rows, columns, depth);
}

TVM_FFI_DLL_EXPORT_TYPED_FUNC(run, run);
"""


def test_a_cuda_solution_passes(tmp_path: Path) -> None:
    if not look_at_machine({}).cuda_ready or shutil.which("nvcc") is None:
        pytest.skip("no CUDA GPU, or no nvcc")
    write_small_dataset(tmp_path / "trace")
    solution = {
        "name": "gemm-in-cuda",
        "definition": "gemm_n96_k128",
        "author": "a test",
        "spec": {
            "language": "cuda",
            "target_hardware": ["cuda"],
            "entry_point": "gemm.cu::run",
        },
        "sources": [{"path": "gemm.cu", "content": GEMM}],
    }
    track = resolve_track("gemm_n96_k128", tmp_path / "trace", {})
    evaluator = LocalEvaluator(track, tmp_path / "cache")
    try:
        asked = replace(job(""), solution=json.dumps(solution))
        evaluation = evaluator.submit(asked).result(timeout=280)
    finally:
        evaluator.close()
    assert (evaluation.status, evaluation.error) == (Status.PASSED, "")
