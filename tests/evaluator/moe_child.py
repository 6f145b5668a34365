"""Runs MoE kernels on small dimensions beside the reference; a child of the tests.

Usage: moe_child.py PATH:DTYPE:FEW_TOKENS:SEQ_LEN ..., one line of JSON for each.
"""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import torch

from fie_evaluator.dataset import moe_reference
from fie_evaluator.dataset.moe import MINI_DIMS, MoeWorkload, draw_routing

HIDDEN, MIDDLE, LOCAL = MINI_DIMS.hidden_size, MINI_DIMS.intermediate_size, 32
OFFSET = 64


def main() -> None:
    """Judge what the command line names."""
    for told in sys.argv[1:]:
        path, dtype, few_tokens, seq_len = told.rsplit(":", 3)
        module = loaded(path)
        if few_tokens:
            module.FEW_TOKENS = int(few_tokens)
        print(json.dumps(agreement(module, dtype, int(seq_len))), flush=True)


def loaded(path: str) -> ModuleType:
    """Import a kernel file."""
    spec = spec_from_file_location("subject", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def agreement(module: ModuleType, dtype: str, seq_len: int) -> dict[str, object]:
    """Return how far the kernel's output is from the reference's."""
    inputs = drawn(seq_len)
    expected = moe_reference.run(*inputs, OFFSET, 2.5).float()
    if dtype == "float32":
        inputs = [each.float() for each in inputs]
    kind = torch.float32 if dtype == "float32" else torch.bfloat16
    output = torch.full(expected.shape, float("nan"), dtype=kind)
    module.kernel(*inputs, OFFSET, 2.5, output)
    error = (output.float() - expected).abs()
    missed = (error > 1.0) & (error > 0.3 * expected.abs())
    finite = bool(output.isfinite().all())
    matched = 1.0 - float(missed.float().mean())
    relative = float(error.norm() / expected.norm())
    return {"finite": finite, "matched": matched, "relative": relative}


def drawn(seq_len: int) -> list[torch.Tensor]:
    """Return the eight input tensors; about half of the rows have local experts."""
    random = torch.Generator().manual_seed(seq_len)

    def scales(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random)

    def values(*shape: int) -> torch.Tensor:
        return scales(*shape).clamp_(-2, 2).to(torch.float8_e4m3fn)

    routing = draw_routing(MINI_DIMS, MoeWorkload(seq_len=seq_len, offset=OFFSET, seed=seq_len))
    return [
        torch.from_numpy(routing.logits),
        torch.from_numpy(routing.bias).to(torch.bfloat16),
        values(seq_len, HIDDEN),
        scales(HIDDEN // 128, seq_len),
        values(LOCAL, 2 * MIDDLE, HIDDEN),
        scales(LOCAL, 2 * MIDDLE // 128, HIDDEN // 128),
        values(LOCAL, HIDDEN, MIDDLE),
        scales(LOCAL, HIDDEN // 128, MIDDLE // 128),
    ]


if __name__ == "__main__":
    main()
