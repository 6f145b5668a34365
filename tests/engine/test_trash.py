"""How a run goes to the trash."""

from pathlib import Path

import pytest
from tests.tui.story import open_story, write_story

from fie_engine.errors import NoSuchRun, RunLocked
from fie_engine.record.rundir import RunDirectory, list_runs
from fie_engine.record.trash import discard


def test_a_discarded_run_lies_whole_in_the_trash_and_in_no_list(tmp_path: Path) -> None:
    write_story(tmp_path / "story").close()
    place = discard(tmp_path / "story")
    assert place == tmp_path / ".trash" / "story"
    assert [run.name for run in list_runs(tmp_path)] == []
    kept = RunDirectory(place)
    assert kept.source("c0003") == "# c0003\n"
    assert len(kept.events()) > 10
    kept.close()


def test_two_runs_of_one_name_lie_beside_each_other(tmp_path: Path) -> None:
    places = []
    for _ in range(3):
        write_story(tmp_path / "story").close()
        places.append(discard(tmp_path / "story").name)
    assert places == ["story", "story.2", "story.3"]


def test_a_run_with_an_engine_stays(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    with pytest.raises(RunLocked, match="story is open in pid"):
        discard(tmp_path / "story")
    writer.close()
    assert (tmp_path / "story" / "run.db").is_file()


def test_what_is_no_run_is_not_moved(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(NoSuchRun):
        discard(tmp_path / "notes")
    assert (tmp_path / "notes").is_dir()
