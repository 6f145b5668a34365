"""Lineage, failures, cost, the device and the checklist, in panels of their own."""

from dataclasses import replace
from pathlib import Path

from tests.tui.board import Board, FakeEngine, opened
from tests.tui.canned import CannedRun, beat, empty, passed, searching
from tests.tui.canned_cockpit import cockpit
from tests.tui.canned_gpu import on_a_gpu

from fie_engine import commands as c
from fie_engine import events as e
from fie_tui.keys.own_keys import table_of
from fie_tui.looks.plan import PANELS, plan


def rows(board: Board, panel: str) -> list[str]:
    """Return a panel's lines on screen, without its frame."""
    region = board.app.board.places(board.app.size)[panel]
    lines = board.app.screen._compositor.render_strips()[region.y + 1 : region.bottom - 1]
    return [line.crop(region.x + 1, region.right - 1).text.rstrip() for line in lines]


def title(board: Board, panel: str) -> str:
    """Return a panel's upper edge."""
    region = board.app.board.places(board.app.size)[panel]
    line = board.app.screen._compositor.render_strips()[region.y]
    return line.crop(region.x, region.right).text


def test_a_large_terminal_shows_failures_lineage_cost_and_the_device_at_once() -> None:
    shown = plan(200, 60, focus="candidates").keys()
    assert set(PANELS) - shown == {"checklist"}
    assert {"lineage", "failures", "cost", "gpu"}.isdisjoint(plan(120, 40, focus="candidates"))


async def test_lineage_goes_from_the_seed_to_the_chosen_one_and_on_to_its_children(
    tmp_path: Path,
) -> None:
    async with opened(searching(tmp_path)) as board:
        board.app.board.pick("c0025")
        await board.press("9", "z")
        assert [line for line in rows(board, "lineage") if line] == [
            " ┌   c0000  0.920x ±0.010           naive: the naive seed",
            " │ ☆ c0002  0.967x ±0.009 ▲ +5.1%   "
            "recipes: hoist the scale expansion out of the loop",
            " │ ☆ c0003  1.055x ±0.009 ▲ +9.1%   recipes: BLOCK 128 → 64 in the gate projection",
            " │ ☆ c0021  2.739x ±0.025 ▲ ×2.6    "
            "▼ fork → 3 recipes: accumulate in place with index_add_",
            " │ ☆ c0023  2.856x ±0.026 ▲ +4.3%   recipes: keep activations in bfloat16",
            " ▸ ☆ c0025  3.205x ±0.029 ▲ +12.2%  "
            "recipes: gather the tokens of an expert before the projection",
            " ├   c0026  2.324x ±0.021 ▼ -27.5%  "
            "recipes: hoist the scale expansion out of the loop",
            " ├   c0028  2.401x ±0.022 ▼ -25.1%  recipes: fuse gate and up into one matmul",
            " ├   c0029  2.797x ±0.025 ▼ -12.7%  recipes: accumulate in place with index_add_",
            " └ ★ c0030  3.794x ±0.034 ▲ +18.4%  recipes: skip experts without a token",
        ]
        assert "5 steps, 4 children · c0025" in title(board, "lineage")


async def test_enter_in_the_lineage_chooses(tmp_path: Path) -> None:
    async with opened(searching(tmp_path)) as board:
        board.app.board.pick("c0021")
        await board.press("9", "k", "k")
        assert board.app.board.sight.picked == "c0021"
        await board.press("enter")
        assert board.app.board.sight.picked == "c0002"
        assert "▸" in rows(board, "lineage")[1]


async def test_failures_count_kinds_and_say_where_and_when(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(120, 40)) as board:
        await board.press("F", "z")
        assert rows(board, "failures")[:3] == [
            "    # count lately last    where         for example",
            "    2    4× ▁▁▁█▁▃ 32s     T=7           INCORRECT_NUMERICAL: max abs error 0.31",
            "    1    3× ▁▁▁███ 4s      "
            "              COMPILE_ERROR: NameError: name 'exprts' is not defined",
        ]
        assert "7 of 42 judged" in title(board, "failures")


async def test_enter_on_a_kind_lists_its_candidates_and_x_demands_an_end(tmp_path: Path) -> None:
    run = searching(tmp_path)
    async with opened(run, engine=FakeEngine()) as board:
        await board.press("F", "j", "x")
        await board.until(lambda: run.sent)
        assert run.sent == [
            c.AddConstraint(cluster="COMPILE_ERROR: NameError: name ‹name› is not defined")
        ]
        await board.press("enter")
        assert board.app.board.sight.focus == "candidates"
        assert board.app.board.sight.wish.words == ("failure:1",)
        assert len(board.app.board.scene().rows) == 3
        kind = "COMPILE_ERROR: NameError: name ‹name› is not defined"
        run.add(e.ConstraintAdded(constraint=1, text="name things", cluster=kind))
        await board.caught_up()
        await board.press("F")
        assert "¶   1    3×" in board.text


async def test_cost_tells_who_spent_what_and_what_is_left(tmp_path: Path) -> None:
    async with opened(cockpit(tmp_path), size=(100, 40)) as board:
        await board.press("dollar_sign", "z")
        shown = rows(board, "cost")
    assert shown[:2] == [
        " budget usd         ━━         $0.90 of $5, $4.10 left",
        " budget tokens      ━━━━━╸     335k of 600k, 265k left",
    ]
    assert shown[2].split() == [
        *("proposed", "by", "replies", "passed", "better", "tokens", "dollars", "judged"),
        *("per", "+1%", "last", "20"),
    ]
    assert shown[3].split()[:7] == ["gpt-4.1", "15", "13", "5", "173k", "$0.47", "1m01s"]
    assert shown[6].strip() == "on"
    assert shown[7].split()[:2] == ["island", "0"]


