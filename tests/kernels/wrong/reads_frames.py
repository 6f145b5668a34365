# expect: REFUSED
# says: `import inspect`
# without policy: INCORRECT_NUMERICAL
"""Looks for the reference's outputs among its callers' variables."""

import inspect


def kernel(hidden_states, weight, output):
    for frame in inspect.stack():
        if "expected" in frame.frame.f_locals:
            output.copy_(frame.frame.f_locals["expected"])
