"""What was measured once is found again, and only by what depends on the same things."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.evaluator.judging import RIGHT, job, small_track
from tests.kernels.definitions import RMSNORM_REFERENCE, write_small_dataset

from fie_evaluator.dataset.cache import Cache, load_values, open_cache, store_values
from fie_evaluator.dataset.inputs import InputSets, draw
from fie_evaluator.dataset.problem import Problem, load_problem, poisoned_outputs
from fie_evaluator.pool.local import LocalEvaluator


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    write_small_dataset(tmp_path)
    return load_problem(small_track(tmp_path))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def keys(root: Path, problem: Problem, device_label: str = "CPU") -> tuple[str, ...]:
    return open_cache(root, problem, "cpu", device_label).keys


def test_the_same_seed_draws_the_same_inputs(problem: Problem) -> None:
    first, again, other = (draw(problem, 0, seed, "cpu") for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


def test_workloads_draw_different_inputs(problem: Problem) -> None:
    assert not torch.equal(draw(problem, 0, 0, "cpu")[1], draw(problem, 1, 0, "cpu")[1])


def test_keys_change_with_the_definition_and_the_device(problem: Problem, root: Path) -> None:
    changed = problem.definition.model_copy(
        update={"reference": RMSNORM_REFERENCE.replace("1e-6", "1e-5")}
    )
    found = {
        keys(root, problem),
        keys(root, problem, "another CPU"),
        keys(root, replace(problem, definition=changed)),
    }
    assert keys(root, problem) == keys(root, problem)
    assert len(found) == 3


def test_answers_to_inputs_of_another_salt_are_not_found(problem: Problem, root: Path) -> None:
    before = open_cache(root, problem, "cpu", "CPU").outputs(0, 1)
    (root / "salt").unlink()
    assert open_cache(root, problem, "cpu", "CPU").outputs(0, 1) != before


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.bfloat16, torch.float8_e4m3fn, torch.int32, torch.bool]
)
def test_values_come_back_as_they_were_stored(tmp_path: Path, dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0, 1], [1, 0]]).to(dtype)
    store_values(tmp_path / "x", [tensor, 7, 2.5])
    stored, whole, fraction = load_values(tmp_path / "x", "cpu")
    assert (stored.dtype, stored.tolist()) == (dtype, tensor.tolist())
    assert (whole, fraction) == (7, 2.5)


def test_inputs_on_disk_equal_drawn_ones(problem: Problem, tmp_path: Path) -> None:
    cache = Cache(root=tmp_path / "cache", keys=("a", "b"))
    sets = InputSets(problem=problem, cache=cache, device="cpu", budget_bytes=0)
    drawn = sets.get(0, 0)
    sets.keep(0, 0)
    sets.get(1, 0)
    assert cache.inputs(0, 0).exists()
    assert all(torch.equal(a, b) for a, b in zip(sets.get(0, 0), drawn, strict=True))


def test_a_salt_makes_other_inputs_and_is_kept(problem: Problem, tmp_path: Path) -> None:
    cache = Cache(root=tmp_path / "cache", keys=("a", "b"))
    salted = draw(problem, 0, 0, "cpu", cache.salt())
    assert not torch.equal(salted[0], draw(problem, 0, 0, "cpu")[0])
    assert torch.equal(salted[0], draw(problem, 0, 0, "cpu", cache.salt())[0])


def test_outputs_start_as_nan(problem: Problem) -> None:
    [output] = poisoned_outputs(problem.definition, problem.workloads[0], "cpu")
    assert (tuple(output.shape), bool(output.isnan().all())) == ((2, 1024), True)


def test_a_restarted_judge_finds_the_reference(tmp_path: Path) -> None:
    write_small_dataset(tmp_path / "trace")
    found = []
    for _ in range(2):
        evaluator = LocalEvaluator(small_track(tmp_path / "trace"), tmp_path / "cache")
        evaluation = evaluator.submit(job(RIGHT)).result(timeout=60)
        evaluator.close()
        found.append([result.reference_ms for result in evaluation.results])
    assert found[0] == found[1]
    assert len(list((tmp_path / "cache" / "answers").rglob("*.safetensors"))) == 6
