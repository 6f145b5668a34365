"""What each island does now, in words."""

from pathlib import Path

from tests.tui.board import FakeEngine, opened
from tests.tui.canned import beat, candidate, passed, searching

from fie_engine import events as e
from fie_engine.live import Phase
from fie_engine.view.run import RunView
from fie_tui.told.doing import doings


def test_an_island_does_what_is_nearest_to_a_verdict(tmp_path: Path) -> None:
    run = searching(tmp_path)
    asked = e.ProposalStarted(proposal=50, island=0, parent="c0000", proposer="qwen")
    run.add(asked, e.ProposalStarted(proposal=51, island=0, parent="c0001", proposer="qwen"))
    run.add(e.ProposalStarted(proposal=52, island=1, parent="c0001", proposer="qwen"))
    beat(
        run,
        Phase(what="judging c0042", stage="timing 3/6", since=run.now - 2),
        Phase(what="proposing #43", stage="", since=run.now),
        Phase(what="proposing #50", stage="", since=run.now - 14),
        Phase(what="proposing #51", stage="", since=run.now - 14),
    )
    view = RunView()
    view.fold(run.record)
    assert doings(view, run.heartbeat, run.now) == {
        1: "timing 3/6 +1",
        2: "operators",
        0: "model 14s ×2",
    }
    assert doings(view, None, run.now)[1] == "being judged +1"


async def test_islands_say_that_they_rest_or_wait(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(e.Muted(island=0), e.Proposed(proposal=60, candidate=candidate(60, "c0000", 3)))
    async with opened(run, engine=FakeEngine()) as board:
        rows = board.lines[4:8]
        assert "muted" in rows[0]
        assert "timing 3/6" in rows[1]
        assert "queued" in rows[3]
        done = e.Evaluated(candidate="c0060", evaluation=passed(1.0), score=1.0, noise=0.01)
        run.add(done)
        await board.caught_up()
        assert "idle" in board.lines[7]


async def test_the_wait_for_a_model_goes_on_with_the_clock(tmp_path: Path) -> None:
    run = searching(tmp_path)
    asked = e.ProposalStarted(proposal=70, island=3, parent="c0000", proposer="qwen")
    run.add(asked)
    beat(run, Phase(what="proposing #70", stage="", since=run.now - 5))
    async with opened(run, engine=FakeEngine()) as board:
        assert "model 5s" in board.lines[7]
        board.app.clock = lambda: run.now + 3.5
        board.app.tick()
        await board.pilot.pause()
        assert "model 8s" in board.lines[7]
