# expect: INCORRECT_NUMERICAL
# says: NaN or infinite
"""Leaves the output untouched."""


def kernel(hidden_states, weight, output):
    pass
