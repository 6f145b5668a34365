"""Files that are saved in a run's inbox."""

import asyncio
import os
from pathlib import Path

import pytest

from fie_engine.steer.inbox import LARGEST_BYTES, Arrival, Inbox, watch_inbox


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def settled(inbox: Inbox) -> list[Arrival]:
    """Look until nothing is being written any more."""
    found = inbox.look()
    while inbox.unsettled:
        found += inbox.look()
    return found


def test_a_file_counts_once_it_no_longer_grows(inbox: Inbox, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def run(")
    assert inbox.look() == []
    path.write_text("def run(x):\n")
    assert inbox.look() == [] and inbox.unsettled
    path.write_text("def run(x):\n    return x\n")
    assert inbox.look() == [] and inbox.unsettled
    whole = Arrival(name="mine.py", source="def run(x):\n    return x\n")
    assert inbox.look() == [whole] and not inbox.unsettled
    assert inbox.look() == []


def test_several_files_arrive_in_the_order_of_their_names(inbox: Inbox, tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "c.py"):
        (tmp_path / name).write_text(f"x = '{name}'\n")
    assert [one.name for one in settled(inbox)] == ["a.py", "b.py", "c.py"]


def test_a_file_that_is_moved_into_place_arrives(inbox: Inbox, tmp_path: Path) -> None:
    partial = tmp_path / "mine.py.tmp"
    partial.write_text("x = 1\n")
    assert settled(inbox) == []
    os.replace(partial, tmp_path / "mine.py")
    assert settled(inbox) == [Arrival(name="mine.py", source="x = 1\n")]


def test_a_file_that_was_renamed_there_arrives_under_its_new_name(
    inbox: Inbox, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    settled(inbox)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert settled(inbox) == [Arrival(name="b.py", source="x = 1\n")]


def test_the_same_text_saved_again_is_no_news(inbox: Inbox, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    settled(inbox)
    os.utime(path, ns=(1, 1))
    assert settled(inbox) == []
    path.write_text("x = 2\n")
    assert settled(inbox) == [Arrival(name="a.py", source="x = 2\n")]


@pytest.mark.parametrize("name", [".a.py", "#a.py", ".#a.py", "a.py~", "a.txt", "4913"])
def test_what_editors_leave_beside_a_file_is_passed_over(
    name: str, inbox: Inbox, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("x = 1\n")
    assert settled(inbox) == []


def test_an_empty_file_is_passed_over_until_it_is_written(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    assert settled(inbox) == []
    (tmp_path / "a.py").write_text("x = 1\n")
    assert settled(inbox) == [Arrival(name="a.py", source="x = 1\n")]


def test_what_can_be_no_kernel_arrives_with_its_problem(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = '\xff'\n")
    with (tmp_path / "b.py").open("wb") as large:
        large.truncate(LARGEST_BYTES + 1)
    assert settled(inbox) == [
        Arrival(name="a.py", problem="is no UTF-8 text"),
        Arrival(name="b.py", problem="is too large for a kernel"),
    ]


def test_what_lay_there_before_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text("x = 1\n")
    inbox = Inbox(tmp_path)
    (tmp_path / "new.py").write_text("x = 2\n")
    assert settled(inbox) == [
        Arrival(name="new.py", source="x = 2\n"),
        Arrival(name="old.py", source="x = 1\n", is_old=True),
    ]


async def test_a_watched_folder_tells_of_each_file_that_is_saved(tmp_path: Path) -> None:
    arrivals: asyncio.Queue[Arrival] = asyncio.Queue()
    watching = asyncio.create_task(watch_inbox(tmp_path, arrivals.put_nowait))
    try:
        (tmp_path / "a.py").write_text("x = 1\n")
        assert (await arrivals.get()).source == "x = 1\n"
        (tmp_path / "a.py").write_text("x = 2\n")
        assert (await arrivals.get()).source == "x = 2\n"
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
