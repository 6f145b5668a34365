"""This GPU's ceilings are what such a GPU can do."""

import time

import pytest
import torch

from fie_evaluator.timing.ceilings import Ceilings, measure_ceilings

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def ceilings() -> Ceilings:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA GPU")
    torch.cuda.init()
    start = time.perf_counter()
    measured = measure_ceilings("cuda:0")
    print(f"\n{measured}\nmeasured in {time.perf_counter() - start:.2f} s")
    assert measured is not None
    return measured


def test_the_bandwidths_are_near_the_bus_and_never_above(ceilings: Ceilings) -> None:
    if ceilings.bus_tb_s is None:
        pytest.skip("the driver doesn't tell the bus")
    assert 0.7 * ceilings.bus_tb_s < ceilings.read_tb_s <= 1.02 * ceilings.bus_tb_s
    assert 0.7 * ceilings.bus_tb_s < ceilings.copy_tb_s <= 1.02 * ceilings.bus_tb_s


def test_narrower_formats_are_faster(ceilings: Ceilings) -> None:
    assert ceilings.bf16_tflop_s > 2 * ceilings.fp32_tflop_s
    if ceilings.fp8_tflop_s is not None:
        assert ceilings.fp8_tflop_s > 1.2 * ceilings.bf16_tflop_s


def test_an_h100_reaches_what_others_measured_on_one(ceilings: Ceilings) -> None:
    if "H100" not in ceilings.device or "HBM3" not in ceilings.device:
        pytest.skip(f"this is {ceilings.device}")
    assert 2.9 < ceilings.read_tb_s < 3.35
    assert ceilings.fp8_tflop_s is not None
    assert 1100 < ceilings.fp8_tflop_s < 1979
    assert 550 < ceilings.bf16_tflop_s < 990
    assert 40 < ceilings.fp32_tflop_s < 67


def test_two_measurements_agree(ceilings: Ceilings) -> None:
    again = measure_ceilings("cuda:0")
    assert again is not None
    assert again.read_tb_s == pytest.approx(ceilings.read_tb_s, rel=0.05)
    assert again.bf16_tflop_s == pytest.approx(ceilings.bf16_tflop_s, rel=0.1)
