"""What the benchmark of both judges says follows from what was measured."""

from typing import Any

from tests.bench.judge_report import Record, rows, summary

LABELS = {"u1": "T=1", "u2": "T=55"}


def ours(kernel: str, mode: str, step: str, seconds: float, **medians_ms: float) -> dict[str, Any]:
    """Return one evaluation of ours that passed on the workloads with medians."""
    figures = {"mean_ms": None, "reference_ms": None, "matched_ratio": 1.0, "floor_ms": None}
    return {
        "kernel": kernel,
        "mode": mode,
        "step": step,
        "seconds": seconds,
        "status": "PASSED",
        "workloads": {
            uuid: {"status": "PASSED", "median_ms": median_ms, **figures}
            for uuid, median_ms in medians_ms.items()
        },
    }


def medians(**medians_ms: float) -> list[dict[str, Any]]:
    """Return one pass of the stock timing of the kernel "fast"."""
    return [
        {"event": "median", "solution": "fast", "workload": uuid, "median_ms": median_ms}
        for uuid, median_ms in medians_ms.items()
    ]


def workload(uuid: str, **statuses: str) -> dict[str, Any]:
    """Return the stock judge's word on one workload."""
    results = {kernel: {"status": status} for kernel, status in statuses.items()}
    return {"event": "workload", "workload": uuid, "results": results}


def measured() -> Record:
    """Return a sitting in which one wrong kernel died and the fast one was judged three times."""
    died = ours("dies", "search", "wrong", 0.5) | {"status": "CRASHED"}
    return Record(
        labels=LABELS,
        right=["fast"],
        ours=[
            ours("fast", "official", "first", 60.0, u1=0.2, u2=0.40),
            ours("fast", "official", "warm", 10.0, u1=0.2, u2=0.42),
            ours("fast", "search", "warm", 4.0, u1=0.2, u2=0.41),
            died,
        ],
        passes={
            "medians-1": medians(u1=0.2, u2=0.40),
            "medians-2": medians(u1=0.2, u2=0.44),
            "run_all": [
                {"event": "started", "time": 100.0},
                {"event": "ready", "time": 106.0},
                workload("u1", fast="PASSED"),
                {"event": "done", "seconds": 105.0},
            ],
            "verdicts": [workload("u2", fast="PASSED", dies="RUNTIME_ERROR")],
        },
    )


def test_the_summary_holds_both_judges_times_and_how_far_they_disagree() -> None:
    told = summary(measured(), {"cheats_refused": 40})
    disagreement_pct = told.pop("median_disagreement_pct")
    assert round(disagreement_pct, 2) == 2.38
    assert round(told.pop("median_disagreement_typical_pct"), 2) == 1.19
    assert told == {
        "stock_s": 105.0,
        "stock_startup_s": 6.0,
        "ours_s": 10.0,
        "adaptive_s": 4.0,
        "first_s": 60.0,
        "restarted_s": None,
        "rejected_s": 0.5,
        "medians_compared": 2,
        "medians_agree": 2,
        "verdicts_equal": True,
        "verdicts_compared": 2,
        "cheats_refused": 40,
        "cheats_total": None,
        "honest_refused": None,
        "profile_s": None,
        "two_gpu_scaling": None,
    }


def test_a_kernel_that_only_one_judge_passes_makes_the_verdicts_unequal() -> None:
    record = measured()
    record.passes["verdicts"] = [workload("u2", fast="INCORRECT_NUMERICAL")]
    assert summary(record, {})["verdicts_equal"] is False


def test_medians_that_differ_more_than_the_stock_judge_varies_do_not_agree() -> None:
    record = measured()
    record.passes |= {"medians-1": medians(u1=0.3), "medians-2": medians(u1=0.31, u2=0.40)}
    told = summary(record, {})
    assert (told["medians_compared"], told["medians_agree"]) == (2, 1)


def test_a_row_leaves_out_what_was_not_measured() -> None:
    record = Record(labels=LABELS, right=["fast"], passes={"medians-1": medians(u2=0.4)})
    assert rows(record) == [{"kernel": "fast", "workload": "T=55", "stock_ms": 0.4}]
