"""What Nsight Compute prints is read whole, and what it did not measure stays unknown."""

from pathlib import Path

import pytest

from fie_evaluator.profiler.metrics import Stall, figures_of, reading_of
from fie_evaluator.profiler.parsed import NcuError, Rule, number, parse_raw, parse_rules
from fie_evaluator.results import Figure

SAMPLES = Path(__file__).parent / "ncu_samples"
FACTS = Path(__file__).parents[3] / "shared" / "facts" / "ncu-samples"


def raw_page() -> str:
    return (SAMPLES / "raw.csv").read_text(encoding="utf-8")


def details_page() -> str:
    return (SAMPLES / "details.csv").read_text(encoding="utf-8")


def test_every_figure_of_a_launch_is_read() -> None:
    reading = parse_raw(raw_page())["24"]
    assert (reading.base, reading.name) == ("tile_products", "tile_products")
    assert figures_of(reading) == (
        Figure(name="duration", value=pytest.approx(159.872), unit="µs"),
        Figure(name="DRAM throughput", value=82.73, unit="%"),
        Figure(name="SM throughput", value=14.7, unit="%"),
        Figure(name="memory throughput", value=82.73, unit="%"),
        Figure(name="DRAM bandwidth", value=pytest.approx(2772.667734), unit="GB/s"),
        Figure(name="achieved occupancy", value=11.38, unit="%"),
        Figure(name="theoretical occupancy", value=18.75, unit="%"),
        Figure(name="L2 hit rate", value=3.69, unit="%"),
        Figure(name="L1 hit rate", value=1.43, unit="%"),
        Figure(name="tensor pipe", value=14.61, unit="%"),
        Figure(name="registers", value=164.0, unit="per thread"),
        Figure(name="static shared memory", value=0.0, unit="B"),
        Figure(name="dynamic shared memory", value=69632.0, unit="B"),
        Figure(name="spills", value=0.0, unit="instructions"),
        Figure(name="waves", value=0.61, unit="per SM"),
        Figure(name="blocks", value=240.0, unit=""),
        Figure(name="threads", value=128.0, unit="per block"),
        Figure(
            name="occupancy limited by registers and shared memory",
            value=3.0,
            unit="blocks per SM",
        ),
        Figure(
            name="stall: long scoreboard", value=7.34, unit="cycles", share=pytest.approx(0.616289)
        ),
        Figure(name="stall: barrier", value=1.66, unit="cycles", share=pytest.approx(0.1393787)),
        Figure(name="stall: wait", value=1.19, unit="cycles", share=pytest.approx(0.099916)),
    )


def test_a_template_is_shown_without_its_parameters_and_grouped_by_its_bare_name() -> None:
    reading = parse_raw(raw_page())["15"]
    assert (reading.base, reading.name) == ("count_bins", "bins::count_bins<long, (int)-1>")


def test_what_was_not_measured_is_none_and_never_zero() -> None:
    figures = figures_of(reading_of("bare", "bare", {"gpu__time_duration.sum": 1500.0}))
    assert {figure.name: figure.value for figure in figures} == {
        "duration": 1.5,
        "DRAM throughput": None,
        "SM throughput": None,
        "memory throughput": None,
        "DRAM bandwidth": None,
        "achieved occupancy": None,
        "theoretical occupancy": None,
        "L2 hit rate": None,
        "L1 hit rate": None,
        "tensor pipe": None,
        "registers": None,
        "static shared memory": None,
        "dynamic shared memory": None,
        "spills": None,
        "waves": None,
        "blocks": None,
        "threads": None,
    }


def test_the_first_metric_that_exists_counts() -> None:
    newer = {
        "dram__throughput.avg.pct_of_peak_sustained_elapsed": 40.0,
        "dram__bytes_op_read.sum": 8e6,
        "sm__inst_executed_pipe_tensor.avg.pct_of_peak_sustained_active": 7.0,
    }
    both = newer | {"gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed": 50.0}
    told = [
        {figure.name: figure.value for figure in figures_of(reading_of("k", "k", raw))}
        for raw in (newer, both)
    ]
    assert [each["DRAM throughput"] for each in told] == [40.0, 50.0]
    assert [each["DRAM read"] for each in told] == [8.0, 8.0]
    assert [each["tensor pipe"] for each in told] == [7.0, 7.0]


def test_full_occupancy_is_limited_by_nothing() -> None:
    raw = {
        "sm__maximum_warps_per_active_cycle_pct": 100.0,
        "launch__occupancy_limit_registers": 16.0,
        "launch__occupancy_limit_warps": 16.0,
    }
    assert reading_of("k", "k", raw).limits == ()


def test_issuing_is_no_stall_but_counts_as_time() -> None:
    prefix, suffix = "smsp__average_warps_issue_stalled_", "_per_issue_active.ratio"
    raw = {f"{prefix}selected{suffix}": 1.0, f"{prefix}long_scoreboard{suffix}": 3.0}
    stalls = (Stall(reason="long scoreboard", cycles=3.0, share=0.75),)
    assert reading_of("k", "k", raw).stalls == stalls


def test_the_profilers_own_advice_is_read_word_for_word() -> None:
    rules = parse_rules(details_page())
    assert len(rules) == 16
    assert rules[-1] == Rule(
        launch="25",
        name="TheoreticalOccupancy",
        kind="OPT",
        text="The 4.00 theoretical warps per scheduler this kernel can issue according to its "
        "occupancy are below the hardware maximum of 16.",
        scope="global",
        saving=pytest.approx(0.2822),
    )


def test_remarks_around_the_table_are_skipped() -> None:
    page = f"==PROF== Connected\n{raw_page()}==WARNING== Something\n"
    assert parse_raw(page).keys() == {"15", "24", "25"}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("159,872", 159872.0),
        ("0.05", 0.05),
        ("1.5e3", 1500.0),
        ("no data", None),
        ("n/a", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("(128, 1, 1)", None),
        ("PolicySpread", None),
    ],
)
def test_numbers_and_texts_are_told_apart(cell: str, value: float | None) -> None:
    assert number(cell) == value


@pytest.mark.parametrize("page", ["", "==ERROR== Failed to open file\n", '"ID","Name"\n"0","k"\n'])
def test_a_page_without_a_table_is_a_plain_sentence(page: str) -> None:
    with pytest.raises(NcuError, match="could not be read: it holds no table of kernels"):
        parse_raw(page)


def test_a_broken_table_is_a_plain_sentence() -> None:
    with pytest.raises(NcuError, match="could not be read: unexpected end of data"):
        parse_raw('"ID","Kernel Name"\n"",""\n"0","never ended')


def test_a_hostile_kernel_name_becomes_one_printable_line() -> None:
    hostile = "evil\x1b[2J\nkernel" + "x" * 500
    page = f'"ID","Kernel Name","gpu__time_duration.sum"\n"","","ns"\n"0","{hostile}","5"\n'
    reading = parse_raw(page)["0"]
    assert reading.name == "evil [2J kernel" + "x" * 64 + "…"
    assert len(reading.name) == 80
    assert reading.base.isalnum()


@pytest.mark.skipif(not FACTS.is_dir(), reason="the captured report is not part of this checkout")
def test_a_whole_captured_report_is_read() -> None:
    readings = parse_raw((FACTS / "raw_T55.csv").read_text(encoding="utf-8"))
    rules = parse_rules((FACTS / "details_T55.csv").read_text(encoding="utf-8"))
    assert (len(readings), len(rules)) == (27, 221)
    assert sum(reading.duration_us for reading in readings.values()) == pytest.approx(361.536)
    assert {rule.launch for rule in rules} == set(readings)
