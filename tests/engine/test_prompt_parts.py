"""A prompt's table of workloads."""

from dataclasses import replace

from tests.engine.asks import PARENT, SEED, row

from fie_engine.prompt.parts import workload_table
from fie_evaluator.results import Status

TIMED, OTHER = PARENT.evaluation.results


def test_without_a_known_limit_the_table_has_no_column_for_it() -> None:
    assert workload_table(PARENT.evaluation, 0.9) == (
        "| workload | latency ms | speedup | matched (margin) |\n"
        "|---|--:|--:|--:|\n"
        "| T=1 | 2.222 | 1.80x | 0.996 (+0.096) |\n"
        "| T=80 | 1.111 | 3.60x | 0.951 (+0.051) |"
    )


def test_a_workload_is_compared_with_the_own_parents_and_a_small_change_is_called_noise() -> None:
    before = replace(
        SEED.evaluation,
        results=(replace(TIMED, median_ms=2.2, spread_ms=0.1), replace(OTHER, median_ms=2.0)),
    )
    line = (row(PARENT), row(replace(SEED, evaluation=before)))
    assert workload_table(PARENT.evaluation, 0.9, line) == (
        "| workload | latency ms | speedup | vs c0000 | matched (margin) |\n"
        "|---|--:|--:|--:|--:|\n"
        "| T=1 | 2.222 | 1.80x | -1% (noise) | 0.996 (+0.096) |\n"
        "| T=80 | 1.111 | 3.60x | +80% | 0.951 (+0.051) |"
    )


def test_a_known_limit_is_told_with_what_is_reached_of_it_and_what_binds() -> None:
    results = (
        replace(TIMED, floor_ms=0.5, bound="memory"),
        replace(OTHER, floor_ms=1.0, bound="compute"),
        replace(OTHER, label="T=901", median_ms=None, status=Status.TIMEOUT, error="too slow"),
    )
    assert workload_table(replace(PARENT.evaluation, results=results), 0.9) == (
        "| workload | latency ms | speedup | limit ms (reached, by) | matched (margin) |\n"
        "|---|--:|--:|--:|--:|\n"
        "| T=1 | 2.222 | 1.80x | 0.5 (22%, memory) | 0.996 (+0.096) |\n"
        "| T=80 | 1.111 | 3.60x | 1 (90%, compute) | 0.951 (+0.051) |\n"
        "| T=901 | TIMEOUT |  |  | too slow |\n"
        "The limit is the time that this device's measured bandwidth or arithmetic needs at least."
    )
