"""Leaves the output untouched."""


def kernel(hidden_states, weight, output):
    pass
