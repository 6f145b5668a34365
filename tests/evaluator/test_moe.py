"""The MoE trace set: its files, its routing, its reference and the seed that starts from it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from flashinfer_bench.bench import BenchmarkConfig
from flashinfer_bench.bench.utils import compute_error_stats, gen_inputs, load_safetensors
from flashinfer_bench.data import Definition, TraceSet

from fie_evaluator.dataset import moe_reference
from fie_evaluator.dataset.moe import (
    MINI_DIMS,
    MINI_WORKLOADS,
    REAL_DIMS,
    REAL_WORKLOADS,
    MoeDims,
    MoeWorkload,
    definition,
    draw_routing,
    write_dataset,
)
from fie_evaluator.dataset.moe_routing import choose_experts, round_to_bfloat16
from fie_evaluator.seeds import MINI, load_seed

TINY_DIMS = MoeDims(hidden_size=256, intermediate_size=128)


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def trace_set() -> TraceSet:
    return TraceSet.from_path(str(load_seed(MINI).dataset))


def inputs_of(trace_set: TraceSet, index: int) -> list[object]:
    told = trace_set.definitions[MINI_DIMS.definition]
    workload = trace_set.workloads[told.name][index].workload
    torch.manual_seed(index)
    return gen_inputs(told, workload, "cpu", load_safetensors(told, workload, trace_set.root))


def test_the_packaged_data_set_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_dataset(tmp_path, MINI_DIMS, MINI_WORKLOADS)
    packaged = load_seed(MINI).dataset
    assert packaged is not None
    assert files(tmp_path) == files(packaged)


def test_the_library_loads_the_packaged_data_set(trace_set: TraceSet) -> None:
    workloads = trace_set.workloads[MINI_DIMS.definition]
    assert [trace.workload.axes for trace in workloads] == [
        {"seq_len": seq_len} for seq_len in (1, 7, 16, 32, 56, 80)
    ]


def test_the_real_dimensions_give_the_public_definition() -> None:
    told = Definition.model_validate(definition(REAL_DIMS))
    assert told.name == "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h7168_i2048"
    assert told.const_axes == {
        "num_experts": 256,
        "num_local_experts": 32,
        "hidden_size": 7168,
        "intermediate_size": 2048,
        "gemm1_out_size": 4096,
        "num_hidden_blocks": 56,
        "num_intermediate_blocks": 16,
        "num_gemm1_out_blocks": 32,
    }
    assert told.get_input_shapes({"seq_len": 7}) == [
        *([7, 256], [256], [7, 7168], [56, 7], [32, 4096, 7168], [32, 32, 56]),
        *([32, 7168, 2048], [32, 56, 16], None, None),
    ]
    assert len(REAL_WORKLOADS) == 19


def test_enough_rows_are_routed_that_a_zero_writer_fails() -> None:
    shares = [
        draw_routing(MINI_DIMS, workload).local_rows / workload.seq_len
        for workload in MINI_WORKLOADS
    ]
    assert shares[:3] == [1.0, 1.0, 1.0]
    assert all(0.5 <= share <= 1.0 for share in shares[3:])


def test_a_single_real_row_is_always_routed() -> None:
    workloads = [
        MoeWorkload(seq_len=1, offset=offset, seed=seed)
        for offset in (0, 96, 224)
        for seed in range(20)
    ]
    assert all(draw_routing(REAL_DIMS, workload).local_rows == 1 for workload in workloads)


@pytest.mark.parametrize("workload", MINI_WORKLOADS, ids=lambda each: f"T={each.seq_len}")
def test_the_drawn_experts_are_the_references(workload: MoeWorkload) -> None:
    routing = draw_routing(MINI_DIMS, workload)
    logits, bias = torch.from_numpy(routing.logits), torch.from_numpy(routing.bias)
    weights = moe_reference.expert_weights(logits, bias.to(torch.bfloat16), 2.5)
    chosen = choose_experts(routing.logits, routing.bias)
    np.testing.assert_array_equal(weights.numpy() > 0, chosen)
    assert chosen.sum(axis=1).tolist() == [8] * workload.seq_len
    np.testing.assert_allclose(weights.sum(dim=1).numpy(), 2.5, rtol=1e-6)


def test_bfloat16_rounding_is_torchs() -> None:
    values = np.random.RandomState(0).standard_normal(4096).astype(np.float32)
    expected = torch.from_numpy(values).to(torch.bfloat16).to(torch.float32).numpy()
    np.testing.assert_array_equal(round_to_bfloat16(values), expected)


def by_hand(arguments: list[torch.Tensor], token: int, chosen: np.ndarray) -> np.ndarray:
    """Compute one token's output in float64, from the definition's words alone."""
    logits, _, hidden, hidden_scale, w13, s13, w2, s2 = arguments
    sigmoid = 1 / (1 + np.exp(-logits.numpy().astype(np.float64)))
    row = hidden[token].to(torch.float64).numpy()
    row = row * np.repeat(hidden_scale[:, token].numpy().astype(np.float64), 128)
    total = np.zeros(hidden.shape[1])
    for expert in np.flatnonzero(chosen[token]):
        local = expert - 32
        if not 0 <= local < 32:
            continue
        share = 2.5 * sigmoid[token, expert] / sigmoid[token, chosen[token]].sum()
        widened = w13[local].to(torch.float64).numpy() * np.kron(s13[local], np.ones((128, 128)))
        projected = widened @ row
        up, gate = projected[:128], projected[128:]
        narrow = w2[local].to(torch.float64).numpy() * np.kron(s2[local], np.ones((128, 128)))
        total += share * (narrow @ (gate / (1 + np.exp(-gate)) * up))
    return total


def test_the_reference_is_the_definition_computed_by_hand() -> None:
    told = Definition.model_validate(definition(TINY_DIMS))
    workload = MoeWorkload(seq_len=5, offset=32, seed=1, local_share=0.6)
    routing = draw_routing(TINY_DIMS, workload)
    generator = torch.Generator().manual_seed(0)
    shapes = told.get_input_shapes({"seq_len": 5})[2:8]
    drawn = [torch.randn(shape, generator=generator) for shape in shapes]
    dtypes = told.torch_input_dtypes[2:8]
    tensors = [each.to(dtype) for each, dtype in zip(drawn, dtypes, strict=True)]
    bias = torch.from_numpy(routing.bias).to(torch.bfloat16)
    arguments = [torch.from_numpy(routing.logits), bias, *tensors]
    output = moe_reference.run(*arguments, 32, 2.5)
    chosen = choose_experts(routing.logits, routing.bias)
    expected = np.stack([by_hand(arguments, token, chosen) for token in range(5)])
    assert output.dtype == torch.bfloat16
    scale = float(np.abs(expected).max())
    np.testing.assert_allclose(output.to(torch.float64), expected, rtol=0.01, atol=1e-4 * scale)
    unrouted = ~chosen[:, 32:64].any(axis=1)
    assert unrouted.any()
    assert not output[torch.from_numpy(unrouted)].any()


@pytest.mark.parametrize("index", [0, 1, 5])
def test_the_seed_kernel_matches_the_reference(trace_set: TraceSet, index: int) -> None:
    arguments = inputs_of(trace_set, index)
    expected = moe_reference.run(*arguments)
    output = torch.full_like(expected, float("nan"))
    namespace: dict[str, object] = {}
    exec(load_seed(MINI).source, namespace)
    kernel = namespace["kernel"]
    assert callable(kernel)
    kernel(*arguments, output)
    tolerances = BenchmarkConfig(rtol=0.01, atol=0.01, required_matched_ratio=0.99)
    *_, matched_ratio = compute_error_stats(output, expected, tolerances)
    assert matched_ratio >= 0.99


@pytest.mark.parametrize("index", range(6))
def test_zeros_do_not_pass(trace_set: TraceSet, index: int) -> None:
    expected = moe_reference.run(*inputs_of(trace_set, index))
    tolerances = BenchmarkConfig(rtol=0.3, atol=1.0, required_matched_ratio=0.9)
    *_, matched_ratio = compute_error_stats(torch.zeros_like(expected), expected, tolerances)
    assert matched_ratio < 0.5
