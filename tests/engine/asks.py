"""Small asks, briefs and judged kernels for tests of prompts and proposers."""

from fie_engine.model import Candidate, Origin
from fie_engine.prompt.brief import Brief
from fie_engine.prompt.told import Told
from fie_engine.propose.base import Ask, Judged
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_evaluator.results import (
    Advice,
    BuiltKernel,
    Evaluation,
    Figure,
    Profile,
    Status,
    WorkloadResult,
)

KERNEL = """import torch

# EVOLVE-BLOCK-START
SCALE = 2


def kernel(x, out):
    for row in range(len(x)):
        out[row] = x[row] * SCALE
# EVOLVE-BLOCK-END
"""

BRIEF = Brief(
    title="Scale a matrix",
    entry_point="kernel",
    parameters=("x", "out"),
    axes=("rows varies", "columns = 8"),
    tensors=("x: float32 [rows, columns]", "out: float32 [rows, columns] (written by you)"),
    device="CPU",
    timing="wall clock, 1 thread",
    score_name="geometric mean speedup vs reference",
    required_matched_ratio=0.9,
    rtol=0.3,
    atol=1.0,
    constraints=("There is no GPU.",),
    reference="def run(x):\n    return x * 2\n",
)


def judged(
    name: str,
    parents: tuple[str, ...] = (),
    *,
    score: float = 0.0,
    note: str = "",
    scale: int = 2,
    status: Status = Status.PASSED,
    error: str = "",
    matched: float = 0.996,
    profile: Profile | None = None,
) -> Judged:
    """Return a judged kernel with two workloads."""
    results = (
        result("T=1", status, matched, score or 1.0, error),
        result("T=80", Status.PASSED, 0.951, (score or 1.0) * 2, ""),
    )
    evaluation = Evaluation(
        status=status,
        results=results,
        profile=profile,
        device="CPU",
        timing="wall clock, 1 thread",
        error=error,
    )
    candidate = Candidate(
        id=name,
        parents=parents,
        island=0,
        generation=len(parents),
        origin=Origin.LLM,
        model="scripted",
        note=note,
        digest=name,
    )
    source = KERNEL.replace("SCALE = 2", f"SCALE = {scale}")
    return Judged(candidate=candidate, source=source, evaluation=evaluation, score=score)


def result(
    label: str, status: Status, matched: float, speedup: float, error: str
) -> WorkloadResult:
    """Return one workload's result; a failed one has no latency."""
    passed = status is Status.PASSED
    return WorkloadResult(
        workload=label,
        label=label,
        status=status,
        matched_ratio=matched,
        median_ms=4.0 / speedup if passed else None,
        reference_ms=4.0 if passed else None,
        error=error,
    )


PROFILE = Profile(
    source="CPU operator breakdown",
    figures=(
        Figure(name="aten::mul", value=3.21987, unit="ms", share=0.61),
        Figure(name="time_per_token: void kernel_moe_fp8_block_scale_topk8", value=12, unit="us"),
    ),
    advice=(
        Advice(text="61 % of the time goes into 80 small multiplications", gain=0.5),
        Advice(text="the loop is in Python"),
    ),
)

BUILD = (
    BuiltKernel(
        name="gate_up_kernel", registers=168, spills=0, shared_bytes=98304, warps=8, stages=3
    ),
    BuiltKernel(name="route\x1b[31m", registers=255, spills=64, shared_bytes=0, warps=4, stages=1),
)

SEED = judged("c0000", score=1.0, note="the seed", profile=PROFILE)
PARENT = judged("c0003", ("c0000",), score=1.8, note="hoist the scale", scale=3)
FAILED = judged(
    "c0004",
    ("c0003",),
    note="multiply in fp8",
    status=Status.INCORRECT_NUMERICAL,
    error="max abs error\n 3.1\x1b[31m",
    matched=0.61,
)
SLOWER = judged("c0005", ("c0000",), score=0.9, note="two loops", scale=5)
BEST = judged("c0006", ("c0000",), score=2.4, note="one torch.mul", scale=6)
SECOND = judged("c0007", ("c0006",), score=2.0, note="in place", scale=7)
OTHER = judged("c0008", ("c0001",), score=1.1, note="by columns {braces}", scale=8)


def row(found: Judged) -> CandidateRow:
    """Return a judged kernel as a view has it."""
    passed = found.evaluation.passed
    return CandidateRow(
        candidate=found.candidate,
        state=CandidateState.PASSED if passed else CandidateState.FAILED,
        at=0.0,
        evaluation=found.evaluation,
        score=found.score,
    )


TOLD = Told(line=(row(PARENT), row(SEED)), tried=tuple(map(row, (FAILED, BEST, SLOWER))))


def an_ask(**changes: object) -> Ask:
    """Return an ask from the parent with the whole family as its history."""
    values: dict[str, object] = {
        "proposal": 9,
        "seed_rng": 1,
        "island": 0,
        "parent": PARENT,
        "inspirations": (BEST, SECOND, OTHER),
        "history": (SEED, PARENT, FAILED, SLOWER, BEST, SECOND, OTHER),
        "known": frozenset(),
        "told": TOLD,
    }
    return Ask(**{**values, **changes})  # type: ignore[arg-type]
