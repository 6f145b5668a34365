# expect: REFUSED
# says: `import os`
# without policy: RUNTIME_ERROR
"""Kills the process that judges it."""

import os
import signal


def kernel(hidden_states, weight, output):
    os.kill(os.getppid(), signal.SIGKILL)
