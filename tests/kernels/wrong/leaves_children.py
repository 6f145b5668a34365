"""Forks children that outlive it."""

import os


def kernel(hidden_states, weight, output):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
