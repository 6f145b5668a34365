# expect: RUNTIME_ERROR
# says: KeyboardInterrupt
"""Tries to stop the process that judges it."""


def kernel(hidden_states, weight, output):
    raise KeyboardInterrupt
