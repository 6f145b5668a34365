# expect: COMPILE_ERROR
# says: KeyError: 'missing'
"""Fails while it is imported."""

TABLE = {}["missing"]


def kernel(hidden_states, weight, output):
    pass
