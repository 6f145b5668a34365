# expect: REFUSED
# says: `import transformer_engine`
"""Has transformer_engine do the work."""

import torch
from transformer_engine import pytorch


def kernel(hidden_states, weight, output):
    output.copy_(pytorch(hidden_states, weight))
