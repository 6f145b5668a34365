"""`fie-tui dataset`: the off-line data set is written where nothing is lost, and checked."""

import json
from pathlib import Path

import pytest

from fie_evaluator.dataset.moe import MINI_DIMS, MINI_WORKLOADS
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.seeds import MINI, load_seed
from fie_tui.cli import main


def made(root: Path) -> Path:
    assert main(["dataset", "make", "--mini", str(root)]) == 0
    return root


def test_the_mini_data_set_is_the_packaged_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made(tmp_path / "new" / "trace")
    packaged = load_seed(MINI).dataset
    assert packaged is not None
    files = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    assert len(files) == 2 + len(MINI_WORKLOADS)
    for file in files:
        assert (root / file).read_bytes() == (packaged / file).read_bytes()
    printed = capsys.readouterr()
    assert f"{root}: {MINI_DIMS.definition}, 6 workloads, synthetic routing\n" in printed.out
    assert printed.err.splitlines()[-1] == "fie-tui: 6 of 6 workloads are written"


def test_it_may_be_written_again_and_beside_another_definition(tmp_path: Path) -> None:
    root = made(tmp_path)
    (root / "definitions" / "gemm").mkdir()
    (root / "definitions" / "gemm" / "mine.json").write_text("{}")
    made(root)
    assert (root / "definitions" / "gemm" / "mine.json").read_text() == "{}"


def test_other_files_are_not_mixed_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    assert main(["dataset", "make", "--mini", str(tmp_path)]) == 2
    assert "is not empty and holds no data set" in capsys.readouterr().err
    assert main(["dataset", "make", "--mini", str(tmp_path / "thesis.tex")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_recorded_routing_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made(tmp_path)
    workloads = root / "workloads" / "moe" / f"{MINI_DIMS.definition}.jsonl"
    before = workloads.read_text()
    for workload in read_workloads(root, MINI_DIMS.definition):
        for blob in workload.blobs:
            blob.write_bytes(blob.read_bytes().replace(b"synthetic", b"recorded!"))
    assert main(["dataset", "make", "--mini", str(root)]) == 2
    assert "with recorded routing, which this would overwrite" in capsys.readouterr().err
    assert workloads.read_text() == before


def test_a_sound_data_set_is_told_in_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made(tmp_path)
    capsys.readouterr()
    assert main(["dataset", "check", str(root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == [MINI_DIMS.definition, "moe", "6", "6", "0.2", "synthetic", "0"]
    assert lines[-1] == f"{root}: no problems"


def test_problems_are_told_with_their_remedies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made(tmp_path)
    definition = root / "definitions" / "moe" / f"{MINI_DIMS.definition}.json"
    told = json.loads(definition.read_text())
    definition.write_text(json.dumps({**told, "reference": "x = 1"}))
    capsys.readouterr()
    assert main(["dataset", "check", str(root)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        f"✗ {definition.relative_to(root)}: its reference has no function run(). "
        "Mend or remove the file.",
        f"{root}: 1 problem",
    ]


def test_what_is_no_data_set_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dataset", "check", str(tmp_path)]) == 2
    assert "is no data set" in capsys.readouterr().err
