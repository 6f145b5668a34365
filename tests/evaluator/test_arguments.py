"""Large inputs aren't copied; a kernel that writes to them is found out."""

from pathlib import Path

import pytest
import torch
from tests.evaluator.judging import small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.child.arguments import Arguments, overwrite
from fie_evaluator.dataset.cache import Cache
from fie_evaluator.dataset.inputs import InputSets
from fie_evaluator.dataset.problem import load_problem

SMALLER_THAN_ANY = 0


@pytest.fixture
def arguments(tmp_path: Path) -> Arguments:
    write_small_dataset(tmp_path)
    problem = load_problem(small_track(tmp_path))
    cache = Cache(root=tmp_path / "cache", keys=("a", "b"))
    inputs = InputSets(problem=problem, cache=cache, device="cpu", budget_bytes=1 << 30)
    return Arguments(problem=problem, inputs=inputs, device="cpu", with_outputs=True)


def test_small_inputs_are_copied_and_outputs_poisoned(arguments: Arguments) -> None:
    arguments.take(0, 0)
    first, second = arguments.fresh(), arguments.fresh()
    assert all(one.data_ptr() != other.data_ptr() for one, other in zip(first, second, strict=True))
    assert torch.equal(first[0], second[0])
    assert first[2].isnan().all()


def test_large_inputs_stay_where_they_are(arguments: Arguments) -> None:
    arguments.large = SMALLER_THAN_ANY
    arguments.take(0, 0)
    assert arguments.fresh()[0].data_ptr() == arguments.fresh()[0].data_ptr()
    assert arguments.unharmed()


def test_a_spoilt_large_input_is_drawn_again_and_copied_from_then_on(arguments: Arguments) -> None:
    arguments.take(0, 0)
    right = arguments.fresh()[0]
    arguments.large = SMALLER_THAN_ANY
    arguments._sums.clear()
    arguments.take(0, 0)
    arguments.fresh()[0].zero_()
    assert not arguments.unharmed()
    arguments.take(0, 0)
    assert torch.equal(arguments.fresh()[0], right)
    arguments.fresh()[0].zero_()
    assert arguments.unharmed()
    assert torch.equal(arguments.fresh()[0], right)


def test_overwriting_keeps_addresses_and_poisons_outputs(arguments: Arguments) -> None:
    arguments.take(0, 0)
    args = arguments.fresh()
    addresses = [value.data_ptr() for value in args]
    args[2].zero_()
    overwrite(args, [torch.ones_like(args[0]), torch.ones_like(args[1])], outputs_from=2)
    assert [value.data_ptr() for value in args] == addresses
    assert args[0].eq(1).all()
    assert args[2].isnan().all()
