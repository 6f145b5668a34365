"""What the board says in words, in every state and at every size."""

from pathlib import Path

import pytest
from tests.tui.board import FakeEngine, opened
from tests.tui.canned import CannedRun, crashed, created, empty, searching, wrong
from textual.geometry import Region

from fie_engine import events as e
from fie_engine.live import Live, Phase
from fie_tui.looks.plan import PANELS, is_too_small, plan

SIZES = [
    (80, 24),
    (120, 40),
    (200, 60),
    (100, 30),
    (90, 50),
    (180, 44),
    (40, 10),
    (20, 5),
    (8, 3),
    (1, 1),
]


async def test_the_terms_and_the_caveat_are_always_on_screen(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(80, 24)) as board:
        for words in (
            "moe-mini · CPU · wall clock, 1 thread, median · operators (no LLM)",
            "! not a contest score",
            "score: geometric mean speedup vs reference",
        ):
            assert words in board.text


async def test_the_status_has_the_best_with_its_noise_and_the_seed_it_is_measured_by(
    tmp_path: Path,
) -> None:
    async with opened(searching(tmp_path), size=(80, 24)) as board:
        assert board.lines[0] == (
            "  ▶ RUNNING   best 3.794x ±0.034 ★c0030  4.1× seed  tried 41/60  ✗ 17%  3m09s ♥"
        )


async def test_an_empty_board_says_what_will_appear(tmp_path: Path) -> None:
    async with opened(CannedRun(tmp_path)) as board:
        for words in (
            "◌ STARTING",
            "best none yet",
            "islands appear with the",
            "the seed kernel comes first",
            "first candidate is being judged",
            "waiting for the first event",
        ):
            assert words in board.text


async def test_the_seed_being_judged_shows_its_stage(tmp_path: Path) -> None:
    async with opened(empty(tmp_path)) as board:
        assert "◐  c0000   0  judging correctness 2/6" in board.text


