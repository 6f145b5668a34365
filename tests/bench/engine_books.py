"""What the engine's own bookkeeping costs on a run of many large kernels, measured in a process.

python -m tests.bench.engine_books --programs 1000 prints one JSON object. The run is written by
the store itself, resumed by the engine's own code, and then goes on for a few candidates.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from fie_engine import events as e  # noqa: E402
from fie_engine.config.load import openevolve_config  # noqa: E402
from fie_engine.config.tree import Config  # noqa: E402
from fie_engine.exchange.checkpoint import save_checkpoint  # noqa: E402
from fie_engine.launch.terms import Terms  # noqa: E402
from fie_engine.loop.duels import Retiming  # noqa: E402
from fie_engine.loop.profiling import ProfilePolicy  # noqa: E402
from fie_engine.loop.search import Search  # noqa: E402
from fie_engine.loop.verdicts import verdict  # noqa: E402
from fie_engine.model import Candidate, Origin  # noqa: E402
from fie_engine.population.islands import Population  # noqa: E402
from fie_engine.prompt.brief import Brief, brief_of  # noqa: E402
from fie_engine.prompt.write import build_prompt  # noqa: E402
from fie_engine.propose.base import Ask, Proposal  # noqa: E402
from fie_engine.propose.source import digest  # noqa: E402
from fie_engine.record.history import Record  # noqa: E402
from fie_engine.record.rundir import RunWriter  # noqa: E402
from fie_engine.view.run import RunView  # noqa: E402
from fie_evaluator.results import Evaluation, Status, WorkloadResult  # noqa: E402
from fie_evaluator.scoring import ScoreRule  # noqa: E402
from fie_evaluator.tracks import resolve_track  # noqa: E402

KERNEL_CHARACTERS = 20_000
WORKLOADS = 19
SAMPLES = 20
ISLANDS = 3
FAILED_SHARE = 0.2
BATCH = 500
STEPS = ("sample", "prompt", "admit", "start", "add")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one size and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, required=True)
    parser.add_argument("--candidates", type=int, default=30, help="how many are measured")
    parser.add_argument("--population", type=int, help="members kept; all of them where not given")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-books-") as folder:
        path = Path(folder) / "run"
        write_run(path, args.programs)
        print(json.dumps(measured(path, args.programs, args.candidates, args.population)))
    return 0


def measured(path: Path, programs: int, candidates: int, population: int | None) -> dict[str, Any]:
    """Return what resuming the run costs, and each candidate after that."""
    books = Books(path, population or programs)
    resume_s = books.resume()
    costs = [books.step(number) for number in range(candidates)]
    whole = [1000 * sum(cost[step] for step in STEPS) for cost in costs]
    checkpoint_s = books.checkpoint()
    rss_engine = rss_mb()
    feed = RunView()
    for batch in books.batches():
        feed.fold(batch)
    told = {
        "programs": programs,
        "population": population or programs,
        "resume_s": resume_s,
        "overhead_ms": mean(whole),
        "overhead_ms_worst": max(whole),
        **{f"{step}_ms": 1000 * mean(cost[step] for cost in costs) for step in STEPS},
        "checkpoint_s": checkpoint_s,
        "rss_engine_mb": rss_engine,
        "rss_mb": rss_mb(),
    }
    books.close()
    return told


class Books:
    """A run's record in the hands of an engine, without its waiting."""

    def __init__(self, path: Path, population: int) -> None:
        import openevolve.prompt.sampler  # noqa: F401

        from fie_engine.config.foreign import stock_config  # noqa: F401  heavy, before the clock

        self._config = Config()
        self._population = population
        self._brief = the_brief()
        self._path = path

    def resume(self) -> float:
        """Reopen the run; return the seconds that it took."""
        started = time.perf_counter()
        self._writer = RunWriter(self._path)
        self._search = Search(the_terms(), self._empty, self._writer.source)
        self._search.apply(self._writer.events())
        self._record = Record(self._writer, self._search)
        return time.perf_counter() - started

    def step(self, number: int) -> dict[str, float]:
        """Take one candidate from the ask to the verdict; return seconds by step."""
        spent: dict[str, float] = {}
        search, record = self._search, self._record
        with clocked(spent, "sample"):
            ask = search.ask()
            record.commit(started_of(ask))
        with clocked(spent, "prompt"):
            build_prompt(ask, self._brief, self._config)
        source = kernel_text(1_000_000 + number)
        with clocked(spent, "admit"):
            child = search.candidate(ask, proposal_of(ask, source), digest(source))
            record.admit(ask.proposal, source, child)
        with clocked(spent, "start"):
            record.commit(e.EvaluationStarted(candidate=child.id))
        with clocked(spent, "add"):
            record.commit(*verdict(search, child.id, an_evaluation(random.Random(number))))
            if moves := search.migration():
                record.commit(e.Migrated(moves=moves))
        return spent

    def checkpoint(self) -> float:
        """Write a checkpoint; return the seconds that it took."""
        started = time.perf_counter()
        save_checkpoint(self._search.population, self._path / "checkpoint", 1)
        return time.perf_counter() - started

    def batches(self) -> Iterator[Sequence[e.Recorded]]:
        """Yield the record as a board reads it."""
        from fie_engine.record.rundir import RunDirectory

        run, seen = RunDirectory(self._path), 0
        while batch := run.events(seen, 1000):
            seen = batch[-1].seq
            yield batch
        run.close()

    def close(self) -> None:
        """Let go of the run."""
        self._writer.close()

    def _empty(self, seed_score: float, seed_length: int) -> Population:
        database = openevolve_config(self._config).database
        database.population_size = self._population
        return Population(database, seed_score, seed_length)


