# expect: REFUSED
# says: `import os`
# without policy: CRASHED
"""Ends the process without a word."""

import os


def kernel(hidden_states, weight, output):
    os._exit(0)
