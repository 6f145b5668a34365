# expect: INCORRECT_NUMERICAL
# says: NaN or infinite
"""Writes NaN, which compares as within any tolerance."""


def kernel(hidden_states, weight, output):
    output.copy_(hidden_states * float("nan"))
