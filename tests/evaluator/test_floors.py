"""Floors: bytes and operations that no kernel can leave out, and times that can't be true."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from flashinfer_bench.data import Definition
from tests.evaluator.test_ceilings import CEILINGS
from tests.kernels import definitions

from fie_evaluator.dataset.moe import (
    MINI_DIMS,
    REAL_DIMS,
    MoeDims,
    MoeWorkload,
    definition,
    draw_routing,
)
from fie_evaluator.timing.floors import Floor, floor_of, impossible
from fie_evaluator.timing.work import work_of

OFFSET = 96


def moe_inputs(dims: MoeDims, logits: torch.Tensor, offset: int) -> list[Any]:
    """Inputs of which only the routing has values; weights are sizes alone."""
    told = Definition.model_validate(definition(dims))
    shapes = told.get_input_shapes({"seq_len": logits.shape[0]})
    values: list[Any] = [
        torch.empty(shape or (), dtype=dtype, device="meta")
        for shape, dtype in zip(shapes, told.torch_input_dtypes, strict=True)
    ]
    values[0], values[1] = logits, torch.zeros(dims.num_experts, dtype=torch.bfloat16)
    return [*values[:8], offset, 2.5]


def logits_that_hit(tokens: int, hits: int) -> torch.Tensor:
    """Each token chooses one local expert, by turns one of `hits`, and seven that aren't local."""
    logits = torch.full((tokens, 256), -4.0)
    logits[:, :7] = 4.0
    for token in range(tokens):
        logits[token, OFFSET + token % hits] = 4.0
    return logits


def moe_floor(tokens: int, hits: int) -> Floor:
    told = Definition.model_validate(definition(REAL_DIMS))
    values = moe_inputs(REAL_DIMS, logits_that_hit(tokens, hits), OFFSET)
    floor = floor_of(told, {"seq_len": tokens}, values, CEILINGS)
    assert floor is not None
    return floor


@pytest.mark.parametrize(
    ("tokens", "hits", "memory_ms"), [(2, 2, 0.0284), (80, 23, 0.3275), (901, 32, 0.4613)]
)
def test_few_tokens_are_bound_by_the_weights_of_the_experts_hit(
    tokens: int, hits: int, memory_ms: float
) -> None:
    floor = moe_floor(tokens, hits)
    assert floor.memory_ms == pytest.approx(memory_ms, rel=2e-3)
    assert (floor.bound, floor.floor_ms) == ("memory", floor.memory_ms)


def test_many_tokens_are_bound_by_the_operations_of_the_routed_pairs() -> None:
    floor = moe_floor(10_356, 32)
    assert floor.compute_ms == pytest.approx(0.6515, rel=1e-3)
    assert (floor.bound, floor.floor_ms) == ("compute", floor.compute_ms)


def test_every_byte_of_a_small_moe_is_accounted_for() -> None:
    told = Definition.model_validate(definition(MINI_DIMS))
    values = moe_inputs(MINI_DIMS, logits_that_hit(6, 4), OFFSET)
    work = work_of(told, {"seq_len": 6}, values, CEILINGS)
    weights = 4 * (512 * 512 + 4 * 4 * 4 + 512 * 256 + 4 * 2 * 4)
    rows = 6 * (512 + 4 * 4)
    routing = 6 * 256 * 4 + 256 * 2
    output = 6 * 512 * 2
    assert work.moved_bytes == weights + rows + routing + output
    assert work.flops == 6 * 6 * 512 * 256


def test_a_row_without_a_local_expert_costs_its_routing_and_its_zeros() -> None:
    told = Definition.model_validate(definition(MINI_DIMS))
    local, foreign = logits_that_hit(1, 1), logits_that_hit(1, 1)
    foreign[0, OFFSET] = -4.0
    foreign[0, 7] = 4.0
    one = work_of(told, {"seq_len": 1}, moe_inputs(MINI_DIMS, local, OFFSET), CEILINGS)
    both = torch.cat([local, foreign])
    two = work_of(told, {"seq_len": 2}, moe_inputs(MINI_DIMS, both, OFFSET), CEILINGS)
    assert two.moved_bytes - one.moved_bytes == 256 * 4 + 512 * 2
    assert two.flops == one.flops


