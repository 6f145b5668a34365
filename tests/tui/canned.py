"""Canned runs: the same events every time, at a frozen clock."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from fie_engine import events as e
from fie_engine.commands import Command
from fie_engine.errors import NoSuchCandidate
from fie_engine.live import Live, Phase
from fie_engine.model import Candidate, Exchange, Origin
from fie_evaluator.results import (
    Advice,
    Evaluation,
    Figure,
    Profile,
    Status,
    WorkloadResult,
)

START = 1_795_000_000.0
"Unix time of the first event."

LABELS = ("T=1", "T=7", "T=16", "T=80", "T=256", "T=901")
DEVICE, TIMING = "CPU", "wall clock, 1 thread, median"

NOTES = (
    "dequantise only the experts that are hit",
    "gather the tokens of an expert before the projection",
    "hoist the scale expansion out of the loop",
    "BLOCK 128 → 64 in the gate projection",
    "fuse gate and up into one matmul",
    "accumulate in place with index_add_",
    "skip experts without a token",
    "keep activations in bfloat16",
)


@dataclass
class CannedRun:
    """A run directory in memory."""

    path: Path
    name: str = "moe-mini-1"
    record: list[e.Recorded] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    heartbeat: Live | None = None
    running: bool = True
    sent: list[Command] = field(default_factory=list)
    failure: Exception | None = None

    def events(self, after: int = 0, limit: int = 5000) -> list[e.Recorded]:
        if self.failure is not None:
            raise self.failure
        return self.record[after : after + limit]

    def send(self, command: Command) -> int:
        self.sent.append(command)
        return len(self.sent)

    def live(self) -> Live | None:
        return self.heartbeat

    def engine_running(self) -> bool:
        return self.running

    def source(self, candidate: str) -> str:
        if candidate not in self.sources:
            raise NoSuchCandidate(f"no candidate {candidate}")
        return self.sources[candidate]

    def exchange(self, candidate: str) -> Exchange | None:
        return self.exchanges.get(candidate)

    def close(self) -> None:
        """Nothing to close."""

    def add(self, *events: e.Event, at: float | None = None) -> None:
        """Append events, a second apart unless a time is given."""
        for event in events:
            seq = len(self.record) + 1
            when = START + seq if at is None else at
            self.record.append(e.Recorded(seq=seq, at=when, event=event))

    @property
    def now(self) -> float:
        """The newest event's time."""
        return self.record[-1].at if self.record else START


def created(**changes: object) -> e.RunCreated:
    """Return a run's terms."""
    terms: dict[str, object] = {
        "run": "moe-mini-1",
        "track": "moe-mini",
        "definition": "moe_fp8_block_scale_mini",
        "device": DEVICE,
        "timing": TIMING,
        "caveat": "not a contest score",
        "why_track": "no CUDA device",
        "proposer": "operators (no LLM)",
        "why_proposer": "no model server",
        "score_name": "geometric mean speedup vs reference",
        "seed_rng": 1,
        "iterations": 60,
        "islands": 3,
        "versions": (("fie-tui", "0.1.0"),),
    }
    return e.RunCreated(**(terms | changes))  # type: ignore[arg-type]


def passed(speedup: float, profile: bool = True) -> Evaluation:
    """Return an evaluation whose workloads lie around `speedup`."""
    results = tuple(
        WorkloadResult(
            workload=f"w{i}",
            label=label,
            status=Status.PASSED,
            matched_ratio=1.0,
            median_ms=(2.0 + 3 * i) / (speedup * (1.4 - 0.12 * i)),
            spread_ms=0.012 * (2.0 + 3 * i) / speedup,
            reference_ms=2.0 + 3 * i,
        )
        for i, label in enumerate(LABELS)
    )
    return Evaluation(
        status=Status.PASSED,
        results=results,
        profile=cpu_profile() if profile else None,
        device=DEVICE,
        timing=TIMING,
        seconds=1.8,
    )


def wrong(label: str = "T=7", error: str = "max abs error 0.31") -> Evaluation:
    """Return an evaluation that failed on a later workload."""
    return Evaluation(
        status=Status.INCORRECT_NUMERICAL,
        results=(
            WorkloadResult(workload="w0", label="T=1", status=Status.PASSED, matched_ratio=1.0),
            WorkloadResult(
                workload="w1",
                label=label,
                status=Status.INCORRECT_NUMERICAL,
                matched_ratio=0.871,
                error=error,
            ),
        ),
        device=DEVICE,
        timing=TIMING,
        seconds=0.6,
        log="shapes torch.Size([7, 256])\n",
    )


def crashed() -> Evaluation:
    """Return an evaluation that failed before any workload."""
    return Evaluation(
        status=Status.COMPILE_ERROR,
        device=DEVICE,
        timing=TIMING,
        seconds=0.1,
        error="NameError: name 'exprts' is not defined\n  kernel.py, line 58, in kernel",
    )