@contextmanager
def clocked(spent: dict[str, float], step: str) -> Iterator[None]:
    """Add the seconds of the block to a step."""
    started = time.perf_counter()
    yield
    spent[step] = spent.get(step, 0.0) + time.perf_counter() - started


def rss_mb() -> float:
    """Return this process's resident memory."""
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


def the_brief() -> Brief:
    """Return the embedded track's brief."""
    return brief_of(resolve_track("moe-mini", None, {}), ScoreRule().name)


def the_terms() -> Terms:
    """Return the terms of an endless search."""
    return Terms(
        seed_rng=1,
        iterations=1_000_000,
        patience=0,
        profiling=ProfilePolicy(when="always"),
        retiming=Retiming(),
        quick_cut=0.0,
        checkpoint_interval=0,
        islands=ISLANDS,
        inspirations=3,
        score_rule=ScoreRule(),
    )


# The run that is measured


def write_run(path: Path, programs: int) -> None:
    """Write a run of that many judged candidates, as an engine would have."""
    writer = RunWriter.create(path)
    seed = kernel_text(0)
    put_source(writer, "c0000", seed)
    writer.append(the_creation(programs), e.Proposed(proposal=0, candidate=a_candidate(0, seed)))
    writer.append(e.EngineStarted(pid=1, host="bench", resumed=False))
    chance = random.Random(0)
    first = an_evaluation(random.Random(0), speedup=1.0)
    writer.append(
        e.Evaluated(candidate="c0000", evaluation=first, score=1.0, noise=0.01),
        e.Improved(candidate="c0000", score=1.0, previous=0.0),
        *(e.IslandAdded(island=i, founder="c0000", reason="start") for i in range(ISLANDS)),
    )
    pending: list[e.Event] = []
    for number in range(1, programs):
        pending += one_candidate(writer, number, chance)
        if len(pending) >= BATCH:
            writer.append(*pending)
            pending.clear()
    writer.append(*pending)
    writer.close()


