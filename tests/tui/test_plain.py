"""A run told in lines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.tui.story import open_story, passed, write_story

from fie_engine import events as e
from fie_engine.live import Live
from fie_engine.record.rundir import RunDirectory
from fie_tui.commands.plain import Teller, follow

TOLD = """\
moe-mini · CPU · operators (no LLM) · not a contest score
  run       story
  track     moe_mini: no GPU here
  timing    wall clock
  proposer  no model server is configured
  score     geometric mean speedup vs reference
  search    3 iterations on 2 islands, rng seed 7
     0s    0/3 ▶ engine started as pid 4242 on box
     3s    0/3 ✓ c0000 i0 1.000x ±0.010 · the seed
     4s    0/3 ★ new best c0000 1.000x ±0.010
     5s    0/3 ⑂ island 0 founded by c0000
     6s    0/3 ⑂ island 1 founded by c0000
     9s    1/3 ✓ c0001 i1 2.000x ±0.020 ×2.0 vs c0000 · skip experts nobody chose
    10s    1/3 ★ new best c0001 2.000x ±0.020 (×2.0)
    13s    2/3 ✗ c0002 i1 INCORRECT_NUMERICAL at T=7: half of it is off · say ␛[31mred
    16s    3/3 ✓ c0003 i1 3.000x ±0.030 +50.0% vs c0001 · cast once
    17s    3/3 ★ new best c0003 3.000x ±0.030 (+50.0%)
    17s    3/3 ¶ pinned c0003 (keep)
    18s    3/3 ■ search finished: all 3 iterations are used
    18s    3/3 ■ finished: all 3 iterations are used
finished (all 3 iterations are used): 3 iterations, 4 evaluations (1 failed) in 18s
best c0003 3.000x ±0.030 geometric mean speedup vs reference
seed c0000 1.000x ±0.010; the best is 3.00 times as fast
  workload   seed  best  vs seed  vs reference
  T=7       12 ms  4 ms    3.00x         3.00x
improvements
   1  c0001    2.000x     ×2.0  skip experts nobody chose
   2  c0003    3.000x   +50.0%  cast once
"""


def test_a_run_is_told_from_its_header_to_its_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view = follow(write_story(tmp_path / "story"), lambda: False)
    assert capsys.readouterr().out == TOLD
    assert view.best_candidate == "c0003"


def test_of_what_is_known_only_the_header_is_told_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_story(tmp_path / "story")
    follow(run, lambda: False, known=run.events()[-2].seq)
    lines = TOLD.splitlines()
    assert capsys.readouterr().out.splitlines() == [*lines[:7], *lines[19:]]


def test_following_goes_on_until_nothing_more_can_come(tmp_path: Path) -> None:
    answers = [True, True, False]
    follow(write_story(tmp_path / "story"), lambda: answers.pop(0))
    assert answers == []


def test_an_engine_that_falls_silent_and_one_that_died_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = open_story(tmp_path / "story")
    writer.save_live(Live(at=100.0, pid=4242, host="box", phases=()))
    times = iter([101.0, 106.0, 107.0, 140.0, 104.0])
    answers = [True, True, True, True, True, False]
    follow(RunDirectory(tmp_path / "story"), lambda: answers.pop(0), clock=lambda: next(times))
    writer.close()
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if "engine" in line or "silent" in line] == [
        "     0s    0/3 ▶ engine started as pid 4242 on box",
        "! engine silent 6s",
        "! silent since 00:01:40, 40s",
        "· the engine is well again",
        "its engine died: continue with `fie-tui run --resume story`",
    ]


def test_outages_acts_verdicts_failures_and_budgets_are_told(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    known = RunDirectory(tmp_path / "story").events()[-1].seq
    scores = {"score": 2.0, "noise": 0.01, "rival_score": 3.0, "rival_noise": 0.01}
    turns = e.Retimed(
        candidate="c0001",
        rival="c0003",
        evaluation=passed(2.0),
        verdict="slower",
        ratio=0.667,
        ratio_noise=0.02,
        **scores,  # type: ignore[arg-type]
    )
    writer.append(
        e.Paused(reason="the model's server is gone", until="it answers"),
        e.Resumed(reason="it answers again"),
        turns,
        e.Unpinned(candidate="c0003", author="ada"),
        e.ProposalFailed(proposal=9, island=1, parent="c0003", reason="no code in the reply"),
        e.BudgetNeared(limit="usd", spent=4.0, budget=5.0),
        e.EvaluationLost(candidate="c0002", reason="the worker died"),
    )
    writer.close()
    teller = Teller()
    events = RunDirectory(tmp_path / "story").events()
    told = [line[15:] for one in events for line in teller.tell(one) if one.seq > known]
    assert told == [
        "‖ paused (the model's server is gone); goes on by itself once it answers",
        "▶ resumed (it answers again)",
        "⇆ c0001 slower than c0003 in turns: 2.000x against 3.000x, -33.3% ±2.0%",
        "¶ unpinned c0003 (by ada)",
        "✗ no child of c0003: no code in the reply",
        "! 80% of the budget of $5 is spent: $4",
        "! c0002 queued again: the worker died",
    ]


def test_a_change_within_the_noise_is_told_as_none(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    teller = Teller()
    told = [line for recorded in run.events() for line in teller.tell(recorded)]
    assert not any(" = vs " in line for line in told)


def test_a_reader_that_goes_away_does_not_end_the_telling(tmp_path: Path) -> None:
    write_story(tmp_path / "story")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from fie_engine.record.rundir import RunDirectory\n"
        "from fie_tui.commands.plain import follow\n"
        "view = follow(RunDirectory(Path(sys.argv[1])), lambda: False)\n"
        "sys.exit(view.evaluations)\n"
    )
    read_end, write_end = os.pipe()
    os.close(read_end)
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "story")],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(write_end)
    assert (told.returncode, told.stderr) == (4, "")