async def test_a_failed_candidate_shows_why_in_list_workloads_and_about(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(e.Evaluated(candidate="c0042", evaluation=wrong(), score=0.0, noise=0.0))
    async with opened(run, size=(200, 60)) as board:
        assert "INCORRECT_NUMERICAL at T=7: max abs error 0.31" in board.text
        assert "✗ INCORRECT_NUMERICAL 87.1% matched  max abs error 0.31" in board.text
        assert "· not reached: an earlier one failed" in board.text
        assert "shapes torch.Size([7, 256])" in board.text


async def test_a_compile_error_is_shown_line_by_line(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(e.Evaluated(candidate="c0042", evaluation=crashed(), score=0.0, noise=0.0))
    async with opened(run, size=(200, 60)) as board:
        assert "c0042 failed before any workload:" in board.text
        assert "✗ COMPILE_ERROR: NameError: name 'exprts' is not defined" in board.text
        assert "kernel.py, line 58, in kernel" in board.text


async def test_a_profile_is_labelled_with_its_source_and_a_missing_one_as_missing(
    tmp_path: Path,
) -> None:
    async with opened(searching(tmp_path), size=(200, 60)) as board:
        assert "c0041 failed, so it was not profiled" in board.text
        await board.press("down")
        assert "CPU operator breakdown" in board.text
        assert "aten::mm" in board.text
        assert "1 Half of the time is in 96 small" in board.text


async def test_a_promotion_shows_its_start_its_outcome_and_its_folder(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(e.PromotionStarted(candidate="c0030"))
    async with opened(run) as board:
        assert "▲ promoting c0030: official judging" in board.lines[-2]
        run.add(e.PromotionRefused(candidate="c0030", reasons=("T=901: TIMEOUT",)))
        await board.caught_up()
        assert "not promoted c0030: T=901: TIMEOUT" in board.text
        run.add(e.Promoted(candidate="c0030", path="promoted/c0030", score=3.7))
        await board.caught_up()
        assert "▲ promoted c0030 3.700x: promoted/c0030" in board.lines[-2]


async def test_a_silent_engine_is_noticed(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.heartbeat = Live(at=run.now - 10, pid=4711, host="lab", phases=())
    async with opened(run) as board:
        assert "! engine silent 10s" in board.lines[0]
        assert "RUNNING" in board.lines[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_hung_engine_looks_different_from_a_quiet_one(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    run = searching(tmp_path)
    run.heartbeat = Live(at=run.now - 200, pid=4711, host="lab", phases=())
    async with opened(run, size=size) as board:
        assert board.lines[0].startswith("  ! ENGINE HUNG ")
        assert "! silent since 11:06:" in board.lines[0]
        run.heartbeat = Live(at=run.now, pid=4711, host="lab", phases=())
        await board.until(lambda: board.app.live is run.heartbeat or board.app.tick())
        assert "♥" in board.lines[0] and "HUNG" not in board.lines[0]


async def test_a_heartbeat_of_the_last_engine_says_nothing_of_the_next(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.heartbeat = Live(at=run.now - 900, pid=1, host="lab", phases=())
    async with opened(run) as board:
        assert "RUNNING" in board.lines[0] and "silent" not in board.lines[0]


async def test_work_that_takes_too_long_is_noticed(tmp_path: Path) -> None:
    run = searching(tmp_path)
    late = Phase(what="judging c0042", stage="timing 3/6", since=run.now - 130, patience_s=120)
    run.heartbeat = Live(at=run.now, pid=4711, host="lab", phases=(late,))
    async with opened(run) as board:
        assert "! judging c0042 takes 2m10s, over 2m00s" in board.lines[0]


async def test_a_dead_engine_is_noticed(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.running = False
    async with opened(run) as board:
        assert "! NO ENGINE" in board.lines[0]


async def test_an_unreadable_run_directory_is_said_and_forgotten(tmp_path: Path) -> None:
    run = searching(tmp_path)
    async with opened(run) as board:
        run.failure = OSError("disk is gone")
        await board.until(lambda: board.app.trouble)
        board.app.tick()
        await board.pilot.pause()
        assert "disk is gone" in board.lines[-2]
        assert board.lines[0].startswith("  ! DISCONNECTED ")
        assert "! as of 11:09:" in board.lines[0]
        run.failure = None
        await board.until(lambda: not board.app.trouble)
        board.app.tick()
        await board.pilot.pause()
        assert "▶ RUNNING" in board.lines[0]


async def test_follow_mode_shows_the_newest_judged_until_one_is_chosen(tmp_path: Path) -> None:
    run = searching(tmp_path)
    async with opened(run) as board:
        assert "following" in board.text
        run.add(e.Evaluated(candidate="c0042", evaluation=crashed(), score=0.0, noise=0.0))
        await board.caught_up()
        shown = board.app.board.shown
        assert shown is not None
        assert shown.candidate.id == "c0042"
        await board.press("G")
        assert "Esc: follow" in board.text


@pytest.mark.parametrize("size", SIZES)
async def test_no_size_is_too_small_and_resizing_is_live(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    run = searching(tmp_path)
    async with opened(run, size=(120, 40), engine=FakeEngine()) as board:
        await board.pilot.resize_terminal(*size)
        await board.press("5", "z", "down", "z", "2", "q", "escape")
        assert len(board.lines) == size[1]
        assert max(map(len, board.lines)) <= size[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("zoomed", [False, True])
def test_nothing_overlaps_and_nothing_sticks_out(size: tuple[int, int], zoomed: bool) -> None:
    for focus in PANELS:
        regions = plan(*size, focus=focus, recent=("diff",), zoomed=zoomed)
        assert focus in regions or is_too_small(*size)
        assert all(region in Region(0, 0, *size) for region in regions.values())
        assert sum(region.area for region in regions.values()) == size[0] * size[1]
        names = list(regions)
        for i, name in enumerate(names):
            assert not any(regions[name].overlaps(regions[other]) for other in names[i + 1 :])


async def test_a_terminal_too_small_for_any_panel_says_so(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(24, 5)) as board:
        assert "24x5 is too small:" in board.text
        assert "30x6\nor more" in board.text


async def test_the_run_can_lack_a_caveat(tmp_path: Path) -> None:
    run = CannedRun(tmp_path)
    run.add(created(caveat=""))
    async with opened(run) as board:
        assert "!" not in board.lines[1]


async def test_a_click_focuses_a_panel_and_chooses_its_line(tmp_path: Path) -> None:
    async with opened(searching(tmp_path)) as board:
        await board.pilot.click("#candidates", offset=(10, 4))
        await board.pilot.pause()
        shown = board.app.board.shown
        assert shown is not None
        assert shown.candidate.id == "c0040"
        await board.pilot.click("#log", offset=(10, 0))
        await board.pilot.pause()
        assert board.app.board.sight.focus == "log"
