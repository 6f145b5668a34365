# expect: REFUSED
# says: `import threading`
"""Computes in a thread while the clock is stopped."""

import threading


def kernel(hidden_states, weight, output):
    threading.Thread(target=output.copy_, args=(hidden_states,)).start()
