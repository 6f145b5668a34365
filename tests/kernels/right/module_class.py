"""Is written as a module with a forward method, as models like to, with type hints and tests."""

from __future__ import annotations

from typing import Optional

import torch
import torch.nn as nn
import torch.nn.functional as F


class ModelNew(nn.Module):
    """RMSNorm."""

    def __init__(self, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.calls = 0

    def forward(self, x: torch.Tensor, weight: Optional[torch.Tensor] = None) -> torch.Tensor:
        self.calls += 1
        return F.rms_norm(x, (x.shape[-1],), weight, self.eps)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}(eps={self.eps})"


MODEL = ModelNew()


def kernel(hidden_states, weight, output):
    output.copy_(MODEL(hidden_states, weight))


if __name__ == "__main__":
    import argparse
    import os
    import sys

    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2)
    rows = parser.parse_args().rows
    x, w = torch.randn(rows, 1024), torch.randn(1024)
    out = torch.empty_like(x)
    kernel(x, w, out)
    print(os.getpid(), sys.argv, MODEL, out.sum())
