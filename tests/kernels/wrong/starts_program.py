"""Starts a program."""

import subprocess

subprocess.run(["true"])


def kernel(hidden_states, weight, output):
    pass
