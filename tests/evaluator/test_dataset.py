"""A trace set is read as it is; what is wrong with it is named, with the remedy."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.dataset.moe import MINI_DIMS
from fie_evaluator.dataset.read import (
    find_definition,
    read_definitions,
    read_workloads,
    workload_label,
)
from fie_evaluator.errors import TrackError
from fie_evaluator.seeds import MINI, load_seed

NAME = MINI_DIMS.definition


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    packaged = load_seed(MINI).dataset
    assert packaged is not None
    return Path(shutil.copytree(packaged, tmp_path / "trace"))


def definition_file(root: Path) -> Path:
    return root / "definitions" / "moe" / f"{NAME}.json"


def workloads_file(root: Path) -> Path:
    return root / "workloads" / "moe" / f"{NAME}.jsonl"


def a_blob(root: Path) -> Path:
    return min((root / "blob").rglob("*.safetensors"))


def test_a_definition_tells_its_parameters_and_axes(dataset: Path) -> None:
    definition = find_definition(dataset, NAME)
    assert definition.parameters == (
        *("routing_logits", "routing_bias", "hidden_states", "hidden_states_scale"),
        *("gemm1_weights", "gemm1_weights_scale", "gemm2_weights", "gemm2_weights_scale"),
        *("local_expert_offset", "routed_scaling_factor", "output"),
    )
    assert definition.axes[:3] == (
        ("seq_len", None),
        ("num_experts", 256),
        ("num_local_experts", 32),
    )


def test_workloads_come_in_the_files_order_with_their_labels(dataset: Path) -> None:
    workloads = read_workloads(dataset, NAME)
    assert [each.label for each in workloads] == ["T=1", "T=7", "T=16", "T=32", "T=56", "T=80"]
    assert all(each.synthetic for each in workloads)


def test_labels_name_every_axis() -> None:
    assert workload_label({"seq_len": 7, "batch_size": 2, "heads": 4}) == "T=7, B=2, heads=4"


def test_any_trace_set_is_read(tmp_path: Path) -> None:
    write_small_dataset(tmp_path)
    names = [definition.name for definition in read_definitions(tmp_path)]
    assert names == ["gemm_n96_k128", "rmsnorm_h1024", "softmax_n512"]
    assert [each.label for each in read_workloads(tmp_path, "gemm_n96_k128")] == ["m=8", "m=70"]


def test_a_missing_path_is_named_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(TrackError, match=r"absent does not exist\. Check the path"):
        read_definitions(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_an_empty_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrackError, match="is empty: it has no definitions"):
        read_definitions(tmp_path)


def test_an_unknown_definition_names_the_nearest(dataset: Path) -> None:
    with pytest.raises(TrackError, match=f"Did you mean {NAME}"):
        find_definition(dataset, NAME.replace("h512", "h51"))


def cut_in_half(root: Path) -> Path:
    path = definition_file(root)
    path.write_text(path.read_text()[:200])
    return path


def empty_object(root: Path) -> Path:
    definition_file(root).write_text("{}")
    return definition_file(root)


def list_of_axes(root: Path) -> Path:
    told = json.loads(definition_file(root).read_text())
    definition_file(root).write_text(json.dumps({**told, "axes": ["seq_len"]}))
    return definition_file(root)


def bad_second_line(root: Path) -> str:
    path = workloads_file(root)
    path.write_text(path.read_text().splitlines()[0] + "\n{oops\n")
    return f"{path}, line 2"


def workload_without_inputs(root: Path) -> str:
    path = workloads_file(root)
    path.write_text(json.dumps({"definition": NAME, "workload": {"axes": {}, "uuid": "x"}}))
    return f"{path}, line 1"


def binary_definition(root: Path) -> Path:
    definition_file(root).write_bytes(b"\xff\xfe\x00")
    return definition_file(root)


def removed_blob(root: Path) -> Path:
    blob = a_blob(root)
    blob.unlink()
    return blob


def pointer_blob(root: Path) -> Path:
    a_blob(root).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    return a_blob(root)


def short_blob(root: Path) -> Path:
    blob = a_blob(root)
    blob.write_bytes(blob.read_bytes()[:-1])
    return blob


def empty_blob(root: Path) -> Path:
    a_blob(root).write_bytes(b"")
    return a_blob(root)


def garbage_blob(root: Path) -> Path:
    a_blob(root).write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00" + b"nonsense" * 4)
    return a_blob(root)


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (cut_in_half, "is not valid JSON"),
        (binary_definition, "is not valid JSON"),
        (empty_object, "the key 'name' is missing"),
        (list_of_axes, "is not a definition"),
        (bad_second_line, "is not valid JSON"),
        (workload_without_inputs, "the key 'inputs' is missing"),
        (removed_blob, "download the blob/ folder"),
        (pointer_blob, "run git lfs pull"),
        (short_blob, "download the file again"),
        (empty_blob, "is not valid JSON"),
        (garbage_blob, "is not valid JSON"),
    ],
)
def test_what_is_broken_is_named(
    dataset: Path, spoil: Callable[[Path], object], remedy: str
) -> None:
    place = spoil(dataset)
    with pytest.raises(TrackError) as raised:
        find_definition(dataset, NAME)
        read_workloads(dataset, NAME)
    told = str(raised.value).replace("/./", "/")
    assert str(place) in told
    assert remedy in told


def test_a_definition_without_workloads_is_named(dataset: Path) -> None:
    workloads_file(dataset).write_text("\n")
    with pytest.raises(TrackError, match=f"no workloads for {NAME}"):
        read_workloads(dataset, NAME)


def test_a_blob_without_the_tensor_is_named(dataset: Path) -> None:
    path = workloads_file(dataset)
    path.write_text(path.read_text().replace('"tensor_key": "routing_bias"', '"tensor_key": "b"'))
    with pytest.raises(TrackError, match="holds no tensor 'b'"):
        read_workloads(dataset, NAME)


def test_reading_needs_no_torch() -> None:
    code = (
        "import os, sys; from fie_evaluator.tracks import resolve_track; "
        "import fie_evaluator.checks, fie_evaluator.promotion.submission; "
        "import fie_evaluator.dataset.moe; "
        "resolve_track('moe-mini', None, os.environ); "
        "print(sorted({'torch', 'flashinfer_bench', 'openevolve', 'openai'} & set(sys.modules)))"
    )
    evaluator = Path(__file__).parents[2] / "evaluator"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=evaluator,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout == "[]\n"
