# expect: REFUSED
# says: `import subprocess`
# without policy: COMPILE_ERROR
"""Starts a program."""

import subprocess

subprocess.run(["true"])


def kernel(hidden_states, weight, output):
    pass
