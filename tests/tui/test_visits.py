"""Coming back to a board: the same view, what happened meanwhile, and one board that steers."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.tui.board import Board
from tests.tui.canned import CannedRun, searching

from fie_engine import events as e
from fie_tui.app import BoardApp
from fie_tui.looks.dress import Dress
from fie_tui.session.attendance import Attendance
from fie_tui.session.control import FILE, LEASE_S, Holder
from fie_tui.session.keepsake import keepsake_path


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    """Return a run in the middle of its record."""
    run = searching(tmp_path, judged=44)
    run.record = run.record[:130]
    return run


def go_on(run: CannedRun) -> int:
    """Let the search go on; return how many candidates are judged meanwhile."""
    rest = searching(run.path, judged=44).record[len(run.record) :]
    run.record.extend(rest)
    return sum(isinstance(one.event, e.Evaluated) for one in rest)


@asynccontextmanager
async def visited(
    run: CannedRun, user: str = "ada", *, size: tuple[int, int] = (120, 40), claims: bool = True
) -> AsyncIterator[Board]:
    """Open a board that a person attaches to the run, and close it as they leave."""
    attendance = Attendance(run.path, user, claims=claims, clock=lambda: run.now + 0.5)
    app = BoardApp(
        run,
        engine=None,
        read_only=not claims,
        clock=lambda: run.now + 0.5,
        attendance=attendance,
    )
    async with app.run_test(size=size) as pilot:
        board = Board(app, pilot, run)
        await board.caught_up()
        await board.until(lambda: attendance.holder is not None or not claims)
        yield board


async def test_a_person_finds_the_board_as_they_left_it(run: CannedRun) -> None:
    async with visited(run) as board:
        await board.press("slash", *"ok", "enter", "o", "down", "space", "v", "8", "z")
        left = board.app.board.sight
        assert (left.wish.words, left.zoomed, left.focus) == (("ok",), True, "trend")
        assert left.picked and left.marks and left.look.sides
    async with visited(run) as board:
        assert board.app.board.sight == left
        assert board.app.focused is None


async def test_everyone_has_a_view_of_their_own(run: CannedRun) -> None:
    async with visited(run, "ada") as board:
        await board.press("z")
    async with visited(run, "../../bob") as board:
        assert not board.app.board.sight.zoomed
    assert {path.name for path in (run.path / "views").iterdir()} == {
        "view-ada.json",
        "view-..%2F..%2Fbob.json",
    }


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b'{"seen": "x"}',
        b"\xff",
        b'{"sight":{"focus":"no"},"seen":1,"at":1}',
        b'{"sight":{"wish":{"order":"no"}},"seen":1,"at":1}',
    ],
)
async def test_a_damaged_view_is_told_and_forgotten(run: CannedRun, damage: bytes) -> None:
    path = keepsake_path(run.path, "ada")
    path.parent.mkdir()
    path.write_bytes(damage)
    async with visited(run, size=(200, 60)) as board:
        assert "your last view is not restored" in board.lines[-2]
        await board.press("z")
    async with visited(run) as board:
        assert board.app.board.sight.zoomed


async def test_a_view_that_cannot_be_written_is_no_trouble(run: CannedRun) -> None:
    (run.path / "views").write_text("in the way")
    async with visited(run) as board:
        await board.press("z")
        assert "not" not in board.lines[-2]


async def test_a_first_visit_is_told_nothing(run: CannedRun) -> None:
    async with visited(run) as board:
        assert not board.app.board.since.is_open
        await board.press("apostrophe")
        assert "this is your first visit" in board.lines[-2]


async def test_who_comes_back_is_told_what_happened(run: CannedRun) -> None:
    async with visited(run):
        pass
    judged = go_on(run)
    run.add(e.Paused(reason="the model server is gone"), e.Resumed())
    async with visited(run, size=(80, 24)) as board:
        assert board.app.board.since.is_open
        assert "Since you left, " in board.text
        assert f"✓ {judged} judged, " in board.text
        assert "paused (the model server is gone)" in board.text
        await board.press("escape")
        assert "Since you left" not in board.text
        await board.press("apostrophe")
        assert "Since you left" in board.text


async def test_keys_work_while_the_board_tells_what_happened(run: CannedRun) -> None:
    async with visited(run):
        pass
    go_on(run)
    async with visited(run) as board:
        await board.press("7")
        assert board.app.board.sight.focus == "log"
        assert board.app.board.since.is_open


async def test_who_missed_nothing_is_told_nothing(run: CannedRun) -> None:
    async with visited(run):
        pass
    async with visited(run) as board:
        assert not board.app.board.since.is_open


async def test_the_second_board_only_looks_and_says_who_steers(run: CannedRun) -> None:
    async with visited(run, "ada"), visited(run, "bob", size=(200, 60)) as second:
        await second.press("p")
        assert "ada on " in second.lines[-2]
        assert "controls this run: take control first" in second.lines[-2]
        assert run.sent == []
        assert second.lines[-1].startswith(" C take control")
        assert "◇ ada on no terminal controls" in second.lines[0]


async def test_control_is_taken_over_after_a_question_and_both_are_told(run: CannedRun) -> None:
    async with visited(run, "ada", size=(200, 60)) as first, visited(run, "bob") as second:
        await second.press("C")
        assert "ada on" in second.text
        await second.press("t")
        await second.until(lambda: not second.app.visit.controller)
        await second.pilot.pause()
        assert "this board controls the run now" in second.lines[-2]
        await first.until(lambda: first.app.visit.controller)
        await first.pilot.pause()
        assert "bob on " in first.lines[-2]
        await first.press("p")
        assert run.sent == []
        await second.press("p")
        await second.until(lambda: run.sent)


async def test_a_question_that_was_open_when_control_was_lost_sends_nothing(
    run: CannedRun,
) -> None:
    async with visited(run, "ada", size=(200, 60)) as first, visited(run, "bob") as second:
        await first.press("S")
        await second.press("C", "t")
        await first.until(lambda: first.app.visit.controller)
        await first.press("s")
        assert "not sent: bob on " in first.lines[-2]
        assert run.sent == []


async def test_a_name_that_steers_a_terminal_is_only_text(run: CannedRun) -> None:
    lease(run, beat=run.now, user="eve\x1b]0;owned\x07\u202e[red]")
    async with visited(run, size=(200, 60)) as board:
        await board.press("p")
        assert "\x1b" not in board.text and "\x07" not in board.text
        assert "\u202e" not in board.text
        assert "[red] on pts/7 controls" in board.lines[0]


async def test_control_is_free_once_its_holder_leaves(run: CannedRun) -> None:
    async with visited(run, "ada"):
        pass
    async with visited(run, "bob") as board:
        assert not board.app.visit.controller


async def test_a_read_only_board_takes_no_control(run: CannedRun) -> None:
    async with visited(run, "ada", claims=False) as board:
        await board.press("C")
        assert "opened read-only" in board.lines[-2]
    assert not (run.path / FILE).exists()


def lease(
    run: CannedRun, *, beat: float, host: str = "elsewhere", pid: int = 1, user: str = "eve"
) -> None:
    """Write the lease of a board on another machine."""
    holder = Holder(
        token="other", user=user, terminal="pts/7", host=host, pid=pid, since=beat, beat=beat
    )
    (run.path / FILE).write_bytes(msgspec.json.encode(holder))


async def test_a_board_that_was_not_heard_of_has_lost_control(run: CannedRun) -> None:
    lease(run, beat=run.now - LEASE_S - 1)
    async with visited(run) as board:
        assert not board.app.visit.controller


async def test_a_board_that_was_heard_of_lately_controls(run: CannedRun) -> None:
    lease(run, beat=run.now - LEASE_S + 1)
    async with visited(run) as board:
        assert board.app.visit.controller.startswith("eve on pts/7 at elsewhere since ")


async def test_a_board_whose_process_is_gone_has_lost_control(
    run: CannedRun,
) -> None:
    lease(run, beat=run.now, host=os.uname().nodename, pid=2**22 + 1)
    async with visited(run) as board:
        assert not board.app.visit.controller


async def test_a_board_whose_terminal_takes_nothing_keeps_no_control(
    run: CannedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visited(run) as board:
        monkeypatch.setattr(Dress, "stalled", True)
        seen = board.app.seen
        go_on(run)
        run.record[-1] = replace(run.record[-1], at=run.now + LEASE_S + 1)
        await board.until(lambda: board.app.view.last_seq == len(run.record) or board.app.tick())
        assert board.app.seen == seen
        async with visited(run, "bob") as other:
            assert not other.app.visit.controller
            await board.until(lambda: board.app.visit.controller)


async def test_a_torn_lease_is_nobodys(run: CannedRun) -> None:
    (run.path / FILE).write_bytes(b'{"user":"ev')
    async with visited(run) as board:
        assert not board.app.visit.controller