async def test_operators_cost_judging_time_alone(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(100, 40)) as board:
        await board.press("dollar_sign", "z")
        assert rows(board, "cost")[0].split() == [
            *("proposed", "by", "judged", "per", "+1%", "last", "20")
        ]


async def test_the_device_is_read_beside_each_judging(tmp_path: Path) -> None:
    async with opened(cockpit(tmp_path), size=(100, 40)) as board:
        board.app.board.pick("c0027")
        await board.press("H", "z")
        assert [line for line in rows(board, "gpu") if line] == [
            " ! throttled: power cap  ! 1 other GPU process",
            " SM clock     1560 MHz (1185–1980) ████████▁████████▁██",
            " power        391 W                ▅▆▆▇█▁▂▂▃▄▅▅▆▆▇█▁▂▂▃",
            " temperature  44 °C                ▇█▁▃▄▅▅▆▇▁▂▃▄▅▅▇█▁▂▃",
            " busy         90 %                 ▇█▁▃▄▅▅▆▇▁▂▃▄▅▅▇█▁▂▃",
            " memory       4.1 of 80 GiB        ▁▁▂▂▃▃▃▄▄▅▅▅▅▆▆▇▇▇██",
            " memory clock 2619 MHz             ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁",
            " throttled in 2 of the last 20 judgings",
            " nothing is read live, only beside each judging",
        ]


async def test_without_a_gpu_the_panel_says_so_and_tells_the_load(tmp_path: Path) -> None:
    run = searching(tmp_path)
    known = (("cpu", "EPYC 7313"), ("cpu threads", "1"))
    judged = replace(passed(2.0), environment=known)
    run.add(e.Evaluated(candidate="c0042", evaluation=judged, score=2.0, noise=0.01))
    beat(run)
    assert run.heartbeat is not None
    run.heartbeat = replace(run.heartbeat, load=9.5, cores=4)
    async with opened(run, size=(100, 40), engine=FakeEngine()) as board:
        await board.press("H", "z")
        assert [line for line in rows(board, "gpu") if line] == [
            " no GPU: judged on CPU",
            " EPYC 7313, 1 thread a judging",
            " load 9.5 on 4 cores of lab: timings suffer",
            " judged in 1s · wall clock, 1 thread, median",
        ]


async def test_a_silent_driver_is_not_taken_for_a_cpu(tmp_path: Path) -> None:
    run = on_a_gpu(tmp_path)
    run.record = [
        replace(one, event=replace(one.event, evaluation=replace(told, conditions=None)))
        if isinstance(one.event, e.Evaluated) and (told := one.event.evaluation)
        else one
        for one in run.record
    ]
    async with opened(run) as board:
        await board.press("H")
        assert "NVIDIA H100 80GB HBM3: its driver told nothing" in board.text


async def test_empty_panels_say_what_will_be_there(tmp_path: Path) -> None:
    async with opened(empty(tmp_path), size=(200, 60)) as board:
        assert "nothing has failed so far" in board.text
        assert "what the device was doing appears" in board.text
        assert "what models, judging and each percent cost" in board.text
        assert "┌" not in rows(board, "lineage")[0]
    async with opened(CannedRun(tmp_path), size=(200, 60)) as board:
        assert "from the seed to the chosen candidate," in board.text


async def test_panels_that_share_a_place_are_tabs_and_the_last_used_is_in_front(
    tmp_path: Path,
) -> None:
    async with opened(searching(tmp_path)) as board:
        assert title(board, "about").startswith("╭─ 6 About 9 F $ H L ─")
        await board.press("F", "2")
        assert title(board, "failures").startswith("╭─ 6 About 9 F Failures $ H L ─")
        await board.pilot.click("#failures", offset=(3, 0))
        assert board.app.board.sight.focus == "about"
        await board.pilot.resize_terminal(80, 24)
        await board.press("9")
        assert "9 Lineage" in title(board, "lineage")


async def test_borders_move_with_keys_and_go_back(tmp_path: Path) -> None:
    async with opened(searching(tmp_path)) as board:

        def width() -> int:
            return board.app.board.places(board.app.size)["candidates"].width

        usual = width()
        await board.press("2", "ctrl+right", "ctrl+right")
        wider = width()
        await board.press("ctrl+left")
        assert usual < width() < wider
        await board.press("plus", "percent_sign")
        assert (width(), board.app.board.sight.splits.moved) == (usual, ())
        await board.press("z", "ctrl+right")
        assert "candidates has no border to move there" in board.text


async def test_titles_and_help_show_the_keys_that_panels_were_given(tmp_path: Path) -> None:
    keys = table_of('panel_failures = "F7"\nconstrain = "*"\n', "keys.toml")
    async with opened(searching(tmp_path), keys=keys) as board:
        await board.press("f7")
        assert title(board, "failures").startswith("╭─ 6 About 9[F7 Failures]$ H L ─")
        assert "Enter lists it · * demands an end of it" in board.text
        await board.press("question_mark", "G", *(["pagedown"] * 12))
        assert "F7 Failures" in board.text
