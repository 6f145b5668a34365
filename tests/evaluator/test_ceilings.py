"""Ceilings: rates from known times, the formats' products, and what is kept of them."""

import json
from types import SimpleNamespace

import pytest
import torch

from fie_evaluator.timing.ceilings import (
    Call,
    Ceilings,
    Product,
    bandwidths,
    bf16_product,
    bus_tb_s,
    fp8_product,
    fp32_product,
    from_json,
    matrix_rate,
    measure_ceilings,
    to_json,
)

CEILINGS = Ceilings(
    device="NVIDIA H100 80GB HBM3",
    read_tb_s=3.1,
    copy_tb_s=3.0,
    fp8_tflop_s=1400.0,
    bf16_tflop_s=750.0,
    fp32_tflop_s=50.0,
    l2_bytes=52_428_800,
    bus_tb_s=3.35,
)


class SetClock:
    """Makes every call once and says that they took so long, in turn."""

    def __init__(self, *seconds: float) -> None:
        self._seconds = list(seconds)

    def __call__(self, call: Call) -> float:
        call()
        return self._seconds.pop(0)


def test_the_cpu_has_no_ceilings() -> None:
    assert measure_ceilings("cpu") is None


def test_a_bandwidth_is_the_best_over_the_sizes() -> None:
    # Two buffers are read, or one is read and the other written: 8 kB, then 16 kB.
    clock = SetClock(2e-9, 8e-9, 8e-9, 4e-9)
    assert bandwidths("cpu", [4000, 8000], clock) == pytest.approx((4.0, 4.0))


def test_a_matrix_rate_is_the_best_over_the_sizes() -> None:
    clock = SetClock(1e-9, 4e-9)
    assert matrix_rate(fp32_product, "cpu", [16, 32], clock) == pytest.approx(16.384)


@pytest.mark.parametrize(
    ("product", "error"), [(fp8_product, 0.06), (bf16_product, 0.01), (fp32_product, 1e-6)]
)
def test_each_product_is_the_transposed_one(product: Product, error: float) -> None:
    torch.manual_seed(0)
    a, b = torch.randn(64, 64), torch.randn(64, 64)
    found = product(a, b)()
    assert isinstance(found, torch.Tensor)
    exact = a @ b.t()
    assert float((found.float() - exact).norm() / exact.norm()) < error


def test_the_bus_is_the_clock_times_the_width_at_two_transfers() -> None:
    h100 = SimpleNamespace(memory_clock_rate=2_619_000, memory_bus_width=5120)
    assert bus_tb_s(h100) == pytest.approx(3.352, abs=1e-3)
    assert bus_tb_s(SimpleNamespace()) is None


def test_ceilings_survive_json() -> None:
    assert from_json(json.loads(json.dumps(to_json(CEILINGS)))) == CEILINGS


def test_another_versions_ceilings_are_refused() -> None:
    with pytest.raises(TypeError):
        from_json({"device": "NVIDIA H100 80GB HBM3", "read_tb_s": 3.1})
