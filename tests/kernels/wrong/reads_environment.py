# expect: REFUSED
# says: `import os`
"""Looks for secrets."""

import os


def kernel(hidden_states, weight, output):
    print(os.environ)
