"""A short run told in canned events, for tests of what reads a run."""

from itertools import count
from pathlib import Path

from fie_engine import events as e
from fie_engine.model import Candidate, Exchange, Origin
from fie_engine.record.rundir import RunDirectory, RunWriter
from fie_evaluator.results import Evaluation, Status, WorkloadResult

CREATED = e.RunCreated(
    run="story",
    track="moe-mini",
    definition="moe_mini",
    device="CPU",
    timing="wall clock",
    caveat="not a contest score",
    why_track="no GPU here",
    proposer="operators (no LLM)",
    why_proposer="no model server is configured",
    score_name="geometric mean speedup vs reference",
    seed_rng=7,
    iterations=3,
    islands=2,
    versions=(("fie-tui", "0.1.0"),),
)


def write_story(path: Path, *, ended: bool = True) -> RunDirectory:
    """Write the run: a seed, a better child, a wrong one with hostile words, a still better one."""
    writer = open_story(path)
    if ended:
        writer.append(
            e.Finished(reason="all 3 iterations are used"),
            e.EngineStopped(state="finished", reason="all 3 iterations are used"),
        )
    writer.close()
    return RunDirectory(path)


def open_story(path: Path) -> RunWriter:
    """Write the run without an end, and keep its lock."""
    ticks = count(1000)
    writer = RunWriter.create(path, lambda: float(next(ticks)))
    writer.append(CREATED, e.EngineStarted(pid=4242, host="box", resumed=False))
    judge(writer, seed(), passed(1.0), score=1.0)
    writer.append(e.Improved(candidate="c0000", score=1.0, previous=0.0))
    for island in range(2):
        writer.append(e.IslandAdded(island=island, founder="c0000", reason="start"))
    judge(writer, child(1, "c0000", note="skip experts nobody chose"), passed(2.0), score=2.0)
    writer.append(e.Improved(candidate="c0001", score=2.0, previous=1.0))
    judge(writer, child(2, "c0001", note="say \x1b[31mred"), wrong(), score=0.0)
    exchange = Exchange(system="be quick", user="improve this", reply="done", model="tiny")
    judge(writer, child(3, "c0001", note="cast once"), passed(3.0), score=3.0, exchange=exchange)
    writer.append(
        e.Improved(candidate="c0003", score=3.0, previous=2.0),
        e.Pinned(candidate="c0003", reason="keep"),
    )
    return writer


def judge(
    writer: RunWriter,
    candidate: Candidate,
    evaluation: Evaluation,
    *,
    score: float,
    exchange: Exchange | None = None,
) -> None:
    """Append a candidate's whole life."""
    writer.save_source(candidate.id, f"# {candidate.id}\n")
    paid = (1, candidate.id, exchange) if exchange else None
    number = int(candidate.id[1:])
    writer.append(e.Proposed(proposal=number, candidate=candidate), exchange=paid)
    writer.append(e.EvaluationStarted(candidate=candidate.id))
    writer.append(
        e.Evaluated(candidate=candidate.id, evaluation=evaluation, score=score, noise=0.01)
    )


def seed() -> Candidate:
    """Return the seed."""
    return Candidate(
        id="c0000",
        parents=(),
        island=0,
        generation=0,
        origin=Origin.SEED,
        model="seed",
        note="the seed",
        digest="d0",
    )


def child(number: int, parent: str, note: str) -> Candidate:
    """Return a child on island 1."""
    return Candidate(
        id=f"c{number:04d}",
        parents=(parent,),
        island=1,
        generation=number,
        origin=Origin.OPERATOR,
        model="recipe",
        note=note,
        digest=f"d{number}",
    )


def passed(speedup: float) -> Evaluation:
    """Return a verdict on one workload that takes 12 ms in the reference."""
    result = WorkloadResult(
        workload="w1",
        label="T=7",
        status=Status.PASSED,
        matched_ratio=1.0,
        median_ms=12.0 / speedup,
        spread_ms=0.1,
        reference_ms=12.0,
    )
    return Evaluation(status=Status.PASSED, results=(result,), device="CPU", timing="wall clock")


def wrong() -> Evaluation:
    """Return a verdict of wrong numbers."""
    result = WorkloadResult(
        workload="w1",
        label="T=7",
        status=Status.INCORRECT_NUMERICAL,
        matched_ratio=0.5,
        error="half of it is off\nby a lot",
    )
    return Evaluation(
        status=Status.INCORRECT_NUMERICAL, results=(result,), device="CPU", timing="wall clock"
    )
