"""A solution in C++ is compiled before it is confined, and judged like any other."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluator.judging import job, small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation, Status

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("c++") is None, reason="no C++ compiler"),
]

GEMM = """\
#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/function.h>

using tvm::ffi::TensorView;

void run(TensorView a, TensorView b, TensorView output) {
  const int64_t rows = a.size(0), depth = a.size(1), columns = b.size(0);
  const float* left = static_cast<const float*>(a.data_ptr());
  const float* right = static_cast<const float*>(b.data_ptr());
  float* out = static_cast<float*>(output.data_ptr());
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      float sum = 0;
      for (int64_t k = 0; k < depth; ++k) sum += left[i * depth + k] * right[j * depth + k];
      out[i * columns + j] = sum;
    }
}

TVM_FFI_DLL_EXPORT_TYPED_FUNC(run, run);
"""


def judged(tmp_path: Path, source: str) -> Evaluation:
    write_small_dataset(tmp_path / "trace")
    solution = {
        "name": "gemm-in-cpp",
        "definition": "gemm_n96_k128",
        "author": "a test",
        "spec": {
            "language": "cpp",
            "target_hardware": ["cpu"],
            "entry_point": "gemm.cpp::run",
        },
        "sources": [{"path": "gemm.cpp", "content": source}],
    }
    evaluator = LocalEvaluator(small_track(tmp_path / "trace", "gemm_n96_k128"), tmp_path / "cache")
    try:
        asked = replace(job(""), solution=json.dumps(solution))
        return evaluator.submit(asked).result(timeout=100)
    finally:
        evaluator.close()


def test_a_right_one_passes(tmp_path: Path) -> None:
    evaluation = judged(tmp_path, GEMM)
    assert (evaluation.status, evaluation.error) == (Status.PASSED, "")
    assert len(evaluation.results) == 2


def test_a_wrong_one_fails_as_a_result(tmp_path: Path) -> None:
    evaluation = judged(tmp_path, GEMM.replace("float sum = 0", "float sum = 1"))
    assert evaluation.status is Status.INCORRECT_NUMERICAL


def test_one_that_does_not_compile_says_what_the_compiler_says(tmp_path: Path) -> None:
    evaluation = judged(tmp_path, GEMM.replace("float sum = 0;", "float sum = 0"))
    assert evaluation.status is Status.COMPILE_ERROR
    assert "gemm.cpp" in evaluation.error
    assert "error: expected" in evaluation.error
