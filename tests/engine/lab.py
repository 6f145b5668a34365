"""A small search on known answers, for the engine's tests."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

from fie_engine import events as e
from fie_engine.launch.terms import Terms
from fie_engine.loop.duels import Retiming
from fie_engine.loop.engine import Engine, Gauge
from fie_engine.loop.judging import Promotion
from fie_engine.loop.lanes import Filler
from fie_engine.loop.overheard import Overheard
from fie_engine.loop.pace import Limits
from fie_engine.loop.profiling import ProfilePolicy
from fie_engine.loop.search import Search
from fie_engine.model import Candidate, Origin
from fie_engine.population.islands import Population
from fie_engine.propose.base import Ask, Proposer
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.propose.source import digest
from fie_engine.record.rundir import RunWriter
from fie_engine.steer.tuning import Tuning
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule
from fie_evaluator.stages.gate import Drawn

SEED = "speed = 1.0\n"


def evaluation(speedup: float, status: Status = Status.PASSED, error: str = "") -> Evaluation:
    """Return a judged pair of workloads, both `speedup` times the reference."""
    result = WorkloadResult(
        workload="w1",
        label="T=1",
        status=status,
        matched_ratio=1.0,
        median_ms=10.0 / speedup,
        spread_ms=0.0,
        reference_ms=10.0,
        error=error,
    )
    return Evaluation(status=status, results=(result,), device="CPU", timing="test", error=error)


def judge_speed(job: EvalJob) -> Evaluation:
    """Judge a kernel that is nothing but its own speed; a negative one is wrong."""
    speed = float(job.source.split("=")[1].split("#")[0])
    if speed < 0:
        return evaluation(1.0, Status.INCORRECT_NUMERICAL, "too far from the reference")
    return evaluation(speed)


def faster(ask: Ask) -> str:
    """Propose a kernel a tenth faster than its parent, told apart by the ask's number."""
    speed = float(ask.parent.source.split("=")[1].split("#")[0])
    return f"speed = {speed + 0.1 + ask.proposal / 1e6:.7f}\n"


def refuse_promotion(
    candidate: Candidate, source: str, judged: Evaluation, drawn: Drawn
) -> Promotion:
    """Refuse what did not pass; pack nothing."""
    if not judged.passed:
        return Promotion(refusals=(f"T=1: {judged.status}",))
    return Promotion(path=f"promoted/{candidate.id}", score=2.0)


def make_population(seed_score: float, seed_length: int) -> Population:
    """Return three empty islands."""
    from openevolve.config import DatabaseConfig

    config = DatabaseConfig(
        population_size=20, num_islands=3, feature_dimensions=["complexity", "score"]
    )
    return Population(config, seed_score, seed_length)


@dataclass
class Lab:
    """A run directory in which engines can be started one after another."""

    path: Path
    ticks: "count[int]" = field(default_factory=lambda: count(1000))
    writers: list[RunWriter] = field(default_factory=list)

    def clock(self) -> float:
        return float(next(self.ticks))

    def create(self, seed: str = SEED, iterations: int = 10) -> RunWriter:
        writer = RunWriter.create(self.path, self.clock)
        self.writers.append(writer)
        writer.append(created(iterations))
        writer.save_source("c0000", seed)
        writer.append(e.Proposed(proposal=0, candidate=seed_candidate(seed)))
        return writer

    def reopen(self) -> RunWriter:
        self.close()
        self.writers.append(RunWriter(self.path, self.clock))
        return self.writers[-1]

    def close(self) -> None:
        while self.writers:
            self.writers.pop().close()

    def search(
        self,
        writer: RunWriter,
        iterations: int = 10,
        patience: int = 0,
        strategy: Literal["evolve", "best-of-n"] = "evolve",
    ) -> Search:
        terms = Terms(
            seed_rng=1,
            iterations=iterations,
            patience=patience,
            profiling=ProfilePolicy(when="always"),
            retiming=Retiming(),
            quick_cut=0.0,
            checkpoint_interval=0,
            islands=3,
            inspirations=2,
            score_rule=ScoreRule(),
            strategy=strategy,
        )
        search = Search(terms, make_population, writer.source)
        search.apply(writer.events())
        return search

    def engine(
        self,
        writer: RunWriter,
        search: Search,
        proposer: Proposer | None = None,
        evaluator: RecordedEvaluator | None = None,
        *,
        linger: bool = False,
        limits: Limits | None = None,
        tuning: Tuning | None = None,
        filler: Filler | None = None,
        overheard: Overheard | None = None,
        gauge: Gauge = tuple,
    ) -> Engine:
        return Engine(
            writer,
            search,
            proposer or ScriptedProposer(faster),
            evaluator or RecordedEvaluator(judge_speed),
            refuse_promotion,
            limits or Limits(proposals=1, ahead=1),
            lambda candidate, source, judged: None,
            tuning=tuning,
            filler=filler,
            linger=linger,
            overheard=overheard,
            gauge=gauge,
        )

    def run(
        self, script: Callable[[Ask], str] = faster, iterations: int = 10, patience: int = 0
    ) -> Search:
        writer = self.create(iterations=iterations)
        search = self.search(writer, iterations, patience)
        asyncio.run(self.engine(writer, search, ScriptedProposer(script)).run())
        self.close()
        return search


def created(iterations: int = 10) -> e.RunCreated:
    """Return a run's first event."""
    return e.RunCreated(
        run="lab",
        track="moe-mini",
        definition="moe",
        device="CPU",
        timing="test",
        caveat="not a contest score",
        why_track="a test",
        proposer="scripted",
        why_proposer="a test",
        score_name=ScoreRule().name,
        seed_rng=1,
        iterations=iterations,
        islands=3,
        versions=(),
    )


def seed_candidate(source: str) -> Candidate:
    """Return the seed."""
    return Candidate(
        id="c0000",
        parents=(),
        island=0,
        generation=0,
        origin=Origin.SEED,
        model="seed",
        note="the seed",
        digest=digest(source),
    )
