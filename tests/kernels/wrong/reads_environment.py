"""Looks for secrets."""

import os


def kernel(hidden_states, weight, output):
    print(os.environ)
