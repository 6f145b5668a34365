"""Two runs side by side."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.story import CREATED, child, judge, open_story, passed, write_story

from fie_engine import events as e
from fie_engine.record.rundir import RunWriter
from fie_tui.told.versus import Versus, differing_settings, verdict, versus_lines, versus_of


@pytest.fixture
def pair(tmp_path: Path) -> Versus:
    """The story, and one whose best is twice as fast, launched with another model."""
    write_story(tmp_path / "slow").close()
    writer = open_story(tmp_path / "fast")
    judge(writer, child(4, "c0003", note="double"), passed(6.0), score=6.0)
    writer.append(e.Improved(candidate="c0004", score=6.0, previous=3.0))
    writer.close()
    (tmp_path / "slow" / "run.toml").write_text('[llm]\nname = "a"\n[fie]\ntrack = "moe-mini"\n')
    (tmp_path / "fast" / "run.toml").write_text('[llm]\nname = "b"\n[fie]\ntrack = "moe-mini"\n')
    return versus_of(tmp_path / "slow", tmp_path / "fast")


def told(versus: Versus, width: int = 100) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in versus_lines(versus, width)]


def test_best_cost_state_and_settings_stand_side_by_side(pair: Versus) -> None:
    rows = [line.split() for line in told(pair)]
    for row in (
        ["slow", "fast"],
        ["state", "finished", "lost"],
        ["best", "3.000x", "±0.030", "c0003", "6.000x", "±0.060", "c0004"],
        ["against", "its", "seed", "3.0×", "seed", "6.0×", "seed"],
        ["failed", "1", "of", "4", "1", "of", "5"],
        ["llm.name", "a", "b"],
    ):
        assert row in rows
    assert differing_settings(pair) == [("llm.name", "a", "b")]


def test_each_workload_says_what_the_right_one_gains(pair: Versus) -> None:
    (row,) = [line for line in told(pair) if line.startswith("  T=7")]
    assert row.split() == [
        "T=7", "4", "ms", "±2.5%", "3.00x", "2", "ms", "±5.0%", "6.00x", "▲", "×2.0"
    ]  # fmt: skip


def test_the_verdict_names_the_better_one_with_its_noise(pair: Versus) -> None:
    assert verdict(pair) == (
        "▲ fast is ahead: ×2.0 ±1.4% (each timed in its own run, not in turns)", "good"
    )  # fmt: skip
    same = Versus(left=pair.left, right=pair.left)
    assert verdict(same)[0] == "= no clear difference: +0.0%, within the noise of ±1.4%"


def test_runs_on_other_terms_get_a_warning_and_no_verdict(tmp_path: Path, pair: Versus) -> None:
    writer = RunWriter.create(tmp_path / "other")
    writer.append(replace(CREATED, device="NVIDIA B200", timing="CUDA events"))
    writer.close()
    other = versus_of(tmp_path / "slow", tmp_path / "other")
    assert verdict(other)[0].startswith("no verdict")
    text = "\n".join(told(other))
    assert "! device, timing differ: the scores below must not be compared" in text


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_no_line_is_wider_than_the_screen(pair: Versus, width: int) -> None:
    assert max(len(line) for line in told(pair, width)) <= max(width, 48)
