# expect: REFUSED
# says: `import os`
# without policy: RUNTIME_ERROR
"""Forks children that outlive it."""

import os


def kernel(hidden_states, weight, output):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
