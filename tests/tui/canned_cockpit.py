"""A canned run with everything in it: a GPU, models that are paid, failures and a person's acts."""

from dataclasses import replace
from pathlib import Path

from tests.tui.canned import CannedRun, beat, created, kernel, wrong
from tests.tui.canned_gpu import BUILD, CALM, DEVICE, DISTURBED, TIMING, judged

from fie_engine import events as e
from fie_engine.live import Phase
from fie_engine.model import Candidate, Origin, Usage
from fie_engine.money.budget import Budget
from fie_evaluator.results import (
    Advice,
    Conditions,
    Evaluation,
    Figure,
    KernelProfile,
    Profile,
    Status,
)
from fie_evaluator.scoring import ScoreRule, relative_noise, score

NOTES = (
    "swap the operands of the gate projection",
    "one launch for all experts",
    "tl.dot on fp8 operands, scales folded in afterwards",
    "pipeline the loads: num_stages 3 → 4",
    "BLOCK_N 128 → 64 for few tokens",
    "swizzle the tiles for the L2 cache",
)
MODELS = ("qwen3-coder", "gpt-4.1")


def cockpit(path: Path) -> CannedRun:
    """Return a run in the middle of its search."""
    run = CannedRun(path, name="moe-7")
    terms = {"run": "moe-7", "track": "moe", "device": DEVICE, "timing": TIMING}
    more = {"proposer": "qwen3-coder + gpt-4.1", "iterations": 80, "islands": 4}
    limits = Budget(usd=5.0, tokens=600_000)
    run.add(created(**terms, **more, caveat="synthetic routing", why_track="", budget=limits))
    run.add(e.EngineStarted(pid=4711, host="lab", resumed=False))
    _judge(run, 0, "", judged(2.2), best=0.0)
    run.add(*(e.IslandAdded(island=i, founder="c0000", reason="initial") for i in range(4)))
    best, leader = _score(judged(2.2)), "c0000"
    for number in range(1, 30):
        if number % 7 == 3:
            _judge(run, number, leader, _broken(number), best)
            continue
        slowness = 2.1 - 0.055 * number if number % 3 == 1 else 2.3 - 0.03 * number
        verdict = replace(
            judged(slowness, _conditions(number)),
            profile=_profile(number),
            build=(replace(BUILD[1], registers=168 - 2 * number), *BUILD[:1]),
        )
        _judge(run, number, leader, verdict, best)
        if _score(verdict) > best * 1.01:
            best, leader = _score(verdict), f"c{number:04d}"
        if number == 10:
            run.add(e.Pinned(candidate=leader, reason="", author="ada"))
        if number == 16:
            run.add(e.Hinted(hint=1, text="mind the few-token cases", author="ada"))
            run.add(e.Forked(candidate=leader, island=4, reason="", author="ada"))
            run.add(e.IslandAdded(island=4, founder=leader, reason="fork"))
    _leave_in_flight(run, leader)
    return run


def _judge(run: CannedRun, number: int, parent: str, verdict: Evaluation, best: float) -> None:
    name = f"c{number:04d}"
    run.sources[name] = kernel(number)
    made = _candidate(number, parent)
    usage = Usage(prompt_tokens=9000 + 31 * number, completion_tokens=2100, usd=0.031)
    own = _score(verdict)
    run.add(
        e.ProposalStarted(proposal=number, island=made.island, parent=parent, proposer=made.model),
        e.Proposed(proposal=number, candidate=made, usage=usage if parent else Usage()),
        e.EvaluationStarted(candidate=name),
        e.Evaluated(candidate=name, evaluation=verdict, score=own, noise=relative_noise(verdict)),
    )
    if own > best * 1.01:
        run.add(e.Improved(candidate=name, score=own, previous=best))


def _candidate(number: int, parent: str) -> Candidate:
    return Candidate(
        id=f"c{number:04d}",
        parents=(parent,) if parent else (),
        island=number % 4,
        generation=number // 3,
        origin=Origin.LLM if parent else Origin.SEED,
        model=MODELS[number % 2] if parent else "naive",
        note=NOTES[number % len(NOTES)] if parent else "the naive seed",
        digest=f"{number:016x}",
    )


def _score(verdict: Evaluation) -> float:
    return score(verdict, ScoreRule()) if verdict.passed else 0.0


def _broken(number: int) -> Evaluation:
    if number % 2:
        return wrong("T=7", f"max abs error 0.{number}")
    return Evaluation(
        status=Status.COMPILE_ERROR,
        device=DEVICE,
        timing=TIMING,
        seconds=2.0,
        error=f"out of resource: shared memory, Required: {250_000 + number}, limit: 232448",
    )


def _conditions(number: int) -> Conditions:
    calm = DISTURBED if number % 11 == 5 else CALM
    return replace(
        calm,
        temperature_c=44 + number % 9,
        power_w=380.0 + 11 * (number % 13),
        utilisation_pct=90 + number % 9,
        memory_used_mb=3100 + 40 * number,
        memory_total_mb=81_559,
    )


def _profile(number: int) -> Profile:
    dram, occupied = 48.0 + number, 10.0 + number / 3
    hot = KernelProfile(
        name="_moe_gate_up_kernel",
        launches=1,
        share=0.52,
        figures=(
            Figure(name="bound by DRAM", value=dram, unit="% of peak"),
            Figure(name="duration", value=310.0 - 5 * number, unit="µs"),
            Figure(name="DRAM throughput", value=dram, unit="%"),
            Figure(name="SM throughput", value=31.0, unit="%"),
            Figure(name="achieved occupancy", value=occupied, unit="%"),
            Figure(name="theoretical occupancy", value=25.0, unit="%"),
            Figure(name="occupancy limited by registers", value=2.0, unit="blocks per SM"),
            Figure(name="stall: long scoreboard", value=9.1, unit="cycles", share=0.41),
            Figure(name="stall: barrier", value=3.0, unit="cycles", share=0.14),
        ),
    )
    down = replace(hot, name="_moe_down_kernel", share=0.3)
    return Profile(
        source="Nsight Compute 2025.3.1",
        workload="T=55",
        figures=(
            Figure(name="GPU time", value=611.5 - 9 * number, unit="µs"),
            Figure(name="DRAM throughput", value=dram, unit="%"),
        ),
        kernels=(hot, down),
        advice=(
            Advice(text="Memory-bound: widen the loads of the weights.", gain=0.08),
            Advice(text="Registers hold the occupancy: a smaller BLOCK_N frees some.", gain=0.05),
        ),
    )


def _leave_in_flight(run: CannedRun, parent: str) -> None:
    run.sources["c0030"] = kernel(30)
    run.add(
        e.Proposed(proposal=30, candidate=_candidate(30, parent), usage=Usage(usd=0.02)),
        e.EvaluationStarted(candidate="c0030"),
    )
    asks = [(31, 0, MODELS[0]), (32, 3, MODELS[1])]
    for number, island, model in asks:
        run.add(e.ProposalStarted(proposal=number, island=island, parent=parent, proposer=model))
    beat(
        run,
        Phase(what="judging c0030", stage="timing 3/19", since=run.now - 3),
        *(Phase(what=f"proposing #{n}", stage="", since=run.now - 9 - n % 7) for n, _, _ in asks),
    )
