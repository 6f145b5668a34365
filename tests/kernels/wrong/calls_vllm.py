# expect: REFUSED
# says: `import vllm`
"""Has vllm do the work."""

import torch
from vllm import LLM


def kernel(hidden_states, weight, output):
    output.copy_(LLM(hidden_states, weight))
