# expect: REFUSED
# says: `import deep_gemm`
"""Has deep_gemm do the work."""

import torch
from deep_gemm import fp8_gemm


def kernel(hidden_states, weight, output):
    output.copy_(fp8_gemm(hidden_states, weight))
