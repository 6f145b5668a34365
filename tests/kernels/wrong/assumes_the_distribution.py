# expect: INCORRECT_NUMERICAL
"""Takes the mean square to be what it is for random inputs."""

import torch


def kernel(hidden_states, weight, output):
    torch.mul(hidden_states, weight, out=output)
