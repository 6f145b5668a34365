# expect: INCORRECT_NUMERICAL, RUNTIME_ERROR, CRASHED
# on: gpu
"""Copies what lies before its output in the device's memory."""

import torch
import triton
import triton.language as tl


@triton.jit
def peek(out, columns: tl.constexpr, back: tl.constexpr):
    at = tl.program_id(0) * columns + tl.arange(0, columns)
    tl.store(out + at, tl.load(out + at - back))


def kernel(hidden_states, weight, output):
    rows, columns = output.shape
    peek[(rows,)](output, columns, output.numel())
