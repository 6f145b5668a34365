"""The run directory: one writer, many readers, nothing torn."""

import sqlite3
from pathlib import Path

import pytest
from tests.engine.lab import Lab, created

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.errors import NewerDatabase, NoSuchCandidate, NoSuchRun, RunError, RunLocked
from fie_engine.live import Live, Phase
from fie_engine.model import Exchange, Usage
from fie_engine.record.rundir import RunDirectory, RunWriter, find_run, list_runs
from fie_engine.record.store import file_system


def test_what_is_committed_is_read_back_whole_and_in_order(lab: Lab) -> None:
    writer = lab.create()
    told = (e.Paused(reason="ümläut \x1b[31m"), e.Migrated(moves=(("c0001", 0, 2),)))
    writer.append(*told)
    run = RunDirectory(lab.path)
    assert [r.event for r in run.events()][2:] == list(told)
    assert [r.seq for r in run.events()] == [1, 2, 3, 4]
    assert [r.seq for r in run.events(after=2, limit=1)] == [3]
    assert run.source("c0000") == "speed = 1.0\n"


def test_a_paid_reply_is_committed_with_its_event(lab: Lab) -> None:
    writer = lab.create()
    words = Exchange(
        system="s", user="u", reply="r", model="m", usage=Usage(prompt_tokens=3), seconds=1.5
    )
    writer.append(e.Noted(text="x"), exchange=(4, "c0001", words))
    assert RunDirectory(lab.path).exchange("c0001") == words
    assert RunDirectory(lab.path).exchange("c0002") is None


def test_commands_are_taken_once_and_those_of_a_dead_time_never(lab: Lab) -> None:
    writer, run = lab.create(), RunDirectory(lab.path)
    number = run.send(c.Pause())
    assert not run.taken(number)
    writer.void_commands()
    assert run.taken(number)
    run.send(c.Fork(candidate="c0001", reason="why"))
    assert writer.take_commands() == [c.Fork(candidate="c0001", reason="why")]
    assert writer.take_commands() == []


def test_the_live_state_is_overwritten_in_place(lab: Lab) -> None:
    writer, run = lab.create(), RunDirectory(lab.path)
    assert run.live() is None
    phase = Phase(what="judging c0001", stage="timing 1/6", since=2.0)
    for at in (1.0, 2.0):
        writer.save_live(Live(at=at, pid=7, host="box", phases=(phase,)))
    assert run.live() == Live(at=2.0, pid=7, host="box", phases=(phase,))


def test_one_engine_per_run(lab: Lab) -> None:
    lab.create()
    assert RunDirectory(lab.path).engine_running()
    with pytest.raises(RunLocked, match=r"run lab is open in pid \d+ on .*fie-tui attach lab"):
        RunWriter(lab.path)
    lab.close()
    assert not RunDirectory(lab.path).engine_running()
    lab.reopen()


def test_a_folder_that_holds_a_run_is_not_overwritten(lab: Lab) -> None:
    lab.create()
    with pytest.raises(RunError, match="already holds a run: continue it with --resume"):
        RunWriter.create(lab.path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="choose another with --run-dir"):
        RunWriter.create(tmp_path / "file" / "run")


def test_a_newer_database_is_left_as_it_is(lab: Lab) -> None:
    lab.create()
    lab.close()
    with sqlite3.connect(lab.path / "run.db") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    before = (lab.path / "run.db").read_bytes()
    with pytest.raises(NewerDatabase, match="upgrade fie-tui, nothing was changed"):
        RunDirectory(lab.path)
    assert (lab.path / "run.db").read_bytes() == before


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.db").write_text("not a database, but long enough to look at" * 10)
    with pytest.raises(RunError, match=r"run\.db can't be opened"):
        RunDirectory(tmp_path)


def test_an_unknown_run_lists_the_known_ones(lab: Lab) -> None:
    lab.create()
    root = lab.path.parent
    assert find_run("lab", root).path == lab.path
    assert find_run(str(lab.path), Path("/nowhere")).name == "lab"
    assert [run.name for run in list_runs(root)] == ["lab"]
    with pytest.raises(NoSuchRun, match="no run 'lob' .* known runs: lab"):
        find_run("lob", root)
    with pytest.raises(NoSuchCandidate, match="run lab has no candidate c0009"):
        RunDirectory(lab.path).source("c0009")


def test_the_longest_mount_point_decides_the_file_system() -> None:
    assert file_system(Path("/proc")) == "proc"


def test_every_event_survives_the_codec(lab: Lab) -> None:
    from typing import get_args

    from fie_engine.record.codec import decode_event, encode

    event = created()
    assert decode_event("RunCreated", encode(event)) == event
    assert len({kind.__name__ for kind in get_args(e.Event)}) == len(get_args(e.Event))
