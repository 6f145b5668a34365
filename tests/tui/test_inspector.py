"""What a model was told, and how far its kernel has come, on the board and in `fie-tui show`."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.board import opened
from tests.tui.canned import CannedRun, created, searching
from tests.tui.story import CREATED, child, judge, passed, seed

from fie_engine import events as e
from fie_engine.model import Exchange, HeldOut, Origin, Usage
from fie_engine.record.rundir import RunWriter
from fie_evaluator.stages.gate import Drawn, Gate
from fie_tui.cli import main
from fie_tui.screens.inspector import Inspector, inspector_lines

MOE = "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h512_i256"
EXCHANGE = Exchange(
    system="Be quick.\x1b[31m",
    user="# The program\n    indented code",
    reply="Idea: less work",
    model="tiny",
    usage=Usage(prompt_tokens=1234, completion_tokens=5),
    seconds=2.0,
    room=24_000,
    left_out=("program c0007", "the reference"),
)
SHOWN_PROMPT = """\
tiny was asked, and answered in 2.0 s
size      about 13 tokens of 24,000 that it might have; the server counted 1,234
left out  program c0007, the reference
── system ──────────────────────────────────
Be quick.␛[31m
── user ────────────────────────────────────
# The program
    indented code
── reply ───────────────────────────────────
Idea: less work
"""
SHOWN_CANDIDATE = """\
official  the search found 2.00× among 9 evaluations; officially 1.80×, -10.0% (the best of many \
draws is a lucky one)
          held out: 1.50× on T=80, which the search never saw
checklist 0 of 6 steps done
          ? expert loop replaced by parallel kernels: no matrix product was found
          ? FP8 dequantisation fused into the GEMMs: no product of the weights was found
"""


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with one run, in which a model made a kernel that was promoted."""
    writer = RunWriter.create(tmp_path / "moe", lambda: 1000.0)
    held_out = (HeldOut(workload="w80", label="T=80"),)
    writer.append(replace(CREATED, definition=MOE, held_out=held_out))
    judge(writer, seed(), passed(1.0), score=1.0)
    written = replace(child(1, "c0000", note="less work"), origin=Origin.LLM, model="tiny")
    judge(writer, written, passed(2.0), score=2.0, exchange=EXCHANGE)
    drawn = Drawn(score=2.0, noise=0.01, draws=9, held_out=("w80",))
    gate = Gate(drawn=drawn, searched=1.8, held_out=1.5, labels=("T=80",))
    writer.append(e.Promoted(candidate="c0001", path="promoted/c0001", score=1.7, gate=gate))
    writer.close()
    return tmp_path


def test_show_prompt_prints_every_word_and_what_had_no_room(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "moe", "c0001", "--prompt", "--runs-dir", str(runs)]) == 0
    assert capsys.readouterr().out == SHOWN_PROMPT


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["c0000"], "c0000 was made by seed (seed): there is no prompt"),
        ([], "--prompt needs a candidate: fie-tui show moe c0001 --prompt"),
    ],
)
def test_without_a_prompt_show_says_why(
    runs: Path, capsys: pytest.CaptureFixture[str], words: list[str], problem: str
) -> None:
    assert main(["show", "moe", *words, "--prompt", "--runs-dir", str(runs)]) != 0
    assert problem in capsys.readouterr().err


def test_show_tells_the_checklist_and_what_was_held_out(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "moe", "c0001", "--runs-dir", str(runs)]) == 0
    assert SHOWN_CANDIDATE in capsys.readouterr().out
    assert main(["show", "moe", "--runs-dir", str(runs)]) == 0
    told = "  held out  T=80: judged at the promotion only, never searched on\n"
    assert told in capsys.readouterr().out


def test_a_prompts_lines_fit_the_screen_and_keep_their_indentation() -> None:
    lines = inspector_lines(replace(EXCHANGE, user="    return x\n" + "word " * 60), 40)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert "    return x" in texts
    assert max(map(len, texts)) <= 44


async def test_i_opens_the_prompt_of_a_models_kernel_and_says_so_of_another(
    tmp_path: Path,
) -> None:
    run: CannedRun = searching(tmp_path)
    made = replace(child(90, "c0000", note="less work"), origin=Origin.LLM, model="tiny")
    run.add(e.Proposed(proposal=90, candidate=made))
    run.exchanges["c0090"] = EXCHANGE
    async with opened(run) as board:
        await board.press("i")
        assert not isinstance(board.app.screen, Inspector)
        assert "is no model's" in board.lines[-2]
        board.app.board.pick("c0090")
        await board.press("i")
        assert isinstance(board.app.screen, Inspector)
        shown = "\n".join(board.lines)
        assert "The prompt that made c0090" in shown
        assert "left out  program c0007, the reference" in shown
        await board.press("escape")
        assert not isinstance(board.app.screen, Inspector)


async def test_the_checklist_panel_lists_the_steps(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(created(definition=MOE))
    async with opened(run) as board:
        board.app.board.pick("c0000")
        await board.press("L", "z")
        await board.read_kernel()
        shown = "\n".join(board.lines)
        assert "0 of 6 steps done" in shown
        assert " ?  tl.dot on fp8 operands " in shown
        assert "    no product was found" in shown
