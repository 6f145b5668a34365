# expect: TIMEOUT
# says: not finished within
# slow
"""Prints until it is stopped."""


def kernel(hidden_states, weight, output):
    while True:
        print("spam " * 200)
