# expect: INCORRECT_SHAPE
# says: an output has shape [1, 7]
"""Gives its output another shape."""


def kernel(hidden_states, weight, output):
    output.resize_(1, 7).zero_()
