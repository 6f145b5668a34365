"""Turns what a profiler measured into the profile that people and models read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fie_evaluator.profiler.advice import SHORT_US, Measured, advise, bound_of
from fie_evaluator.profiler.metrics import (
    ACHIEVED,
    BOUND_BY,
    DRAM,
    DURATION,
    SM,
    TENSOR,
    THEORETICAL,
    Metric,
    Reading,
    figures_of,
)
from fie_evaluator.profiler.names import TracedKernel
from fie_evaluator.profiler.parsed import NcuError, Rule
from fie_evaluator.profiler.rules import rules_advice
from fie_evaluator.results import Figure, KernelProfile, Profile

TRACE = "CUPTI trace"
MOST_KERNELS = 8
WEIGHTED = (DRAM, SM, ACHIEVED, THEORETICAL, TENSOR)
"Figures of the whole candidate: each kernel's, weighted by its share of the time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What Nsight Compute found."""

    version: str
    readings: Mapping[str, Reading]
    "By launch number."
    rules: tuple[Rule, ...]
    note: str = ""
    "Why some of it is missing; empty when nothing is."


def profile_of_report(report: Report, traced: Sequence[TracedKernel], label: str) -> Profile:
    """Return the profile of what Nsight Compute measured; NcuError where that is nothing."""
    if not report.readings:
        raise NcuError("Nsight Compute's report holds no kernel.")
    kernels = traced or traced_by_profiler(report.readings)
    shares = {kernel.base: kernel.share for kernel in kernels}
    measured = {
        launch: Measured(share=shares.get(reading.base, 0.0), reading=reading)
        for launch, reading in longest_launches(report.readings).items()
    }
    ranked = sorted(measured.values(), key=lambda kernel: -kernel.share)
    launches = {kernel.base: kernel.launches for kernel in kernels}
    return Profile(
        source=f"Nsight Compute {report.version}".rstrip(),
        figures=(*_figures_of_trace(kernels), *_summary(ranked)),
        advice=(*advise(ranked, kernels), *rules_advice(report.rules, measured)),
        kernels=tuple(_kernel(one, launches.get(one.reading.base, 1)) for one in ranked),
        workload=label,
        note=report.note,
    )


def profile_of_trace(traced: Sequence[TracedKernel], label: str, note: str) -> Profile:
    """Return what a trace alone tells, and why there is no more."""
    if not traced:
        return Profile(source=TRACE, workload=label, note=note)
    return Profile(
        source=TRACE,
        figures=_figures_of_trace(traced),
        advice=advise((), traced),
        kernels=tuple(_traced_kernel(kernel) for kernel in traced[:MOST_KERNELS]),
        workload=label,
        note=note,
    )


def traced_by_profiler(readings: Mapping[str, Reading]) -> tuple[TracedKernel, ...]:
    """Return a trace made of the profiled launches, where there is no other."""
    total_us = sum(reading.duration_us for reading in readings.values())
    if total_us <= 0:
        raise NcuError("Nsight Compute measured no durations.")
    groups: dict[str, list[Reading]] = {}
    for reading in readings.values():
        groups.setdefault(reading.base, []).append(reading)
    kernels = [
        TracedKernel(
            base=base,
            name=group[0].name,
            ms=sum(reading.duration_us for reading in group) / 1e3,
            launches=len(group),
            share=sum(reading.duration_us for reading in group) / total_us,
        )
        for base, group in groups.items()
    ]
    return tuple(sorted(kernels, key=lambda kernel: -kernel.share))


def longest_launches(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return one launch for each kernel, its longest: that is what counts."""
    longest: dict[str, tuple[str, Reading]] = {}
    for launch, reading in readings.items():
        known = longest.get(reading.base)
        if known is None or reading.duration_us > known[1].duration_us:
            longest[reading.base] = (launch, reading)
    return dict(longest.values())


def _kernel(measured: Measured, launches: int) -> KernelProfile:
    bound = bound_of(measured.reading)
    figures = figures_of(measured.reading)
    if bound is not None:
        told = Figure(name=f"{BOUND_BY}{bound.by}", value=bound.peak, unit="% of peak")
        figures = (told, *figures)
    return KernelProfile(
        name=measured.reading.name, launches=launches, share=measured.share, figures=figures
    )


def _traced_kernel(kernel: TracedKernel) -> KernelProfile:
    duration = Figure(name=DURATION.name, value=kernel.launch_us, unit=DURATION.unit)
    return KernelProfile(
        name=kernel.name, launches=kernel.launches, share=kernel.share, figures=(duration,)
    )


def _figures_of_trace(traced: Sequence[TracedKernel]) -> tuple[Figure, ...]:
    short = sum(kernel.share for kernel in traced if kernel.launch_us < SHORT_US)
    return (
        Figure(name="GPU time", value=sum(kernel.ms for kernel in traced) * 1e3, unit="µs"),
        Figure(
            name="launches",
            value=float(sum(kernel.launches for kernel in traced)),
            unit="per call",
        ),
        Figure(name=f"kernels under {SHORT_US:.0f} µs", value=100 * short, unit="%"),
    )


def _summary(ranked: Sequence[Measured]) -> tuple[Figure, ...]:
    covered = sum(kernel.share for kernel in ranked)
    profiled = Figure(name="profiled kernels", value=100 * covered, unit="%")
    return (profiled, *(_weighted(metric, ranked) for metric in WEIGHTED))


def _weighted(metric: Metric, ranked: Sequence[Measured]) -> Figure:
    """Return a figure's mean over the kernels that have it; n/a where none has."""
    known = [
        (one.share, one.reading.values[metric]) for one in ranked if metric in one.reading.values
    ]
    weight = sum(share for share, _ in known)
    value = sum(share * value for share, value in known) / weight if weight else None
    return Figure(name=metric.name, value=value, unit=metric.unit)
