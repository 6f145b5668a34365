# expect: REFUSED
# says: `import socket`
# without policy: COMPILE_ERROR
"""Calls home."""

import socket

socket.create_connection(("127.0.0.1", 9))


def kernel(hidden_states, weight, output):
    pass
