"""`fie-tui import`, `export` and `run --evaluator FILE.py`, as a shell calls them."""

import json
from pathlib import Path

import pytest
from tests.engine.stock_runs import PROJECT, write_stock
from tests.tui.story import write_story

from fie_tui.cli import main


def test_a_checkpoint_goes_in_and_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIE_RUNS_DIR", str(tmp_path / "runs"))
    write_stock(tmp_path / "checkpoint_7", count=8)
    evaluator = str(PROJECT / "evaluator.py")
    words = ["import", str(tmp_path / "checkpoint_7"), "--name", "theirs"]
    assert main([*words, "--evaluator", evaluator]) == 0
    said = capsys.readouterr().out.splitlines()
    run = tmp_path / "runs" / "theirs"
    assert said[0].endswith(f" programs on 3 islands in {run}")
    assert said[1] == f"continue with: fie-tui run --resume {run}"
    assert main(["export", "theirs", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'out' / 'checkpoint_7'}\n"
    assert main(["show", "theirs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["score_name"]) == ("stopped", "combined_score")
    assert main(["export", "theirs", str(tmp_path / "out")]) == 2
    assert "isn't empty" in capsys.readouterr().err


def test_a_candidate_goes_out_as_its_kernel_and_its_solution(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_story(tmp_path / "story")
    (run.folder("c0001") / "solution.json").write_text("{}\n")
    words = ["export", "story", str(tmp_path / "out"), "--runs-dir", str(tmp_path)]
    assert main([*words, "--candidate", "c0001"]) == 0
    kernel, solution = (tmp_path / "out" / f"story-c0001.{kind}" for kind in ("py", "json"))
    assert capsys.readouterr().out == f"{kernel}\n{solution}\n"
    assert (kernel.read_text(), solution.read_text()) == (run.source("c0001"), "{}\n")
    assert main([*words, "--candidate", "c0001"]) == 2
    assert f"{kernel} is there already: give another name" in capsys.readouterr().err
    assert main([*words, "--candidate", "c0099"]) == 2
    assert f"c0099 has no kernel.py in {run.path}" in capsys.readouterr().err


def test_a_project_runs_in_plain_lines_without_a_speedup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "--plain", "--runs-dir", str(tmp_path), "--name", "one", "--iterations", "2"]
    project = ["--evaluator", str(PROJECT / "evaluator.py"), "--seed-rng", "2"]
    kernel = ["--kernel", str(PROJECT / "initial_program.py"), "--proposer", "operators"]
    assert main([*words, *project, *kernel]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "sorting · evaluator.py · operators (no LLM)"
    assert any("✓ c0000 i0 0.5 · the seed" in line for line in lines)
    assert any("the embedded operators know numerical kernels" in line for line in lines)
    assert not any("x ±" in line or "times as fast" in line for line in lines)
    assert any(line.split()[:2] == ["thrift", "0"] for line in lines)
    assert main(["show", "one", "c0000", "--runs-dir", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "score     0.5\n" in shown
    assert "  correctness: 1\n" in shown
    assert "speedup" not in shown
