"""What the start screen's thread tells of a folder of runs, and what it reads for that."""

from pathlib import Path

import pytest
from tests.tui.story import open_story, write_story

from fie_engine import events as e
from fie_engine.events import Recorded
from fie_engine.live import Live
from fie_engine.record.rundir import RunDirectory
from fie_tui.session.lookout import Lookout
from fie_tui.told.glance import LOST, UNREADABLE, Glance


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After which event each page was read."""
    asked: list[int] = []
    events = RunDirectory.events

    def counted(run: RunDirectory, after: int = 0, limit: int = 5000) -> list[Recorded]:
        asked.append(after)
        return events(run, after, limit)

    monkeypatch.setattr(RunDirectory, "events", counted)
    return asked


def looked(lookout: Lookout) -> dict[str, Glance]:
    """Look once; return what is known by name."""
    lookout._look()
    return {one.name: one for one in lookout.glances}


def test_a_run_is_told_in_little(tmp_path: Path) -> None:
    write_story(tmp_path / "story").close()
    glance = looked(Lookout(tmp_path, lambda: None))["story"]
    assert (glance.state, glance.running, glance.resumable) == ("finished", False, True)
    assert (glance.best, glance.best_candidate, glance.gain) == (
        "3.000x ±0.030", "c0003", "3.0× seed"
    )  # fmt: skip
    assert (glance.iterations, glance.candidates, glance.promoted) == (3, 4, 0)
    assert glance.reason == "all 3 iterations are used"
    assert glance.beat_at is None


def test_a_run_is_read_once_and_then_only_its_news(tmp_path: Path, read: list[int]) -> None:
    writer = open_story(tmp_path / "story")
    lookout = Lookout(tmp_path, lambda: None)
    first = looked(lookout)["story"]
    assert (first.state, first.running) == ("running", True)
    last = len(RunDirectory(tmp_path / "story").events())
    read.clear()
    writer.append(e.Paused(reason="lunch"))
    assert looked(lookout)["story"].state == "paused"
    assert read[0] == last
    writer.append(e.EngineStopped(state="stopped", reason="enough"))
    writer.close()
    ended = looked(lookout)["story"]
    assert (ended.state, ended.reason, ended.running) == ("stopped", "enough", False)
    read.clear()
    assert looked(lookout)["story"] == ended
    assert read == []


def test_the_heartbeat_moves_without_a_new_event(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    lookout = Lookout(tmp_path, lambda: None)
    assert looked(lookout)["story"].beat_at is None
    writer.save_live(Live(at=2000.0, pid=1, host="box", phases=()))
    assert looked(lookout)["story"].beat_at == 2000.0
    writer.close()


def test_an_engine_that_died_without_a_word_is_lost(tmp_path: Path) -> None:
    open_story(tmp_path / "story").close()
    assert looked(Lookout(tmp_path, lambda: None))["story"].state == LOST


def test_a_broken_record_is_told_and_hides_no_other(tmp_path: Path) -> None:
    write_story(tmp_path / "good").close()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "run.db").write_bytes(b"not a database" * 100)
    seen = looked(Lookout(tmp_path, lambda: None))
    assert seen["good"].state == "finished"
    assert seen["bad"].state == UNREADABLE
    assert "can't be opened" in seen["bad"].trouble


def test_runs_come_and_go_and_each_change_is_told_once(tmp_path: Path) -> None:
    told: list[int] = []
    lookout = Lookout(tmp_path, lambda: told.append(len(lookout.glances)))
    looked(lookout)
    assert (told, lookout.complete) == ([0], True)
    write_story(tmp_path / "story").close()
    looked(lookout)
    looked(lookout)
    (tmp_path / "story").rename(tmp_path.parent / "gone")
    looked(lookout)
    looked(lookout)
    assert told == [0, 1, 1, 0]


def test_the_newest_run_is_first(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_story(tmp_path / name).close()
    later = RunDirectory(tmp_path / "two")
    later._store()._connection.execute("UPDATE events SET at = at + 500")
    later._store()._connection.commit()
    later.close()
    lookout = Lookout(tmp_path, lambda: None)
    looked(lookout)
    assert [one.name for one in lookout.glances] == ["two", "one"]


def test_an_errand_is_done_between_two_looks(tmp_path: Path) -> None:
    done: list[str] = []
    lookout = Lookout(tmp_path, lambda: None)
    lookout.do(lambda: done.append("it"))
    lookout._look()
    lookout._look()
    assert done == ["it"]
