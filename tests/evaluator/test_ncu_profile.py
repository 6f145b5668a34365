"""What the profiler measured becomes one profile of the whole candidate."""

from pathlib import Path

import pytest

from fie_evaluator.child.messages import Operator
from fie_evaluator.profiler.gathered import Report, profile_of_report, profile_of_trace
from fie_evaluator.profiler.names import traced_kernels
from fie_evaluator.profiler.parsed import NcuError, parse_raw, parse_rules
from fie_evaluator.results import Advice, Figure, KernelProfile, Profile

SAMPLES = Path(__file__).parent / "ncu_samples"
TRACE = traced_kernels(
    [
        Operator(name="tile_products", self_ms=0.16, calls=1),
        Operator(name="sum_products", self_ms=0.08, calls=1),
        Operator(name="void bins::count_bins<long>(int)", self_ms=0.016, calls=1),
        Operator(name="fill", self_ms=0.064, calls=24),
    ]
)


def sample_report(note: str = "") -> Report:
    return Report(
        version="2025.3.1",
        readings=parse_raw((SAMPLES / "raw.csv").read_text(encoding="utf-8")),
        rules=parse_rules((SAMPLES / "details.csv").read_text(encoding="utf-8")),
        note=note,
    )


def test_the_summary_weighs_each_kernel_by_its_share_of_the_trace() -> None:
    profile = profile_of_report(sample_report(), TRACE, "T=55")
    assert (profile.source, profile.workload) == ("Nsight Compute 2025.3.1", "T=55")
    covered = 0.5 + 0.25 + 0.05
    dram = (0.5 * 82.73 + 0.25 * 71.78 + 0.05 * 0.02) / covered
    figures = {figure.name: (figure.value, figure.unit) for figure in profile.figures}
    assert figures["GPU time"] == (pytest.approx(320.0), "µs")
    assert figures["launches"] == (27.0, "per call")
    assert figures["kernels under 5 µs"] == (pytest.approx(20.0), "%")
    assert figures["profiled kernels"] == (pytest.approx(80.0), "%")
    assert figures["DRAM throughput"] == (pytest.approx(dram, abs=0.02), "%")
    assert list(figures)[4:] == [
        *("DRAM throughput", "SM throughput", "achieved occupancy"),
        *("theoretical occupancy", "tensor pipe"),
    ]


def test_kernels_are_ranked_by_share_and_start_with_what_bounds_them() -> None:
    kernels = profile_of_report(sample_report(), TRACE, "T=55").kernels
    assert [(one.name, one.launches, one.share) for one in kernels] == [
        ("tile_products", 1, pytest.approx(0.5)),
        ("sum_products", 1, pytest.approx(0.25)),
        ("bins::count_bins<long, (int)-1>", 1, pytest.approx(0.05)),
    ]
    assert [one.figures[0] for one in kernels] == [
        Figure(name="bound by DRAM", value=82.73, unit="% of peak"),
        Figure(name="bound by DRAM", value=71.78, unit="% of peak"),
        Figure(name="bound by latency", value=2.14, unit="% of peak"),
    ]


def test_our_own_advice_comes_first_then_nvidias() -> None:
    advice = profile_of_report(sample_report(), TRACE, "T=55").advice
    assert [each.text.split(":")[0] for each in advice][:4] == [
        "MEMORY-BOUND at 83 % of DRAM peak",
        "MEMORY-BOUND at 72 % of DRAM peak",
        "1.6 WAVES",
        "LATENCY-BOUND",
    ]
    nvidia = [each for each in advice if "NVIDIA" in each.text]
    assert nvidia[0] == Advice(
        text="sum_products (25 % of the time), NVIDIA's LaunchConfiguration, estimated 50 % of "
        "the kernel's time: A wave of thread blocks is defined as the maximum number of blocks "
        "that can be executed in parallel on the target GPU.",
        gain=pytest.approx(1 / 0.875 - 1),
    )
    assert len(nvidia) == 8


def test_without_a_trace_the_profiled_launches_are_the_whole() -> None:
    profile = profile_of_report(sample_report("cut short"), (), "T=55")
    assert profile.note == "cut short"
    assert sum(kernel.share for kernel in profile.kernels) == pytest.approx(1.0)
    assert profile.figures[0] == Figure(name="GPU time", value=pytest.approx(268.352), unit="µs")


def test_the_longest_launch_stands_for_its_kernel() -> None:
    page = (
        '"ID","Kernel Name","gpu__time_duration.sum"\n"","","ns"\n'
        '"0","void f<1>(int)","1,000"\n"1","void f<2>(int)","3,000"\n"2","void f<3>(int)","2,000"\n'
    )
    report = Report(version="", readings=parse_raw(page), rules=())
    profile = profile_of_report(report, (), "T=1")
    assert profile.source == "Nsight Compute"
    assert [(one.name, one.launches, one.figures[0].value) for one in profile.kernels] == [
        ("f<2>", 3, 3.0)
    ]


def test_what_no_kernel_has_is_not_available_in_the_summary() -> None:
    page = '"ID","Kernel Name","gpu__time_duration.sum"\n"","","ns"\n"0","f","1,000"\n'
    profile = profile_of_report(Report(version="1", readings=parse_raw(page), rules=()), (), "T=1")
    assert profile.figures[-1] == Figure(name="tensor pipe", value=None, unit="%")


def test_a_report_without_kernels_is_a_plain_sentence() -> None:
    with pytest.raises(NcuError, match=r"^Nsight Compute's report holds no kernel\.$"):
        profile_of_report(Report(version="1", readings={}, rules=()), TRACE, "T=1")


def test_a_trace_alone_gives_kernels_launch_advice_and_the_reason() -> None:
    short = traced_kernels(
        [
            Operator(name="fill", self_ms=0.03, calls=10),
            Operator(name="gemm", self_ms=0.03, calls=1),
        ]
    )
    assert profile_of_trace(short, "T=1", "ncu is missing.") == Profile(
        source="CUPTI trace",
        figures=(
            Figure(name="GPU time", value=60.0, unit="µs"),
            Figure(name="launches", value=11.0, unit="per call"),
            Figure(name="kernels under 5 µs", value=50.0, unit="%"),
        ),
        advice=(
            Advice(
                text="LAUNCH-BOUND: 11 launches, 50 % of the time in kernels under 5 µs: fuse "
                "them, or fold them into the kernels around them."
            ),
        ),
        kernels=(
            KernelProfile(
                name="fill",
                launches=10,
                share=0.5,
                figures=(Figure(name="duration", value=3.0, unit="µs"),),
            ),
            KernelProfile(
                name="gemm",
                launches=1,
                share=0.5,
                figures=(Figure(name="duration", value=30.0, unit="µs"),),
            ),
        ),
        workload="T=1",
        note="ncu is missing.",
    )


def test_nothing_at_all_is_still_a_profile_with_a_reason() -> None:
    profile = profile_of_trace((), "T=1", "ncu is missing.")
    assert profile == Profile(source="CUPTI trace", workload="T=1", note="ncu is missing.")
