"""What the board and the command line tell of a GPU besides times; never on a CPU."""

import json
from pathlib import Path

import pytest
from tests.tui.board import opened
from tests.tui.canned import searching
from tests.tui.canned_gpu import TIMING, on_a_gpu

from fie_engine.record.rundir import RunDirectory, RunWriter
from fie_tui.cli import main
from fie_tui.commands.plain import Teller

SHOWN = """\
limit     46% of limit, geometric mean over the workloads
noise     one kernel varies by 0.40% between judgings
timing    CUDA events, launch overhead counted
device    SM 1560 MHz (1185–1980) · 698 W · 71 °C · memory 2619 MHz · throttled: power cap \
· 1 other GPU process
built     route_and_zero: 48 registers, no spills, 4 KB shared, 4 warps, 1 stages
built     gate_up_swiglu: 168 registers, no spills, 148 KB shared, 4 warps, 4 stages
built     down_combine: 255 registers, 64 bytes spilled, 101 KB shared, 8 warps, 3 stages
  workload   median    spread  speedup  at least     of limit  matched  status
  T=1        126 µs  0.756 µs  124.60x   28.4 µs   23% memory    99.7%  PASSED
"""


def stored(path: Path) -> RunDirectory:
    """Write the canned run to a folder."""
    run = on_a_gpu(path)
    times = iter(recorded.at for recorded in run.record)
    writer = RunWriter.create(path, lambda: next(times))
    for name, source in run.sources.items():
        writer.save_source(name, source)
    for recorded in run.record:
        writer.append(recorded.event)
    writer.close()
    return RunDirectory(path)


async def test_a_workload_tells_its_share_of_the_limit_and_which_it_is(tmp_path: Path) -> None:
    async with opened(on_a_gpu(tmp_path), size=(80, 24)) as board:
        await board.press("down")
        assert "of limit       speedup vs parent" in board.text
        assert "T=1     ━━━━━━━                           23% memory 124.60x ±0.75" in board.text
        assert "score 43.29x ±0.34   46% of limit   slowest 29.47x (T=11948)" in board.text


async def test_a_wide_panel_has_the_limit_in_milliseconds(tmp_path: Path) -> None:
    async with opened(on_a_gpu(tmp_path), size=(140, 40)) as board:
        await board.press("down", "3", "z")
        assert "44% compute  35.35x ±0.21 ▲ ×2.2    1.56 ms / 55 ms       682 µs" in board.text


async def test_trouble_is_told_at_every_size_and_the_rest_where_there_is_room(
    tmp_path: Path,
) -> None:
    trouble = "! throttled: power cap   ! 1 other GPU process"
    async with opened(on_a_gpu(tmp_path), size=(80, 24)) as board:
        await board.press("down")
        assert trouble in board.text
        await board.press("down")
        assert "MHz" not in board.text
        await board.press("3", "z")
        assert "SM 1980 MHz (1905–1980)   412 W   47 °C   memory 2619 MHz" in board.text


async def test_workloads_that_were_not_worth_timing_are_not_called_failures(
    tmp_path: Path,
) -> None:
    async with opened(on_a_gpu(tmp_path), size=(80, 24)) as board:
        assert "T=1     · left out: too slow on others" in board.text
        assert "3/8 timed" in board.text


async def test_about_tells_limit_noise_conditions_and_what_was_compiled(tmp_path: Path) -> None:
    async with opened(on_a_gpu(tmp_path), size=(80, 24)) as board:
        await board.press("down", "6", "z")
        for words in (
            "46% of limit, geometric mean over the workloads",
            "one kernel varies by 0.40% between judgings",
            "! throttled: power cap",
            "SM 1560 MHz (1185–1980) · 698 W · 71 °C · memory 2619 MHz",
            "│ gate_up_swiglu: 168 registers, no spills, 148 KB shared, 4 warps, 4 stages",
        ):
            assert words in board.text


async def test_a_long_clock_is_named_by_its_first_words_where_room_is_short(
    tmp_path: Path,
) -> None:
    async with opened(on_a_gpu(tmp_path), size=(80, 24)) as board:
        assert board.lines[1] == " moe · NVIDIA H100 80GB HBM3 · CUDA events · operators (no LLM)"
        await board.pilot.resize_terminal(100, 24)
        await board.pilot.pause()
        assert TIMING in board.lines[1]


async def test_a_cpu_has_no_limit_on_any_panel(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(200, 60)) as board:
        await board.press("down")
        assert "limit" not in board.text


def test_show_tells_limits_conditions_and_builds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path / "moe-1")
    assert main(["show", "moe-1", "c0001", "--runs-dir", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert shown[shown.index("limit ") :].startswith(SHOWN)


def test_show_json_tells_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(tmp_path / "moe-1")
    assert main(["show", "moe-1", "c0001", "--json", "--runs-dir", str(tmp_path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["limit_fraction"] == pytest.approx(0.457, abs=1e-3)
    assert shown["conditions"]["throttled"] == ["power cap"]
    assert shown["build"][2]["spills"] == 64
    last = shown["workloads"][-1]
    assert (last["floor_ms"], last["bound"]) == (0.682, "compute")
    with pytest.raises(SystemExit):
        main(["show", "--help"])
    words = capsys.readouterr().out.replace(",", " ").replace("{", " ").replace(":", " ")
    fields = {*shown["conditions"], *shown["build"][0]}
    assert fields - {word.strip("[]};") for word in words.split()} == set()


def test_the_closing_table_tells_the_limit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path / "moe-1")
    main(["show", "moe-1", "--runs-dir", str(tmp_path)])
    line = "  T=11948   3.53 ms   1.6 ms    2.20x        29.47x  41% compute\n"
    assert line in capsys.readouterr().out


def test_a_line_tells_the_limit_and_whether_the_score_is_an_estimate(tmp_path: Path) -> None:
    teller = Teller()
    told = [line for recorded in on_a_gpu(tmp_path).record for line in teller.tell(recorded)]
    assert told[-3:] == [
        "     9s    1/60 ✓ c0001 i0 43.29x ±0.34 ×2.2 vs c0000 · 46% of limit · swap the operands",
        "    10s    1/60 ★ new best c0001 43.29x ±0.34 (×2.2)",
        "    13s    2/60 ✓ c0002 i0 11.19x ±0.09 (estimated from 3 workloads) -74.2% vs c0001 "
        "· 13% of limit · two launches an expert",
    ]