def cpu_profile() -> Profile:
    """Return a CPU breakdown."""
    return Profile(
        source="CPU operator breakdown",
        figures=(
            Figure(name="aten::mm", value=3.21, unit="ms", share=0.52),
            Figure(name="aten::mul", value=1.4, unit="ms", share=0.23),
            Figure(name="aten::to", value=0.7, unit="ms", share=0.11),
            Figure(name="peak memory", value=84.2, unit="MB"),
            Figure(name="operator calls", value=1312, unit=""),
        ),
        advice=(
            Advice(text="Half of the time is in 96 small matrix products: batch them.", gain=0.3),
            Advice(text="Dequantise once and keep it: aten::mul runs 64 times on the same block."),
        ),
    )


def candidate(
    number: int, parent: str, island: int, note: str = "", generation: int = 1
) -> Candidate:
    """Return a candidate of an operator."""
    return Candidate(
        id=f"c{number:04d}",
        parents=(parent,) if parent else (),
        island=island,
        generation=generation,
        origin=Origin.OPERATOR if parent else Origin.SEED,
        model="recipes" if parent else "naive",
        note=note or ("the naive seed" if not parent else NOTES[number % len(NOTES)]),
        digest=f"{number:016x}",
    )


def kernel(number: int) -> str:
    """Return a kernel's text; each number differs from its neighbours in a few lines."""
    body = "\n".join(
        f"    step_{i} = hidden[{i}] * {1 + (number * 7 + i) % 3 if i % 5 == 2 else 1}"
        for i in range(40)
    )
    return (
        f'"""Kernel {number}."""\n\nimport torch\n\nBLOCK = {64 + number % 4 * 32}\n\n\n'
        f"def kernel(hidden, output):\n    # accumulate in float32\n{body}\n"
        f"    output.copy_(hidden)\n"
    )


def empty(path: Path) -> CannedRun:
    """Return a run whose seed is being judged for the first time."""
    run = CannedRun(path)
    run.add(
        created(),
        e.EngineStarted(pid=4711, host="lab", resumed=False),
        e.Proposed(proposal=0, candidate=candidate(0, "", 0)),
        e.EvaluationStarted(candidate="c0000"),
    )
    run.sources["c0000"] = kernel(0)
    beat(run, Phase(what="judging c0000", stage="correctness 2/6", since=run.now))
    return run


def beat(run: CannedRun, *phases: Phase) -> None:
    """Give the run a fresh heartbeat."""
    run.heartbeat = Live(at=run.now, pid=4711, host="lab", phases=phases)


def searching(path: Path, judged: int = 42, seed: int = 7) -> CannedRun:
    """Return a run in the middle of its search, with failures, pins and forks."""
    run = empty(path)
    draw = random.Random(seed)
    best, best_name = 0.92, "c0000"
    run.add(
        e.Evaluated(candidate="c0000", evaluation=passed(best), score=best, noise=0.011),
        e.Improved(candidate="c0000", score=best, previous=0.0),
        *(e.IslandAdded(island=i, founder="c0000", reason="initial") for i in range(3)),
    )
    names = ["c0000"]
    for number in range(1, judged):
        parent = best_name if draw.random() < 0.6 else draw.choice(names)
        island, name = number % 3, f"c{number:04d}"
        run.sources[name] = kernel(number)
        run.add(
            e.ProposalStarted(
                proposal=number, island=island, parent=parent, proposer="operators (no LLM)"
            ),
            e.Proposed(
                proposal=number,
                candidate=candidate(number, parent, island, generation=1 + number // 3),
            ),
            e.EvaluationStarted(candidate=name),
        )
        luck = draw.random()
        if luck < 0.22:
            verdict = wrong() if luck < 0.15 else crashed()
            run.add(e.Evaluated(candidate=name, evaluation=verdict, score=0.0, noise=0.0))
            continue
        score = best * (draw.uniform(1.02, 1.35) if luck > 0.7 else draw.uniform(0.5, 1.005))
        run.add(e.Evaluated(candidate=name, evaluation=passed(score), score=score, noise=0.009))
        names.append(name)
        if score > best * 1.01:
            run.add(e.Improved(candidate=name, score=score, previous=best))
            best, best_name = score, name
        if number == 14:
            run.add(e.Pinned(candidate=name, reason=""))
        if number == 21:
            run.add(e.Forked(candidate=best_name, island=3, reason="try another way"))
            run.add(e.IslandAdded(island=3, founder=best_name, reason="fork"))
    run.add(e.Migrated(moves=((best_name, 0, 1),)))
    _leave_in_flight(run, judged, best_name)
    return run


def _leave_in_flight(run: CannedRun, number: int, parent: str) -> None:
    name = f"c{number:04d}"
    run.sources[name] = kernel(number)
    run.add(
        e.Proposed(proposal=number, candidate=candidate(number, parent, 1)),
        e.EvaluationStarted(candidate=name),
        e.ProposalStarted(
            proposal=number + 1, island=2, parent=parent, proposer="operators (no LLM)"
        ),
    )
    beat(
        run,
        Phase(what=f"judging {name}", stage="timing 3/6", since=run.now - 2),
        Phase(what=f"proposing from {parent}", stage="", since=run.now - 1),
    )
