"""Kernels side by side, driven by keys."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.tui.board import Board, opened
from tests.tui.canned import CannedRun, searching
from tests.tui.hostile import CORPUS, FORBIDDEN

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.live import Utterance
from fie_tui.screens.ask import Ask
from fie_tui.widgets.diff import KernelDiff

TO_C0038 = ("down",) * 3
"From the newest judged, c0041."


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    """Return a run whose kernels differ in hunks far apart."""
    made = searching(tmp_path)
    lines = [f"x{i} = {i}" for i in range(60)]
    for name in made.sources:
        number = int(name[1:])
        changed = [*lines]
        changed[5] = f"x5 = {number}"
        changed[50] = f"x50 = call(first, {number})"
        made.sources[name] = "\n".join(changed) + "\n"
    return made


async def reading(board: Board, *keys: str) -> None:
    """Press keys that change what is compared, and wait until it is read."""
    await board.press(*keys)
    await board.read_kernel()


def diff(board: Board) -> KernelDiff:
    """Return the panel."""
    return board.app.board.query_one(KernelDiff)


def base_of(board: Board) -> tuple[str, str]:
    """Return what is compared."""
    kernel = board.app.board.desk.kernel
    assert kernel is not None
    return kernel.parent, kernel.candidate


async def test_braces_go_from_hunk_to_hunk_and_say_what_the_step_did(run: CannedRun) -> None:
    async with opened(run) as board:
        await reading(board, *TO_C0038, "d")
        await board.press("right_curly_bracket")
        assert diff(board).hunk == 1
        await board.press("J", "J")
        assert (diff(board).hunk, diff(board).hunks) == (2, 2)
        assert "hunk 2/2: the step's 2 hunks together" in board.text
        await board.press("left_curly_bracket")
        assert diff(board).hunk == 1


async def test_v_puts_old_and_new_side_by_side_and_stays_for_the_next_candidate(
    run: CannedRun,
) -> None:
    async with opened(run, size=(160, 48)) as board:
        await reading(board, *TO_C0038, "v")
        assert "x5 = 38" in beside(board)
        await reading(board, "2", "down")
        assert "x5 = 37" in beside(board)
        await board.press("v")
        assert "│ 6 +" not in board.text


def beside(board: Board) -> str:
    """Return the line of the screen that holds an old and a new line."""
    return next(line for line in board.lines if "- x5 = " in line and "+ x5 = " in line)


async def test_capital_b_shows_the_whole_kernel_with_its_authors(run: CannedRun) -> None:
    async with opened(run, size=(160, 48)) as board:
        await reading(board, *TO_C0038, "B", "z")
        rows = [line for line in board.lines if "x4 = 4" in line or "x5 = 38" in line]
        assert "c0000 i0 g1" in board.text
        assert "c0038 i2 g13   ×5.4" in rows[1]
        assert diff(board).length() > 60


async def test_space_marks_and_c_compares_the_marked(run: CannedRun) -> None:
    async with opened(run) as board:
        await reading(board, *TO_C0038, "space", "down", "space")
        assert "●c0038" in board.text
        await reading(board, "down", "c")
        assert base_of(board) == ("c0037", "c0038")
        await reading(board, "c")
        assert base_of(board)[1] == "c0036"
        await board.press("2", "up", "space")
        assert board.app.board.sight.marks == ("c0038",)


async def test_one_mark_is_compared_with_the_chosen(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*TO_C0038, "space", "c")
        assert "mark two candidates" in board.lines[-2]
        await reading(board, "down", "c")
        assert base_of(board) == ("c0037", "c0038")


async def test_b_shows_all_that_changed_since_the_seed(run: CannedRun) -> None:
    async with opened(run) as board:
        await reading(board, *TO_C0038, "b")
        assert base_of(board) == ("c0000", "c0038")
        await reading(board, "d")
        assert base_of(board) != ("c0000", "c0038")


async def test_a_chosen_workload_lights_the_hunks_and_says_why(run: CannedRun) -> None:
    async with opened(run, size=(160, 48)) as board:
        await reading(board, *TO_C0038, "3", "down", "down")
        assert board.app.board.sight.workload == "T=7"
        assert "T=7 ×5.4" in board.text
        assert "2 hunks, not to be told apart" in board.text
        await board.press("escape")
        assert board.app.board.sight.workload == ""


async def test_minus_asks_and_has_the_kernel_judged_without_the_hunk(run: CannedRun) -> None:
    async with opened(run) as board:
        await reading(board, *TO_C0038, "d", "J", "minus")
        assert isinstance(board.app.screen, Ask)
        assert "joins the run as a child of c0038" in board.text
        parent = run.sources[base_of(board)[0]]
        await board.press("y")
        await board.until(lambda: run.sent)
    (command,) = run.sent
    source = run.sources["c0038"].replace("x5 = 38\n", f"{parent.splitlines()[5]}\n")
    assert command == c.Inject(
        source=source, parent="c0038", note="without hunk 1 of c0038", author=""
    )


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("minus",), "go to a hunk of a candidate first"),
        (("home", "down", "d", "READ", "J", "minus"), "c0041 failed"),
    ],
)
async def test_what_cannot_be_dropped_is_refused(
    run: CannedRun, keys: tuple[str, ...], words: str
) -> None:
    async with opened(run) as board:
        for key in keys:
            await (board.read_kernel() if key == "READ" else board.press(key))
        assert words in board.lines[-2]
        assert run.sent == []


async def test_a_read_only_board_drops_no_hunk(run: CannedRun) -> None:
    async with opened(run, read_only=True) as board:
        await reading(board, *TO_C0038, "d", "J", "minus")
        assert "read-only" in board.lines[-2]


def streams(run: CannedRun, text: str) -> None:
    """Let the reply to the last ask be as far as this."""
    assert run.heartbeat is not None
    reply = Utterance(proposal=43, text=text, characters=len(text))
    run.heartbeat = replace(run.heartbeat, replies=(reply,))


async def test_a_reply_is_shown_against_its_parent_while_it_streams_in(run: CannedRun) -> None:
    streams(run, "Idea: zero it.\n")
    async with opened(run) as board:
        await board.until(lambda: "proposal p43" in board.text)
        assert "Idea: zero it." in board.text
        streams(run, "<<<<<<< SEARCH\nx7 = 7\n=======\nx7 = 0\n")
        await board.until(lambda: board.app.tick() or "+ x7 = 0" in board.text)
        assert "0 blocks, writing block 1, 37 characters" in board.text
        run.add(e.ProposalFailed(proposal=43, island=2, parent="c0030", reason="no"))
        await board.until(lambda: board.app.tick() or "proposal p43" not in board.text)


async def test_a_long_reply_is_followed_to_where_it_is_written(run: CannedRun) -> None:
    fresh = "\n".join(f"y{i} = {i}" for i in range(40))
    streams(run, f"<<<<<<< SEARCH\nx7 = 7\n=======\n{fresh}\n")
    async with opened(run) as board:
        await board.until(lambda: "+ y39 = 39" in board.text)
        assert "+ y0 = 0" not in board.text
        await board.press("5", "home")
        assert "+ y0 = 0" in board.text


async def test_a_candidate_that_is_held_on_to_yields_to_no_reply(run: CannedRun) -> None:
    streams(run, "Idea: zero it.\n")
    async with opened(run) as board:
        await reading(board, *TO_C0038)
        assert base_of(board)[1] == "c0038"
        await reading(board, "l")
        await board.until(lambda: "proposal p43" in board.text)


async def test_without_a_reply_l_says_what_will_be_here(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("l")
        assert "no model is answering now" in board.lines[-2]


async def test_hostile_text_is_shown_and_never_obeyed_in_every_kind_of_diff(run: CannedRun) -> None:
    before, after = "\n".join(CORPUS), "\n".join(f"{text} 2" for text in CORPUS)
    block = f"<<<<<<< SEARCH\n{CORPUS[0]}\n=======\n{after}\n"
    for name in run.sources:
        run.sources[name] = after if name == "c0038" else before
    streams(run, "\n".join((*CORPUS, block)))
    async with opened(run, size=(200, 60)) as board:
        await board.until(lambda: "proposal p43" in board.text)
        for keys in (("5", "z"), ("escape", "2", *TO_C0038, "d"), ("v",), ("B",), ("J",)):
            await reading(board, *keys)
            for line in board.lines:
                assert not FORBIDDEN.search(line)
                assert cell_len(line) <= 200
