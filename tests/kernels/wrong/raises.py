# expect: RUNTIME_ERROR
# says: (kernel.py, line
"""Raises an ordinary error."""


def kernel(hidden_states, weight, output):
    output.copy_(hidden_states @ hidden_states)
