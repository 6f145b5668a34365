# expect: RUNTIME_ERROR
# says: SystemExit: 0
"""Tries to end the process that judges it."""


def kernel(hidden_states, weight, output):
    raise SystemExit(0)
