"""What no kernel for a workload can leave out: bytes that move, operations that are done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fie_evaluator.dataset.moe import INPUTS as MOE_INPUTS

if TYPE_CHECKING:
    import torch
    from flashinfer_bench.data import Definition

    from fie_evaluator.timing.ceilings import Ceilings

DENSE_OP_TYPES = frozenset({"gemm", "rmsnorm", "softmax"})
"Operations whose result depends on every element of every input; others may skip some."
MOE_ROUTING = re.compile(r"_topk8_ng8_kg4(_|$)")
"The routing that is counted; a definition's name says which one it has."
MOE_WEIGHTS = ("gemm1_weights", "gemm1_weights_scale", "gemm2_weights", "gemm2_weights_scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What no kernel for a workload can leave out."""

    moved_bytes: float
    "Read from memory or written to it."
    flops: float = 0.0
    rate_tflop_s: float = 0.0
    "The measured rate in the precision of the definition."


def work_of(
    definition: "Definition",
    axes: Mapping[str, int],
    values: Sequence[Any],
    ceilings: "Ceilings",
) -> Work:
    """Count a workload's work from its inputs, in the definition's order."""
    named = dict(zip(definition.inputs, values, strict=True))
    written = output_bytes(definition, axes)
    if is_moe(definition):
        return moe_work(named, written, ceilings)
    return generic_work(definition, named, written, ceilings)


def is_moe(definition: "Definition") -> bool:
    """Whether it is a mixture of experts of the family whose routing we know, of any size."""
    known = definition.op_type == "moe" and tuple(definition.inputs) == tuple(MOE_INPUTS)
    return known and MOE_ROUTING.search(definition.name) is not None


def moe_work(named: Mapping[str, Any], written: float, ceilings: "Ceilings") -> Work:
    """Count what the experts need that the routing of these very inputs hits."""
    chosen = local_choices(named)
    rows, hits = int(chosen.any(dim=1).sum()), int(chosen.any(dim=0).sum())
    per_expert = sum(named[name].nbytes / named[name].shape[0] for name in MOE_WEIGHTS)
    hidden, scales = named["hidden_states"], named["hidden_states_scale"]
    per_row = hidden.nbytes / hidden.shape[0] + scales.nbytes / scales.shape[1]
    routing = named["routing_logits"].nbytes + named["routing_bias"].nbytes
    _, hidden_size, intermediate_size = named["gemm2_weights"].shape
    return Work(
        moved_bytes=hits * per_expert + rows * per_row + routing + written,
        # Two products into the intermediate size and one back, two operations an element.
        flops=int(chosen.sum()) * 6.0 * hidden_size * intermediate_size,
        rate_tflop_s=rate_for(named["gemm1_weights"].dtype, ceilings),
    )


def local_choices(named: Mapping[str, Any]) -> "torch.Tensor":
    """Return which local experts each token chooses [tokens, local experts]."""
    from fie_evaluator.dataset.moe_reference import expert_weights

    weights = expert_weights(named["routing_logits"], named["routing_bias"], 1.0)
    offset = int(named["local_expert_offset"])
    return weights[:, offset : offset + named["gemm2_weights"].shape[0]] > 0.0


def generic_work(
    definition: "Definition", named: Mapping[str, Any], written: float, ceilings: "Ceilings"
) -> Work:
    """Count what any kernel must write, and read where it can't do without any input."""
    if definition.op_type not in DENSE_OP_TYPES:
        return Work(moved_bytes=written)
    read = sum(value.nbytes for value in named.values() if hasattr(value, "nbytes"))
    flops, rate = 0.0, 0.0
    if definition.op_type == "gemm":
        flops, rate = product_flops(named, ceilings)
    return Work(moved_bytes=read + written, flops=flops, rate_tflop_s=rate)


def product_flops(named: Mapping[str, Any], ceilings: "Ceilings") -> tuple[float, float]:
    """Return the operations of a[M, K] · b[N, K]ᵀ and their rate; zeros for another form."""
    by_name = {name.lower(): value for name, value in named.items()}
    a, b = by_name.get("a"), by_name.get("b")
    if a is None or b is None or a.dim() != 2 or b.dim() != 2 or a.shape[1] != b.shape[1]:
        return 0.0, 0.0
    flops = 2.0 * a.shape[0] * b.shape[0] * a.shape[1]
    return flops, rate_for(a.dtype, ceilings)


def rate_for(dtype: "torch.dtype", ceilings: "Ceilings") -> float:
    """Return the best measured rate for operands of `dtype`; 0.0 where none was measured."""
    import torch

    if not dtype.is_floating_point or dtype is torch.float64:
        return 0.0
    if dtype.itemsize == 1:
        return fastest_tflop_s(ceilings)
    # Tensor cores take float32 operands too, rounded.
    return max(ceilings.bf16_tflop_s, ceilings.fp32_tflop_s)


def fastest_tflop_s(ceilings: "Ceilings") -> float:
    """Return the best rate of any format."""
    return max(ceilings.fp8_tflop_s or 0.0, ceilings.bf16_tflop_s, ceilings.fp32_tflop_s)


def output_bytes(definition: "Definition", axes: Mapping[str, int]) -> float:
    """Return the size of all outputs, each written once."""
    shapes = definition.get_output_shapes(dict(axes))
    total = 0
    for shape, dtype in zip(shapes, definition.torch_output_dtypes, strict=True):
        volume = 1
        for extent in shape or ():
            volume *= extent
        total += volume * dtype.itemsize
    return float(total)
