"""The GPU panel while a search runs: what the devices say now, or how long ago they said it."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.board import Board, FakeEngine, opened
from tests.tui.canned import CannedRun, beat, searching
from tests.tui.canned_cockpit import cockpit
from tests.tui.canned_gpu import read, reading
from tests.tui.test_panels import rows, title

from fie_engine import events as e
from fie_engine.model import RunState
from fie_evaluator.timing.reading import Reading
from fie_tui.told.gauged import KEPT, remembered

AGE_S = 0.5
"How old a reading is that was taken at the newest event's time: the tests' clock is that late."


async def seen(board: Board, *readings: Reading) -> None:
    """Let a heartbeat with readings reach the board."""
    read(board.run, *readings)
    await board.until(
        lambda: (
            board.app.live is board.run.heartbeat
            and [one[-1] for one in board.app.gauged.values()] == list(readings)
            or board.app.tick()
        )
    )


def told(board: Board) -> list[str]:
    """Return the panel's lines down to what was recorded."""
    lines = [line for line in rows(board, "gpu") if line]
    ends = [place for place, line in enumerate(lines) if line.startswith(" while ")]
    return lines[: ends[0] if ends else len(lines)]


async def test_every_figure_is_shown_against_its_most_with_how_it_went(tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    async with opened(run, size=(100, 40), engine=FakeEngine()) as board:
        await seen(board, reading(run.now - 1, utilisation_pct=0, power_w=700.0))
        await seen(board, reading(run.now, throttled=("power cap",), other_processes=1))
        await board.press("H", "z")
        assert told(board) == [
            " busy         97 %             ▁█",
            " memory       41.2 of 80 GiB   ▅▅",
            " SM clock     1755 of 1980 MHz ▇▇",
            " throttled    ! power cap",
            " power        412 of 700 W     █▅",
            " temperature  61 °C            ▅▅",
            " memory clock 2619 of 2619 MHz ██",
            " others       ! 1 process",
        ]
        assert "NVIDIA H100 80GB HBM3 · now" in title(board, "gpu")
        assert " while c0029 was timed" in rows(board, "gpu")


async def test_what_a_driver_does_not_give_is_a_dash(tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    bare = Reading(at=run.now, host="lab", index=0, uuid="GPU-0", name="NVIDIA H100", power_w=90.0)
    async with opened(run, size=(100, 40), engine=FakeEngine()) as board:
        await seen(board, bare)
        await board.press("H", "z")
        assert told(board) == [
            " busy         –",
            " memory       –",
            " SM clock     –",
            " throttled    –",
            " power        90 W",
            " temperature  –",
            " memory clock –",
            " others       –",
        ]


async def test_a_driver_that_gives_nothing_says_why_in_one_sentence(tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    lost = Reading(at=run.now, host="lab", index=0, uuid="GPU-0", name="", trouble="GPU is lost")
    async with opened(run, size=(100, 40), engine=FakeEngine()) as board:
        await seen(board, lost)
        await board.press("H", "z")
        assert told(board) == [" ! GPU is lost"]


async def test_several_gpus_are_a_table_whose_columns_fit(tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    both = (
        reading(run.now),
        reading(run.now, index=1, throttled=("power cap",), other_processes=2),
        replace(reading(run.now, index=2), trouble="GPU is lost"),
    )
    async with opened(run, size=(120, 40), engine=FakeEngine()) as board:
        await seen(board, *both)
        await board.press("H")
        assert told(board) == [
            " GPU   busy      SM MHz        W   °C",
            " 0     97 %   1755/1980  412/700   61",
            " 1!    97 %  1755/1980!  412/700   61",
            " 2    ! GPU is lost",
        ]
        await board.press("z")
        assert told(board) == [
            " GPU   busy        GiB      SM MHz       throttled        W   °C    mem MHz  others",
            " 0     97 %    41.2/80   1755/1980              no  412/700   61  2619/2619       0",
            " 1!    97 %    41.2/80  1755/1980!     ! power cap  412/700   61  2619/2619       2",
            " 2    ! GPU is lost",
        ]
        assert "3 × NVIDIA H100 80GB HBM3 · now" in title(board, "gpu")


async def test_gpus_of_several_nodes_are_told_apart_and_the_silent_one_is_dated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fie_tui.looks.figures.clock_time", lambda at: "11:22:33")
    run = cockpit(tmp_path)
    two = reading(run.now - 9, host="node2"), reading(run.now, host="node1", uuid="GPU-1")
    async with opened(run, size=(120, 40), engine=FakeEngine()) as board:
        await seen(board, *two)
        await board.press("H")
        assert told(board) == [
            " GPU       busy      SM MHz        W",
            " node2:0   97 %   1755/1980  412/700  11:22:33",
            " node1:0   97 %   1755/1980  412/700",
        ]


@pytest.mark.parametrize(
    ("age_s", "event", "words"),
    [
        (4.4, None, ""),
        (5.0, None, " read at 11:22:33, moments ago"),
        (200.0, e.Paused(reason=""), " read at 11:22:33, 3m ago: paused"),
        (7300.0, None, " read at 11:22:33, 2h01m ago"),
    ],
)
async def test_an_old_reading_says_when_it_was_taken(
    age_s: float,
    event: e.Event | None,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fie_tui.looks.figures.clock_time", lambda at: "11:22:33")
    run = cockpit(tmp_path)
    run.add(*([event] if event else []))
    async with opened(run, size=(120, 40), engine=FakeEngine()) as board:
        await seen(board, reading(run.now - age_s))
        await board.press("H")
        assert told(board)[0] == (words or " busy         97 %")
        assert (" as of 11:22:33 " if words else " now ") in title(board, "gpu")


async def test_an_ended_search_tells_first_what_it_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fie_tui.looks.figures.clock_time", lambda at: "11:22:33")
    run = cockpit(tmp_path)
    run.add(e.EngineStopped(state=RunState.STOPPED, reason="asked to stop"))
    run.running = False
    async with opened(run, size=(100, 40)) as board:
        await seen(board, reading(run.now - 100))
        await board.press("H", "z")
        lines = [line for line in rows(board, "gpu") if line]
        assert lines[0].startswith(" SM clock     1980 MHz (1905–1980)")
        assert lines[7:9] == [
            " read at 11:22:33, 1m ago: no search runs",
            " busy         97 %",
        ]


async def test_a_cpu_that_rests_tells_no_load(tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(e.Paused(reason=""))
    beat(run)
    assert run.heartbeat
    run.heartbeat = replace(run.heartbeat, load=9.5, cores=4)
    async with opened(run, size=(100, 40), engine=FakeEngine()) as board:
        await board.press("H", "z")
        assert [line for line in rows(board, "gpu") if line] == [
            " no GPU: judged on CPU",
            " judged in 0s · wall clock, 1 thread, median",
        ]


async def test_the_past_shows_no_reading_of_now(tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    async with opened(run, size=(100, 40), engine=FakeEngine()) as board:
        await seen(board, reading(run.now))
        await board.press("H", "z", "comma")
        await board.until(lambda: board.app.replay.view is not None)
        assert "now" not in title(board, "gpu")
        assert "97 %" not in "".join(rows(board, "gpu"))


async def test_a_new_reading_alone_moves_the_panel(tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    async with opened(run, size=(120, 40), engine=FakeEngine()) as board:
        await board.press("H")
        await seen(board, reading(run.now - 1))
        await seen(board, reading(run.now, utilisation_pct=55))
        board.app.tick()
        await board.pilot.pause()
        assert rows(board, "gpu")[0].startswith(" busy         55 %")


def test_readings_are_remembered_once_each_and_for_a_minute(tmp_path: Path) -> None:
    run: CannedRun = searching(tmp_path)
    gauged = remembered({}, None)
    for second in range(KEPT + 5):
        one = reading(float(second), index=0), reading(float(second // 2), index=1)
        beat(run)
        assert run.heartbeat
        heartbeat = replace(run.heartbeat, readings=one)
        gauged = remembered(gauged, heartbeat)
        assert remembered(gauged, heartbeat) is gauged
    ages = {uuid: [each.at for each in kept] for uuid, kept in gauged.items()}
    assert ages == {
        "GPU-0": [float(second) for second in range(5, KEPT + 5)],
        "GPU-1": [float(second) for second in range((KEPT + 5) // 2 + 1)],
    }
