# expect: INCORRECT_NUMERICAL
# says: of the output matches
"""Writes zeros, which match wherever nothing is routed."""


def kernel(hidden_states, weight, output):
    output.zero_()
