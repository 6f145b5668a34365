"""Gives its output another shape."""


def kernel(hidden_states, weight, output):
    output.resize_(1, 7).zero_()
