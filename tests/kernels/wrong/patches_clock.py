# expect: REFUSED
# says: assigning `time.perf_counter_ns`
"""Slows the clock down."""

import time

time.perf_counter_ns = lambda: 0


def kernel(hidden_states, weight, output):
    pass
