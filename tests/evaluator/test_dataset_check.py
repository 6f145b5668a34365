"""A check of a data set finds everything that is wrong at once, and says what to do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.dataset.check import Finding, Held, inspect_dataset
from fie_evaluator.dataset.moe import MoeDims, MoeWorkload, write_dataset
from fie_evaluator.errors import TrackError

DIMS = MoeDims(hidden_size=256, intermediate_size=128)
NAME = DIMS.definition
WORKLOADS = f"workloads/moe/{NAME}.jsonl"
DEFINITION = f"definitions/moe/{NAME}.json"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A sound data set of two workloads."""
    drawn = [MoeWorkload(seq_len=size, offset=32, seed=size) for size in (1, 3)]
    write_dataset(tmp_path / "trace", DIMS, drawn)
    return tmp_path / "trace"


def blobs(root: Path) -> list[Path]:
    """Return the blobs, in the order of their workloads."""
    lines = (root / WORKLOADS).read_text().splitlines()
    told = [json.loads(line)["workload"]["inputs"]["routing_bias"] for line in lines]
    return [root / each["path"] for each in told]


def change_definition(root: Path, change: Change) -> None:
    told = json.loads((root / DEFINITION).read_text())
    change(told)
    (root / DEFINITION).write_text(json.dumps(told))


def change_first_workload(root: Path, change: Change) -> None:
    first, *others = (root / WORKLOADS).read_text().splitlines()
    told = json.loads(first)
    change(told)
    (root / WORKLOADS).write_text("\n".join([json.dumps(told), *others]) + "\n")


def found(root: Path) -> list[tuple[str, str]]:
    """Return place and problem of each finding."""
    return [(each.place, each.problem) for each in inspect_dataset(root).findings]


def test_a_sound_data_set_is_counted(root: Path) -> None:
    inventory = inspect_dataset(root)
    assert inventory.findings == ()
    assert inventory.definitions == (
        Held(
            name=NAME,
            op_type="moe",
            workloads=2,
            blobs=2,
            blob_bytes=sum(blob.stat().st_size for blob in blobs(root)),
            routing="synthetic",
            problems=0,
        ),
    )


def test_a_data_set_without_blobs_is_sound(tmp_path: Path) -> None:
    write_small_dataset(tmp_path)
    inventory = inspect_dataset(tmp_path)
    assert inventory.findings == ()
    assert [(held.workloads, held.routing) for held in inventory.definitions] == [(2, "–")] * 3


def test_what_is_no_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrackError, match=r"is no data set: it has no folder definitions/"):
        inspect_dataset(tmp_path)


def test_a_missing_blob_is_told_once(root: Path) -> None:
    first, _ = blobs(root)
    first.unlink()
    told = str(first.relative_to(root))
    assert inspect_dataset(root).findings == (
        Finding(
            place=f"./{told}",
            problem=f"it is missing, and {WORKLOADS}, line 1 needs it.",
            remedy="Download the blob/ folder of the data set too.",
        ),
    )
    assert inspect_dataset(root).definitions[0].problems == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"version https://git-lfs", "is only a Git LFS pointer: run git lfs pull."),
        (None, "is cut short: download the file again."),
    ],
)
def test_a_broken_blob_is_told_once(root: Path, content: bytes | None, problem: str) -> None:
    first, _ = blobs(root)
    first.write_bytes(first.read_bytes()[:-5] if content is None else content)
    ((place, told),) = found(root)
    assert place == f"./{first.relative_to(root)}"
    assert told.endswith(problem)


def test_a_tensor_of_another_dtype_or_shape_is_named(root: Path) -> None:
    change_definition(root, lambda told: told["inputs"]["routing_bias"].update(dtype="float16"))
    change_first_workload(root, lambda told: told["workload"]["axes"].update(seq_len=2))
    first, second = (f"./{blob.relative_to(root)}" for blob in blobs(root))
    assert found(root) == [
        (first, "routing_logits has shape [1, 256], not [2, 256]."),
        (first, "routing_bias is BF16, not F16."),
        (second, "routing_bias is BF16, not F16."),
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda told: told["axes"].update(seq_len=None), "the axis seq_len has no size."),
        (lambda told: told["axes"].update(num_experts=9), "it sizes axes that don't vary: num_exp"),
        (lambda told: told["inputs"].pop("hidden_states"), "it gives no hidden_states."),
        (
            lambda told: told["inputs"].update(extra={"type": "random"}),
            "it gives extra, which the definition doesn't take.",
        ),
        (
            lambda told: told["inputs"].update(hidden_states={"type": "zeros"}),
            "hidden_states is neither random, scalar nor safetensors.",
        ),
        (
            lambda told: told["inputs"]["routed_scaling_factor"].pop("value"),
            "routed_scaling_factor has no value.",
        ),
        (lambda told: told["inputs"]["routing_bias"].update(tensor_key="b"), "it holds no tensor"),
        (lambda told: told.pop("uuid"), "it has no uuid."),
        (lambda told: told.pop("inputs"), "it is not a workload."),
    ],
)
def test_a_workload_that_does_not_fit_its_definition_is_named(
    root: Path, change: Change, problem: str
) -> None:
    change_first_workload(root, lambda told: change(told["workload"]))
    told = [told for _, told in found(root)]
    assert told[0].startswith(problem)


def test_a_uuid_used_twice_is_named(root: Path) -> None:
    text = (root / WORKLOADS).read_text()
    (root / WORKLOADS).write_text(text + text.splitlines()[0] + "\n")
    ((place, problem),) = found(root)
    assert place == f"{WORKLOADS}, line 3"
    assert problem.endswith("is used twice.")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda told: told.pop("axes"), "it has no axes."),
        (lambda told: told["axes"].update(seq_len={"type": "any"}), "the axis seq_len is neither"),
        (lambda told: told["axes"].update(num_experts={"type": "const"}), "the axis num_experts"),
        (lambda told: told["outputs"]["output"].update(dtype="int7"), "output has the unknown dt"),
        (lambda told: told["outputs"]["output"].update(shape=["x"]), "output has unknown axes: x."),
        (lambda told: told.update(reference="def run(:"), "its reference is not Python: "),
        (lambda told: told.update(reference="x = 1"), "its reference has no function run()."),
        (lambda told: told.pop("reference"), "it has no reference."),
    ],
)
def test_a_definition_that_cannot_be_used_is_named(
    root: Path, change: Change, problem: str
) -> None:
    change_definition(root, change)
    place, told = found(root)[0]
    assert place == DEFINITION
    assert told.startswith(problem)


def test_what_belongs_to_no_definition_and_what_has_no_workload_is_named(root: Path) -> None:
    (root / DEFINITION).rename(root / "definitions" / "moe" / "other.json")
    change = json.loads((root / "definitions" / "moe" / "other.json").read_text())
    (root / "definitions" / "moe" / "other.json").write_text(json.dumps({**change, "name": "o"}))
    assert found(root) == [
        (f"{WORKLOADS}, line 1", f"there is no sound definition {NAME!r}."),
        (f"{WORKLOADS}, line 2", f"there is no sound definition {NAME!r}."),
        ("o", "it has no workload."),
    ]


def test_files_that_are_not_json_are_named(root: Path) -> None:
    (root / "definitions" / "x.json").write_text("{")
    (root / "workloads" / "x.jsonl").write_text("[]\n")
    (place, problem), (other_place, other) = found(root)
    assert (place, other_place) == ("definitions/x.json", "workloads/x.jsonl")
    assert "definitions/x.json is not valid JSON" in problem
    assert "line 1 is not a JSON object" in other
