"""Keeps launch plans by shape, in dataclasses and by decorators; never any values."""

import enum
import functools
from dataclasses import dataclass, field

import torch


class Order(enum.Enum):
    ROWS = enum.auto()
    WHOLE = enum.auto()


@dataclass(frozen=True)
class Plan:
    order: Order
    rows: int
    starts: tuple[int, ...] = field(default=())

    def __post_init__(self):
        object.__setattr__(self, "starts", tuple(range(0, self.rows, 8)))


@functools.lru_cache(maxsize=None)
def plan(shape: tuple[int, ...], dtype: torch.dtype) -> Plan:
    order = Order.ROWS if shape[0] > 8 and dtype is torch.float32 else Order.WHOLE
    return Plan(order=order, rows=shape[0])


def counted(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        inner.calls += 1
        return function(*args, **kwargs)

    inner.calls = 0
    return inner


@counted
def normalise(rows, weight):
    return rows * torch.rsqrt(rows.square().mean(-1, keepdim=True) + 1e-6) * weight


def kernel(hidden_states, weight, output):
    chosen = plan(tuple(hidden_states.shape), hidden_states.dtype)
    match chosen.order:
        case Order.WHOLE:
            output[:] = normalise(hidden_states, weight)
        case Order.ROWS:
            for start in chosen.starts:
                rows = slice(start, start + 8)
                output[rows] = normalise(hidden_states[rows], weight)