def test_the_hits_are_those_of_the_drawn_routing() -> None:
    drawn = draw_routing(MINI_DIMS, MoeWorkload(seq_len=56, offset=64, seed=3))
    told = Definition.model_validate(definition(MINI_DIMS))
    values = moe_inputs(MINI_DIMS, torch.from_numpy(drawn.logits), 64)
    values[1] = torch.from_numpy(drawn.bias).to(torch.bfloat16)
    work = work_of(told, {"seq_len": 56}, values, CEILINGS)
    assert work.flops == drawn.local_pairs * 6 * 512 * 256


def test_another_routing_than_the_known_one_counts_its_output_alone() -> None:
    fields = definition(MINI_DIMS) | {"name": "moe_fp8_block_scale_ds_routing_topk4_ng8_kg4_mini"}
    told = Definition.model_validate(fields)
    values = moe_inputs(MINI_DIMS, logits_that_hit(6, 4), OFFSET)
    work = work_of(told, {"seq_len": 6}, values, CEILINGS)
    assert (work.moved_bytes, work.flops) == (6 * 512 * 2, 0.0)


def small(name: str, **fields: Any) -> Definition:
    """One of the small float32 definitions."""
    return Definition.model_validate(definitions.definition(name, reference=REFERENCE, **fields))


REFERENCE = "def run(*given):\n    return given[0]\n"
GEMM = small(
    "gemm_small",
    axes={"m": None, "n": 96, "k": 128},
    inputs={"a": ["m", "k"], "b": ["n", "k"]},
    output=["m", "n"],
)
ROPE = small(
    "rope_small",
    axes={"rows": None, "columns": 64},
    inputs={"x": ["rows", "columns"]},
    output=["rows", "columns"],
)


def test_a_product_reads_all_and_multiplies_all() -> None:
    values = [torch.empty(8, 128), torch.empty(96, 128)]
    work = work_of(GEMM, {"m": 8}, values, CEILINGS)
    assert work.moved_bytes == 4 * (8 * 128 + 96 * 128 + 8 * 96)
    assert (work.flops, work.rate_tflop_s) == (2 * 8 * 96 * 128, 750.0)


@pytest.mark.parametrize(
    ("dtype", "rate"),
    [
        (torch.float8_e4m3fn, 1400.0),
        (torch.bfloat16, 750.0),
        (torch.float32, 750.0),
        (torch.float64, 0.0),
        (torch.int8, 0.0),
    ],
)
def test_a_products_rate_is_that_of_its_format(dtype: torch.dtype, rate: float) -> None:
    values = [torch.empty(8, 128, dtype=dtype), torch.empty(96, 128, dtype=dtype)]
    assert work_of(GEMM, {"m": 8}, values, CEILINGS).rate_tflop_s == rate


def test_of_an_unknown_operation_only_the_output_is_sure() -> None:
    work = work_of(ROPE, {"rows": 10}, [torch.empty(10, 64)], CEILINGS)
    assert (work.moved_bytes, work.flops) == (10 * 64 * 4, 0.0)


def test_a_time_below_what_the_bus_carries_is_refused_with_both_figures() -> None:
    floor = moe_floor(80, 23)
    assert impossible(0.1, floor) == (
        "0.1 ms is faster than the 0.287 ms that moving 962.6 MB at 3.35 TB/s takes: impossible"
    )
    assert impossible(floor.least_ms, floor) == ""


def test_a_time_below_what_the_tensor_cores_do_is_refused() -> None:
    assert impossible(0.5, moe_floor(10_356, 32)) == (
        "0.5 ms is faster than the 0.554 ms that computing 0.912 TFLOP at 1,647 TFLOP/s takes: "
        "impossible"
    )


@pytest.mark.parametrize("bus", [None, 0.2])
def test_without_a_credible_bus_the_measured_bandwidth_gets_a_margin(bus: float | None) -> None:
    told = Definition.model_validate(definition(REAL_DIMS))
    values = moe_inputs(REAL_DIMS, logits_that_hit(80, 23), OFFSET)
    floor = floor_of(told, {"seq_len": 80}, values, replace(CEILINGS, bus_tb_s=bus))
    assert floor is not None
    assert floor.least_ms == pytest.approx(962.5636 / 3.1 * 0.85 / 1e3, rel=1e-4)


def test_what_fits_into_the_cache_is_never_too_fast() -> None:
    values = [torch.empty(8, 128), torch.empty(96, 128)]
    floor = floor_of(GEMM, {"m": 8}, values, replace(CEILINGS, bf16_tflop_s=0.0, fp32_tflop_s=0.0))
    assert floor is not None
    assert floor.memory_ms > 0.0
    assert impossible(1e-9, floor) == ""
