"""Each sentence of advice follows from figures, by a rule that is written down here."""

import pytest

from fie_evaluator.profiler.advice import Bound, Measured, advise, bound_of, whole_gain
from fie_evaluator.profiler.metrics import (
    ACHIEVED,
    BANDWIDTH,
    BLOCKS,
    DRAM,
    DYNAMIC_SHARED,
    L2_HITS,
    MEMORY,
    REGISTERS,
    SM,
    SPILLS,
    STATIC_SHARED,
    TENSOR,
    THEORETICAL,
    WAVES,
    Metric,
    Reading,
    Stall,
)
from fie_evaluator.profiler.names import TracedKernel
from fie_evaluator.profiler.parsed import Rule
from fie_evaluator.profiler.rules import rules_advice
from fie_evaluator.results import Advice

Values = dict[Metric, float]


def kernel(
    values: Values, share: float = 0.5, limits: tuple[str, ...] = (), stall: str = ""
) -> Measured:
    stalls = (Stall(reason=stall, cycles=6.0, share=0.61),) if stall else ()
    reading = Reading(
        base="gemm", name="gemm<4>", values=values, limits=limits, blocks_per_sm=3, stalls=stalls
    )
    return Measured(share=share, reading=reading)


def traced(launches: int, launch_us: float, share: float) -> TracedKernel:
    ms = launches * launch_us / 1e3
    return TracedKernel(base="k", name="k", ms=ms, launches=launches, share=share)


TABLE: list[tuple[str, Measured, list[str]]] = [
    (
        "near DRAM's peak",
        kernel({DRAM: 82.73, SM: 14.7, MEMORY: 82.73, BANDWIDTH: 2772.7, WAVES: 0.6}),
        [
            "MEMORY-BOUND at 83 % of DRAM peak: gemm (50 % of the time) moves 2,773 GB/s; only "
            "fewer bytes help: narrower types, every weight read once, fusion with a neighbour."
        ],
    ),
    (
        "DRAM busy with room left",
        kernel(
            {DRAM: 71.8, SM: 31.8, ACHIEVED: 21.1, THEORETICAL: 25.0, REGISTERS: 128.0},
            limits=("registers",),
        ),
        [
            "MEMORY-BOUND at 72 % of DRAM peak: gemm (50 % of the time); keep more loads in "
            "flight, then move fewer bytes (occupancy 21 % of 25 %, limited by registers (128))."
        ],
    ),
    (
        "the caches are the limit",
        kernel({DRAM: 12.0, SM: 50.0, MEMORY: 75.0, L2_HITS: 91.0}),
        [
            "CACHE-BOUND: gemm (50 % of the time) keeps its memory pipes 75 % busy while DRAM "
            "works at 12 %, L2 hit rate 91 %: coalesce, use wider accesses, avoid bank conflicts, "
            "keep values in registers."
        ],
    ),
    (
        "arithmetic is the limit",
        kernel({DRAM: 12.0, SM: 85.0, MEMORY: 40.0, TENSOR: 80.0}),
        [
            "COMPUTE-BOUND at 85 % of SM peak: gemm (50 % of the time) with the tensor pipe at "
            "80 %; only less arithmetic helps: narrower types, nothing computed twice, no padding "
            "rows."
        ],
    ),
    (
        "arithmetic without tensor cores",
        kernel({DRAM: 12.0, SM: 55.0, TENSOR: 0.0}),
        [
            "TENSOR PIPE IDLE: gemm (50 % of the time) computes at 55 % of SM peak without the "
            "tensor cores: if it multiplies matrices, use tl.dot on 16-bit or 8-bit operands."
        ],
    ),
    (
        "nothing is busy, registers limit the occupancy",
        kernel(
            {
                **{DRAM: 20.0, SM: 14.0, ACHIEVED: 12.0, THEORETICAL: 25.0},
                **{REGISTERS: 168.0, WAVES: 2.0},
            },
            limits=("registers",),
            stall="long scoreboard",
        ),
        [
            "LATENCY-BOUND: occupancy 12 % of 25 %, limited by registers (168): gemm (50 % of the "
            "time) uses no unit beyond 20 % of its peak; its warps spend 61 % of their cycles "
            "waiting for global memory: load earlier, with more stages or wider loads; use "
            "smaller tiles or more warps per block."
        ],
    ),
    (
        "nothing is busy, shared memory limits the occupancy",
        kernel(
            {
                **{DRAM: 20.0, SM: 14.0, ACHIEVED: 12.0, THEORETICAL: 25.0},
                **{STATIC_SHARED: 1000.0, DYNAMIC_SHARED: 69000.0, WAVES: 2.0},
            },
            limits=("shared memory",),
            stall="unheard of",
        ),
        [
            "LATENCY-BOUND: occupancy 12 % of 25 %, limited by shared memory (70,000 B): gemm "
            "(50 % of the time) uses no unit beyond 20 % of its peak; its warps spend 61 % of "
            "their cycles waiting (unheard of); use fewer stages or smaller tiles."
        ],
    ),
    (
        "too few blocks",
        kernel({WAVES: 0.4, BLOCKS: 106.0}),
        [
            "0.4 WAVES: gemm (50 % of the time) fills 40 % of the SMs' room, 106 blocks in all: "
            "split the work finer (smaller tiles, split-K), or fuse it with a neighbour."
        ],
    ),
    (
        "one block",
        kernel({WAVES: 0.001, BLOCKS: 1.0}),
        [
            "UNDER 0.1 WAVES: gemm (50 % of the time) fills 0 % of the SMs' room, 1 block in all: "
            "split the work finer (smaller tiles, split-K), or fuse it with a neighbour."
        ],
    ),
    (
        "a part-filled last wave",
        kernel({WAVES: 1.5}),
        [
            "1.5 WAVES: the last wave of gemm (50 % of the time) is part-filled, so the SMs are "
            "75 % busy: choose tiles that make whole waves, or a persistent kernel."
        ],
    ),
    ("a well-filled last wave", kernel({WAVES: 1.9}), []),
    ("a part-filled wave among many", kernel({WAVES: 8.1}), []),
    (
        "spills",
        kernel({SPILLS: 1760.0, REGISTERS: 255.0}),
        [
            "SPILLS: gemm (50 % of the time) executes 1,760 spilling instructions at 255 registers "
            "per thread: use smaller tiles, more warps per block or fewer values alive at once."
        ],
    ),
    ("no spills", kernel({SPILLS: 0.0}), []),
    ("nothing measured", kernel({}), []),
    ("too small to matter", kernel({WAVES: 0.1}, share=0.02), []),
]


