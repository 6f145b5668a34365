"""A canned run on a GPU: limits, conditions, noise and builds beside the times."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.tui.canned import CannedRun, beat, candidate, created, kernel

from fie_engine import events as e
from fie_evaluator.results import (
    BuiltKernel,
    Conditions,
    Evaluation,
    Status,
    WorkloadResult,
)
from fie_evaluator.scoring import ScoreRule, relative_noise, score
from fie_evaluator.timing.reading import Reading

DEVICE, TIMING = "NVIDIA H100 80GB HBM3", "CUDA events, launch overhead counted"

WORKLOADS = (
    ("T=1", 0.126, 15.7, 0.0284, "memory"),
    ("T=7", 0.323, 15.9, 0.114, "memory"),
    ("T=16", 0.334, 16.3, 0.199, "memory"),
    ("T=55", 0.461, 17.2, 0.284, "memory"),
    ("T=80", 0.543, 18.0, 0.327, "memory"),
    ("T=901", 0.754, 24.1, 0.460, "memory"),
    ("T=11948", 1.605, 47.3, 0.652, "compute"),
    ("T=14107", 1.556, 55.0, 0.682, "compute"),
)
"Label, latency, reference, floor in milliseconds, and what binds."

CALM = Conditions(
    sm_clock_mhz=(1905, 1980, 1980), memory_clock_mhz=2619, power_w=412.0, temperature_c=47
)
DISTURBED = Conditions(
    sm_clock_mhz=(1185, 1560, 1980),
    memory_clock_mhz=2619,
    power_w=698.0,
    temperature_c=71,
    throttled=("power cap",),
    other_processes=1,
)
BUILD = (
    BuiltKernel(
        name="route_and_zero", registers=48, spills=0, shared_bytes=4096, warps=4, stages=1
    ),
    BuiltKernel(
        name="gate_up_swiglu", registers=168, spills=0, shared_bytes=151_552, warps=4, stages=4
    ),
    BuiltKernel(
        name="down_combine", registers=255, spills=64, shared_bytes=103_424, warps=8, stages=3
    ),
)


def judged(slowness: float, conditions: Conditions = CALM) -> Evaluation:
    """Return an evaluation that takes `slowness` times as long as the best known."""
    results = tuple(
        WorkloadResult(
            workload=f"w{place}",
            label=label,
            status=Status.PASSED,
            matched_ratio=0.997,
            median_ms=latency_ms * slowness,
            spread_ms=latency_ms * slowness * 0.006,
            reference_ms=reference_ms,
            floor_ms=floor_ms,
            bound=bound,
        )
        for place, (label, latency_ms, reference_ms, floor_ms, bound) in enumerate(WORKLOADS)
    )
    return Evaluation(
        status=Status.PASSED,
        results=results,
        device=DEVICE,
        timing=TIMING,
        seconds=4.6,
        build=BUILD,
        conditions=conditions,
        noise_floor=0.004,
    )


def life(name: str, parent: str, note: str, evaluation: Evaluation) -> tuple[e.Event, ...]:
    """Return a candidate's events, scored by the rules."""
    number = int(name[1:])
    verdict = e.Evaluated(
        candidate=name,
        evaluation=evaluation,
        score=score(evaluation, ScoreRule()),
        noise=relative_noise(evaluation),
    )
    return (
        e.Proposed(proposal=number, candidate=candidate(number, parent, 0, note)),
        e.EvaluationStarted(candidate=name),
        verdict,
    )


def on_a_gpu(path: Path) -> CannedRun:
    """Return a run with a seed, a better child timed under load, and one left half-timed."""
    run = CannedRun(path, name="moe-1")
    terms = {"run": "moe-1", "track": "moe", "device": DEVICE, "timing": TIMING}
    run.add(created(**terms, caveat="synthetic routing", why_track="a GPU is here"))
    run.add(e.EngineStarted(pid=4711, host="lab", resumed=False))
    slow = judged(4.0)
    partly = replace(slow, results=slow.results[1:4], complete=False)
    run.add(*life("c0000", "", "", judged(2.2)))
    run.add(*(e.IslandAdded(island=i, founder="c0000", reason="initial") for i in range(2)))
    run.add(*life("c0001", "c0000", "swap the operands", judged(1.0, DISTURBED)))
    run.add(e.Improved(candidate="c0001", score=43.29, previous=19.68))
    run.add(*life("c0002", "c0001", "two launches an expert", partly))
    run.sources.update({f"c{number:04d}": kernel(number) for number in range(3)})
    beat(run)
    return run


def reading(at: float, index: int = 0, **figures: Any) -> Reading:
    """Return what a GPU says while it works hard."""
    usual = {
        "utilisation_pct": 97,
        "memory_used_mb": 42_189,
        "memory_total_mb": 81_920,
        "sm_clock_mhz": 1755,
        "sm_clock_most_mhz": 1980,
        "memory_clock_mhz": 2619,
        "memory_clock_most_mhz": 2619,
        "temperature_c": 61,
        "power_w": 412.4,
        "power_limit_w": 700.0,
        "throttled": (),
        "other_processes": 0,
    }
    where = {"host": "lab", "index": index, "uuid": f"GPU-{index}", "name": DEVICE}
    return Reading(at=at, **where | usual | figures)


def read(run: CannedRun, *readings: Reading) -> None:
    """Give the run a fresh heartbeat with readings."""
    phases = run.heartbeat.phases if run.heartbeat else ()
    beat(run, *phases)
    assert run.heartbeat is not None
    run.heartbeat = replace(run.heartbeat, readings=readings)
