"""Runs one program per multiprocessor, each of which takes row after row."""

import torch
import triton
import triton.language as tl
from triton.runtime import driver

PROGRAMS = {}


@triton.jit
def norm(x, w, out, rows, columns: tl.constexpr):
    at = tl.arange(0, columns)
    weight = tl.load(w + at, eviction_policy="evict_last")
    for row in range(tl.program_id(0), rows, tl.num_programs(0)):
        value = tl.load(x + row * columns + at, eviction_policy="evict_first")
        inverse = tl.rsqrt(tl.sum(value * value, axis=0) / columns + 1e-6)
        tl.store(out + row * columns + at, value * inverse * weight)


def programs(device):
    if device not in PROGRAMS:
        properties = driver.active.utils.get_device_properties(device.index or 0)
        PROGRAMS[device] = properties["multiprocessor_count"]
    return PROGRAMS[device]


def kernel(hidden_states, weight, output):
    rows, columns = hidden_states.shape
    grid = (min(rows, programs(hidden_states.device)),)
    norm[grid](hidden_states, weight, output, rows, columns, num_warps=4)