def one_candidate(writer: RunWriter, number: int, chance: random.Random) -> list[e.Event]:
    """Return a candidate's events; its kernel is written."""
    source = kernel_text(number)
    child = a_candidate(number, source, parent=f"c{chance.randrange(number):04d}")
    put_source(writer, child.id, source)
    evaluation = an_evaluation(chance, failed=chance.random() < FAILED_SHARE)
    speed = evaluation.results[0].speedup
    score = speed if evaluation.passed and speed else 0.0
    return [
        e.ProposalStarted(
            proposal=number, island=child.island, parent=child.parents[0], proposer="bench"
        ),
        e.Proposed(proposal=number, candidate=child),
        e.EvaluationStarted(candidate=child.id),
        e.Evaluated(candidate=child.id, evaluation=evaluation, score=score, noise=0.01),
    ]


def put_source(writer: RunWriter, name: str, source: str) -> None:
    """Write a kernel without waiting for the disk: the engine's way is measured elsewhere."""
    folder = writer.folder(name)
    folder.mkdir(parents=True)
    (folder / "kernel.py").write_text(source)


def a_candidate(number: int, source: str, parent: str = "") -> Candidate:
    """Return a candidate of an island by turns."""
    return Candidate(
        id=f"c{number:04d}",
        parents=(parent,) if parent else (),
        island=number % ISLANDS,
        generation=number,
        origin=Origin.LLM if parent else Origin.SEED,
        model="bench",
        note=f"idea {number}: keep the tile in registers and fuse the scale",
        digest=f"{number:016x}",
    )


def kernel_text(number: int) -> str:
    """Return a kernel of 20 KB that no other equals, of a length of its own."""
    lines = [f"VERSION = {number}", "# EVOLVE-BLOCK-START", "def kernel(x, out):"]
    length = KERNEL_CHARACTERS + (number * 37) % 2000
    count = length // 56
    lines += [
        f"    x_{line:05d} = x[{line:05d}] * {number % 977:03d} + {line:05d}  # a step"
        for line in range(count)
    ]
    return "\n".join([*lines, "    out[0] = x_00000", "# EVOLVE-BLOCK-END", ""])


def an_evaluation(
    chance: random.Random, *, failed: bool = False, speedup: float | None = None
) -> Evaluation:
    """Return a verdict on as many workloads as the contest has, all equally fast."""
    speed = speedup or chance.uniform(0.8, 3.0)
    status = Status.INCORRECT_NUMERICAL if failed else Status.PASSED
    return Evaluation(
        status=status,
        results=tuple(
            a_result(index, speed, chance) for index in range(1 if failed else WORKLOADS)
        ),
        device="a device",
        timing="a clock",
        environment=(("torch", "2"), ("triton", "3")),
        seconds=1.0,
        error="too far from the reference" if failed else "",
    )


def a_result(index: int, speed: float, chance: random.Random) -> WorkloadResult:
    """Return one workload's result with its samples."""
    median = 10.0 / speed
    samples = tuple(median * chance.uniform(0.99, 1.01) for _ in range(SAMPLES))
    return WorkloadResult(
        workload=f"00000000-0000-0000-0000-{index:012d}",
        label=f"T={index}",
        status=Status.PASSED,
        matched_ratio=0.99 + chance.random() / 200,
        samples_ms=samples,
        median_ms=median,
        spread_ms=median / 100,
        reference_ms=10.0,
    )


def the_creation(iterations: int) -> e.RunCreated:
    """Return the run's first event."""
    return e.RunCreated(
        run="bench",
        track="moe-mini",
        definition="moe",
        device="CPU",
        timing="a clock",
        caveat="",
        why_track="a benchmark",
        proposer="bench",
        why_proposer="a benchmark",
        score_name=ScoreRule().name,
        seed_rng=1,
        iterations=iterations,
        islands=ISLANDS,
        versions=(),
    )


def proposal_of(ask: Ask, source: str) -> Proposal:
    """Return a child of the ask's parent."""
    return Proposal(
        source=source,
        parents=(ask.parent.candidate.id,),
        origin=Origin.LLM,
        model="bench",
        note="an idea",
    )


def started_of(ask: Ask) -> e.ProposalStarted:
    """Return the event of the ask."""
    return e.ProposalStarted(
        proposal=ask.proposal, island=ask.island, parent=ask.parent.candidate.id, proposer="bench"
    )


if __name__ == "__main__":
    sys.exit(main())
