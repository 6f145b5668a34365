# expect: REFUSED
# says: `import sglang`
"""Has sglang do the work."""

import torch
from sglang import Engine


def kernel(hidden_states, weight, output):
    output.copy_(Engine(hidden_states, weight))
