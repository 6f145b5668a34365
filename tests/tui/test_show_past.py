"""`fie-tui show`, `shot` and `attach` at an earlier moment, and what happened since one."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.tui.story import write_story

from fie_tui.cli import main
from fie_tui.commands.shot import draw
from fie_tui.looks.wanted import Looks
from fie_tui.told.history import read

SHOWN_AT_C0001 = """\
as it was after event 12 of 22, at 00:16:50
moe-mini · CPU · operators (no LLM) · not a contest score
  run       story
  track     moe_mini: no GPU here
  timing    wall clock
  proposer  no model server is configured
  score     geometric mean speedup vs reference
  search    3 iterations on 2 islands, rng seed 7
running: 1 iterations, 2 evaluations (0 failed) in 10s
best c0001 2.000x ±0.020 geometric mean speedup vs reference
"""

SINCE_C0001 = """\
after event 12: 10 events in 8s
  ★ 2.000x → 3.000x ±0.030 (+50.0%) · 1 new best: c0003
  ✓ 2 judged, 1 of them failed (50%)
  $ judged for 2.0s
  ¶ 00:16:57 pinned c0003 (keep)
  ■ 00:16:58 search finished: all 3 iterations are used
  ■ 00:16:58 finished: all 3 iterations are used
"""


def story(tmp_path: Path) -> str:
    return str(write_story(tmp_path / "story").path)


def test_a_run_is_told_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", story(tmp_path), "--at", "12"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(SHOWN_AT_C0001)


def test_json_says_which_event_it_is_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = story(tmp_path)
    main(["show", run, "--json", "--at", "c0001"])
    then = json.loads(capsys.readouterr().out)
    main(["show", run, "--json"])
    now = json.loads(capsys.readouterr().out)
    assert (then["event"], then["events"], then["best_candidate"]) == (11, 22, "c0000")
    assert (now["event"], now["events"], now["best_candidate"]) == (22, 22, "c0003")
    assert (then["state"], now["state"]) == ("running", "finished")
    assert [one["candidate"] for one in then["improvements"]] == []


def test_a_candidate_is_told_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = story(tmp_path)
    main(["show", run, "c0001", "--at", "12"])
    assert "c0001 · passed · champion" in capsys.readouterr().out
    main(["show", run, "c0001"])
    assert "champion" not in capsys.readouterr().out
    assert main(["show", run, "c0003", "--at", "12"]) == 2
    assert "no candidate 'c0003'" in capsys.readouterr().err


def test_what_happened_since_a_moment_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = story(tmp_path)
    assert main(["show", run, "--since", "12"]) == 0
    told = capsys.readouterr().out
    assert told == SINCE_C0001
    main(["show", run, "--since", "12", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["judged"], report["failed"], report["bests"]) == (2, 1, ["c0003"])


@pytest.mark.parametrize("command", ["show", "shot", "attach"])
def test_a_moment_beyond_the_record_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, story(tmp_path), "--at", "23"]) == 2
    assert "no event 23: the record holds events 1 to 22" in capsys.readouterr().err


def test_a_picture_of_the_past_says_so(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    root = ElementTree.fromstring(draw(run, (120, 40), Looks(), at="12"))
    parts = (one.text or "" for one in root.iter() if one.tag.endswith("}text"))
    words = " ".join(parts).replace("\xa0", " ")
    assert "◀ REPLAY" in words and "event 12 of 22" in words
    assert "c0001" in words and "c0003" not in words


def test_the_whole_record_is_the_newest_moment(tmp_path: Path) -> None:
    history = read(write_story(tmp_path / "story"))
    assert history.events == history.view.last_seq == 22