@pytest.mark.parametrize(
    ("measured", "sentences"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_advice_follows_from_figures(measured: Measured, sentences: list[str]) -> None:
    assert [advice.text for advice in advise([measured], ())] == sentences


@pytest.mark.parametrize(
    ("values", "bound"),
    [
        ({DRAM: 60.0, SM: 10.0}, Bound(by="DRAM", peak=60.0)),
        ({DRAM: 59.0, SM: 10.0, MEMORY: 59.0}, Bound(by="latency", peak=59.0)),
        ({DRAM: 30.0, SM: 10.0, MEMORY: 61.0}, Bound(by="cache", peak=61.0)),
        ({DRAM: 70.0, SM: 71.0}, Bound(by="compute", peak=71.0)),
        ({DRAM: 70.0}, None),
        ({SM: 70.0}, None),
    ],
)
def test_the_busiest_unit_is_the_bound(values: Values, bound: Bound | None) -> None:
    reading = kernel(values).reading
    assert bound_of(reading) == bound


def test_many_short_launches_are_one_piece_of_advice_by_their_share() -> None:
    kernels = [traced(3, 40.0, 0.39), traced(24, 2.5, 0.61)]
    waves = kernel({WAVES: 0.4}, share=0.39)
    assert [advice.text.partition(":")[0] for advice in advise([waves], kernels)] == [
        "LAUNCH-BOUND",
        "0.4 WAVES",
    ]
    assert advise((), kernels) == (
        Advice(
            text="LAUNCH-BOUND: 27 launches, 61 % of the time in kernels under 5 µs: fuse them, "
            "or fold them into the kernels around them."
        ),
    )


@pytest.mark.parametrize(
    "kernels", [[traced(4, 2.0, 1.0)], [traced(24, 2.0, 0.2), traced(1, 200.0, 0.8)]]
)
def test_few_or_negligible_short_launches_are_not_worth_a_sentence(
    kernels: list[TracedKernel],
) -> None:
    assert advise((), kernels) == ()


def test_a_gain_is_the_whole_candidates() -> None:
    assert whole_gain(0.5, 0.5) == pytest.approx(1 / 0.75 - 1)
    assert whole_gain(0.0, 0.9) == 0.0
    assert whole_gain(1.0, 1.0) == pytest.approx(99.0)


def rule(**changes: object) -> Rule:
    told: dict[str, object] = {
        **{"launch": "1", "name": "Stall", "kind": "OPT", "text": "Wait less."},
        **{"scope": "global", "saving": 0.5},
    }
    return Rule(**(told | changes))  # type: ignore[arg-type]


def test_nvidias_rules_are_ranked_by_what_they_save_of_the_whole() -> None:
    measured = {"1": kernel({}, share=0.2), "2": kernel({}, share=0.6), "3": kernel({}, share=0.01)}
    rules = [
        rule(name="Pipes", scope="local", saving=1.0, launch="2"),
        rule(name="Small", saving=0.3),
        rule(name="Large", saving=0.25, launch="2"),
        rule(name="Tiny", launch="3"),
        rule(name="Warning", kind="WRN"),
        rule(name="Told", kind="INF"),
        rule(name="SOLBottleneck", kind="INF", scope="", saving=None),
        rule(name="Unknown launch", launch="9"),
    ]
    assert rules_advice(rules, measured) == (
        Advice(
            text="gemm (60 % of the time), NVIDIA's Large, estimated 25 % of the kernel's time: "
            "Wait less.",
            gain=pytest.approx(1 / 0.85 - 1),
        ),
        Advice(
            text="gemm (20 % of the time), NVIDIA's Small, estimated 30 % of the kernel's time: "
            "Wait less.",
            gain=pytest.approx(1 / 0.94 - 1),
        ),
        Advice(
            text="gemm (60 % of the time), NVIDIA's Pipes, estimated 100 % of one unit's work: "
            "Wait less."
        ),
        Advice(text="gemm (20 % of the time), NVIDIA's SOLBottleneck: Wait less."),
    )


def test_no_more_than_eight_of_nvidias_rules_are_told() -> None:
    rules = [rule(name=f"Rule{index}") for index in range(20)]
    assert len(rules_advice(rules, {"1": kernel({})})) == 8
