"""The profile panel: the whole candidate, its GPU kernels, what changed, what to do."""

from dataclasses import replace
from pathlib import Path

from tests.tui.board import opened
from tests.tui.canned import CannedRun, candidate, passed, searching

from fie_engine import events as e
from fie_evaluator.results import Advice, Figure, KernelProfile, Profile
from fie_tui.looks.ink import Line
from fie_tui.widgets.profile_lines import figure_lines, kernel_lines, relative_change
from fie_tui.widgets.profile_summary import summary_lines

GEMM = KernelProfile(
    name="_moe_gemm1_swiglu_kernel",
    launches=1,
    share=0.44,
    figures=(
        Figure(name="bound by DRAM", value=82.7, unit="% of peak"),
        Figure(name="duration", value=159.9, unit="µs"),
        Figure(name="DRAM throughput", value=82.7, unit="%"),
        Figure(name="SM throughput", value=14.7, unit="%"),
        Figure(name="achieved occupancy", value=11.4, unit="%"),
        Figure(name="theoretical occupancy", value=18.8, unit="%"),
        Figure(name="occupancy limited by registers and shared memory", value=3.0, unit=""),
    ),
)
FILL = KernelProfile(
    name="fill",
    launches=24,
    share=0.05,
    figures=(
        Figure(name="duration", value=2.2, unit="µs"),
        Figure(name="DRAM throughput", value=None, unit="%"),
    ),
)
GPU = Profile(
    source="Nsight Compute 2025.3.1",
    workload="T=55",
    figures=(
        Figure(name="GPU time", value=361.5, unit="µs"),
        Figure(name="DRAM throughput", value=72.0, unit="%"),
        Figure(name="tensor pipe", value=None, unit="%"),
    ),
    kernels=(GEMM, FILL),
    advice=(Advice(text="MEMORY-BOUND at 83 % of DRAM peak.", gain=0.08),),
    note="Nsight Compute was stopped after 60 s.",
)
EARLIER = replace(
    GPU,
    figures=(
        Figure(name="GPU time", value=723.0, unit="µs"),
        Figure(name="DRAM throughput", value=36.0, unit="%"),
        Figure(name="tensor pipe", value=5.0, unit="%"),
    ),
    kernels=(
        replace(GEMM, figures=(Figure(name="duration", value=319.8, unit="µs"),)),
        replace(FILL, figures=(Figure(name="duration", value=1.1, unit="µs"),)),
    ),
)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_a_kernel_is_a_row_of_what_limits_it() -> None:
    assert texts(kernel_lines(GPU, None, 110)) == [
        " GPU kernel                share     time    bound  DRAM   SM  occup.  occupancy limit",
        " _moe_gemm1_swiglu_kernel    44%   160 µs     DRAM   83%  15%  11/19%  registers and "
        "shared memory",
        " fill                         5%   2.2 µs      n/a   n/a  n/a     n/a  n/a",
    ]


def test_a_narrow_panel_leaves_out_what_matters_least() -> None:
    assert texts(kernel_lines(GPU, None, 46)) == [
        " GPU kernel  share    bound  DRAM   SM  occup.",
        " _moe_gemm…    44%     DRAM   83%  15%  11/19%",
        " fill           5%      n/a   n/a  n/a     n/a",
    ]
    assert texts(kernel_lines(GPU, None, 30)) == [
        " GPU kernel   share  DRAM   SM",
        " _moe_gemm1…    44%   83%  15%",
        " fill            5%   n/a  n/a",
    ]


def test_a_kernels_time_is_compared_with_the_parents() -> None:
    lines = kernel_lines(GPU, EARLIER, 82)
    assert texts(lines)[1:] == [
        " _moe_gemm1_swiglu_kernel    44%   160 µs     DRAM   83%  15%  11/19% ▼ -50.0%",
        " fill                         5%   2.2 µs      n/a   n/a  n/a     n/a ▲ ×2.0",
    ]
    assert [line[2][1] for line in lines[1:]] == ["good", "bad"]


def test_a_figures_change_is_told_and_only_of_times_is_it_good_or_bad() -> None:
    lines = figure_lines(GPU, EARLIER, 60)
    assert texts(lines) == [
        " GPU time           362 µs ▼ -50.0%",
        " DRAM throughput      72 % ▲ ×2.0",
        " tensor pipe           n/a",
    ]
    assert [line[2][1] for line in lines] == ["good", "dim", "text"]


STALLED = Figure(name="stall: long scoreboard", value=9.0, unit="cycles", share=0.41)


def test_the_kernel_that_costs_most_says_what_holds_it_back() -> None:
    hot = replace(GEMM, figures=(*GEMM.figures, STALLED))
    before = replace(
        GEMM,
        figures=(
            Figure(name="bound by SM", value=60.0, unit="% of peak"),
            Figure(name="achieved occupancy", value=6.0, unit="%"),
            replace(STALLED, share=0.2),
        ),
    )
    lines = summary_lines(replace(GPU, kernels=(hot, FILL)), replace(GPU, kernels=(before,)), 60)
    assert texts(lines) == [
        " _moe_gemm1_swiglu_kernel                         44%",
        " limiter  DRAM 83%, before SM 60%",
        " stalls   long scoreboard 41% ▲ from 20%",
        " occupied 11 of 19% ▲ from 6%, by registers and shared",
        "          memory",
    ]
    assert summary_lines(replace(GPU, kernels=()), None, 60) == []


def test_nothing_is_said_of_what_did_not_change() -> None:
    assert relative_change(1.0, 1.001) is None
    assert relative_change(None, 1.0) is None
    assert relative_change(1.0, None) is None
    assert relative_change(1.0, 0.0) is None
    assert relative_change(1.5, 1.0) == 0.5


async def test_the_panel_shows_kernels_note_and_workload(tmp_path: Path) -> None:
    run = profiled_run(tmp_path, EARLIER, GPU)
    async with opened(run, size=(120, 40)) as board:
        await board.press("4", "z")
        screen = "\n".join(board.lines)
    for told in (
        *("T=55 · Nsight Compute 2025.3.1", "▼ -50.0%", "11/19%"),
        *("1 MEMORY-BOUND at 83 % of DRAM peak. (up to +8%, estimated)",),
        *("Nsight Compute was stopped after 60 s.",),
    ):
        assert told in screen


async def test_another_workloads_profile_is_not_compared(tmp_path: Path) -> None:
    run = profiled_run(tmp_path, replace(EARLIER, workload="T=1"), GPU)
    async with opened(run, size=(120, 40)) as board:
        await board.press("4", "z")
        assert "▼" not in "\n".join(board.lines)


def profiled_run(root: Path, before: Profile, after: Profile) -> CannedRun:
    """Return a run of a seed and its child, each with a profile."""
    run = searching(root, judged=1)
    for number, profile in enumerate((before, after), start=100):
        made = candidate(number, f"c{number - 1:04d}" if number > 100 else "c0000", 0)
        judged = replace(passed(2.0), profile=profile)
        run.sources[made.id] = "pass\n"
        run.add(
            e.Proposed(proposal=number, candidate=made),
            e.Evaluated(candidate=made.id, evaluation=judged, score=2.0, noise=0.01),
        )
    return run
