"""Knobs are numbers that tune; numbers that define the result are none."""

from tests.engine.propose.kernels import MOE, SOURCES

from fie_engine.propose.knobs import knobs, turned
from fie_engine.propose.splice import Kernel

LAUNCHER = """import triton

LIMIT = 7
BLOCK_M = 64  # rows

# EVOLVE-BLOCK-START
BLOCK_N = 128  # columns
CONFIGS = [
    triton.Config({"BLOCK_K": 32}, num_warps=4),
    triton.Config({"BLOCK_K": 64}, num_warps=8),
]
SCALE_STEPS = 3


def launch(x, GROUP_M=8, rows=16):
    kernel[(1,)](x, SPLIT_K=1, num_stages=2)
# EVOLVE-BLOCK-END
"""


def test_knobs_are_found_by_name_inside_the_evolve_block_only() -> None:
    found = [(knob.name, knob.value) for knob in knobs(Kernel(LAUNCHER))]
    assert found == [
        ("BLOCK_N", 128),
        ("BLOCK_K", 32),
        ("num_warps", 4),
        ("BLOCK_K#2", 64),
        ("num_warps#2", 8),
        ("GROUP_M", 8),
        ("SPLIT_K", 1),
        ("num_stages", 2),
    ]


def test_turning_knobs_changes_their_digits_and_nothing_else() -> None:
    changed = turned(Kernel(LAUNCHER), {"BLOCK_N": 64, "num_warps#2": 4})
    expected = LAUNCHER.replace("BLOCK_N = 128", "BLOCK_N = 64").replace(
        "num_warps=8", "num_warps=4"
    )
    assert changed == expected


def test_a_setting_that_is_there_already_turns_nothing() -> None:
    assert turned(Kernel(LAUNCHER), {"BLOCK_N": 128}) is None


def test_choices_are_powers_of_two_around_the_value() -> None:
    first = knobs(Kernel(LAUNCHER))[0]
    assert first.choices == (32, 64, 128, 256, 512)


def test_a_quantisation_block_is_no_knob() -> None:
    assert knobs(Kernel(MOE)) == []


def test_tile_sizes_of_a_plain_loop_are_knobs() -> None:
    found = [knob.name for knob in knobs(Kernel(SOURCES["gemm_torch"]))]
    assert found == ["TILE_M", "TILE_N"]
