"""Crossover takes a function over, with what it needs."""

from fie_engine.propose.crossover import crosses
from fie_engine.propose.splice import Kernel

PARENT = """import torch

# EVOLVE-BLOCK-START
def widen(x):
    return x.float()


def kernel(x, out):
    out.copy_(widen(x))
# EVOLVE-BLOCK-END
"""
DONOR = """import torch

# EVOLVE-BLOCK-START
FACTOR = 2.0


def double(x):
    return x * FACTOR


@torch.inference_mode()
def widen(x):
    return double(x) / 2


def kernel(x, out):
    out.copy_(widen(x))
# EVOLVE-BLOCK-END
"""


def test_a_differing_function_comes_with_its_helpers_constants_and_decorators() -> None:
    expected = """import torch

# EVOLVE-BLOCK-START
FACTOR = 2.0
def double(x):
    return x * FACTOR


@torch.inference_mode()
def widen(x):
    return double(x) / 2


def kernel(x, out):
    out.copy_(widen(x))
# EVOLVE-BLOCK-END
"""
    [child] = crosses(Kernel(PARENT), Kernel(DONOR))
    assert (child.function, child.source) == ("widen", expected)


def test_a_function_that_takes_other_arguments_is_left_alone() -> None:
    donor = DONOR.replace("def widen(x):", "def widen(x, y=1):")
    assert list(crosses(Kernel(PARENT), Kernel(donor))) == []


def test_equal_functions_give_no_child() -> None:
    assert list(crosses(Kernel(PARENT), Kernel(PARENT))) == []
