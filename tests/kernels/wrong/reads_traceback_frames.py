# expect: REFUSED
# says: `.__traceback__`
"""Looks for the answers among its callers' variables, by an exception."""

import torch


def kernel(hidden_states, weight, output):
    try:
        raise ValueError
    except ValueError as error:
        print(error.__traceback__.tb_frame.f_back.f_locals)
