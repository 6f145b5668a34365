"""Uses constants and helpers made when it is imported, and prints a little."""

import math
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Choice:
    epsilon: float
    rows_at_once: int


CHOICE = Choice(epsilon=1e-6, rows_at_once=8)
ONE = torch.ones(())
print("made", CHOICE, math.tau)


def kernel(hidden_states, weight, output):
    for start in range(0, hidden_states.shape[0], CHOICE.rows_at_once):
        rows = hidden_states[start : start + CHOICE.rows_at_once]
        mean = rows.pow(2).mean(dim=-1, keepdim=True)
        output[start : start + CHOICE.rows_at_once] = (
            rows * (ONE / torch.sqrt(mean + CHOICE.epsilon)) * weight
        )
