"""What a sitting of both judges comes to: rows per kernel and workload, and a summary."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

AGREEMENT_PCT = 3.0
"Medians agree within this, or within what the stock judge itself varies by."
SAME_VERDICT = {"CRASHED": "RUNTIME_ERROR"}
"The stock judge has no name for a process that died."
ELSEWHERE = ("cheats_refused", "cheats_total", "honest_refused", "profile_s", "two_gpu_scaling")
"Keys of the summary that other scripts measure."

Told = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Record:
    """Everything that was measured so far."""

    labels: Mapping[str, str]
    "Workload labels by identifier, in the data set's order."
    right: Sequence[str]
    "Kernels that must pass; the first is the one whose times are compared."
    ours: list[Told] = field(default_factory=list)
    passes: dict[str, list[Told]] = field(default_factory=dict)
    "What the stock judge told, by step: medians-0 and on, run_all, verdicts."
    skipped: list[str] = field(default_factory=list)


def rows(record: Record) -> list[Told]:
    """Return one row per kernel and workload that both judges have timed, or one of them."""
    kernels = dict.fromkeys([*record.right, *(each["kernel"] for each in record.ours)])
    found = [row(record, kernel, uuid) for kernel in kernels for uuid in record.labels]
    return [each for each in found if len(each) > 2]


def row(record: Record, kernel: str, uuid: str) -> Told:
    """Return one kernel's figures on one workload; what was not measured is left out."""
    turns = [step for step in record.passes if step.startswith("medians-")]
    stock = [median_of(record, step, kernel, uuid) for step in turns]
    whole = result_of(record, "run_all", kernel, uuid)
    verdict = whole or result_of(record, "verdicts", kernel, uuid)
    official = our_medians(record, kernel, uuid, "official")
    told = {
        "kernel": kernel,
        "workload": record.labels[uuid],
        "stock_ms": mean_known([each.get("median_ms") for each in stock]),
        "stock_spread_pct": spread_pct([each.get("median_ms") for each in stock]),
        "stock_run_all_mean_ms": whole.get("mean_ms"),
        "stock_reference_mean_ms": whole.get("reference_mean_ms"),
        "stock_status": verdict.get("status"),
        "ours_ms": statistics.median(official) if official else None,
        "ours_spread_pct": spread_pct(official),
        "adaptive_ms": mean_known(our_medians(record, kernel, uuid, "search")),
        **ours_told(record, kernel, uuid),
    }
    if told["stock_ms"] and told["ours_ms"]:
        told["disagreement_pct"] = 100 * abs(told["ours_ms"] / told["stock_ms"] - 1)
    return {name: value for name, value in told.items() if value is not None}


def summary(record: Record, others: Mapping[str, Any]) -> Told:
    """Return the results file's keys; null is what this sitting did not measure."""
    compared = [each for each in rows(record) if "disagreement_pct" in each]
    fast = [each["disagreement_pct"] for each in compared if each["kernel"] == record.right[0]]
    warm = seconds(record, "warm", "official", record.right[0])
    adaptive = seconds(record, "warm", "search", record.right[0])
    verdicts = verdict_pairs(record)
    run_all = record.passes.get("run_all", [])
    return {
        "stock_s": one(run_all, "done").get("seconds"),
        "stock_startup_s": startup_s(run_all),
        "ours_s": median_known(warm),
        "adaptive_s": median_known(adaptive),
        "first_s": median_known(seconds(record, "first", "official", record.right[0])),
        "restarted_s": median_known(seconds(record, "restarted", "official", record.right[0])),
        "rejected_s": max(seconds(record, "wrong", "search"), default=None),
        "median_disagreement_pct": max(fast, default=None),
        "median_disagreement_typical_pct": median_known(fast),
        "medians_compared": len(compared),
        "medians_agree": sum(map(agrees, compared)),
        "verdicts_equal": all(ours == stock for ours, stock in verdicts) if verdicts else None,
        "verdicts_compared": len(verdicts),
        **{key: others.get(key) for key in ELSEWHERE},
    }


def agrees(row: Told) -> bool:
    """Whether a row's medians are as near as the stock judge is to itself, or nearer than 3 %."""
    return bool(row["disagreement_pct"] <= max(AGREEMENT_PCT, row.get("stock_spread_pct", 0.0)))


def verdict_pairs(record: Record) -> list[tuple[str, str]]:
    """Return our verdict and the stock judge's for each kernel that both have judged."""
    pairs = []
    for kernel in dict.fromkeys(each["kernel"] for each in record.ours):
        stock = stock_verdict(record, kernel)
        if stock:
            pairs.append((our_verdict(record, kernel), stock))
    return pairs


def our_verdict(record: Record, kernel: str) -> str:
    """Return our verdict in the stock judge's words; all of them where they differ."""
    told = (each["status"] for each in record.ours if each["kernel"] == kernel)
    return " and ".join(dict.fromkeys(SAME_VERDICT.get(status, status) for status in told))


def stock_verdict(record: Record, kernel: str) -> str:
    """Return PASSED, the first other verdict, or "" where the stock judge said nothing."""
    told = [
        event["results"][kernel]["status"]
        for step in ("run_all", "verdicts")
        for event in record.passes.get(step, [])
        if event["event"] == "workload" and kernel in event["results"]
    ]
    failed = [status for status in told if status != "PASSED"]
    return failed[0] if failed else ("PASSED" if told else "")


def seconds(record: Record, step: str, mode: str, kernel: str = "") -> list[float]:
    """Return the wall times of our evaluations of one kind."""
    return [
        each["seconds"]
        for each in record.ours
        if each["step"] == step and each["mode"] == mode and kernel in ("", each["kernel"])
    ]


def median_of(record: Record, step: str, kernel: str, uuid: str) -> Told:
    """Return what one pass of the stock timing told of one kernel and workload."""
    for event in record.passes.get(step, []):
        if event["event"] == "median" and (event["solution"], event["workload"]) == (kernel, uuid):
            return event
    return {}


def result_of(record: Record, step: str, kernel: str, uuid: str) -> Told:
    """Return the stock judge's result of one kernel on one workload."""
    for event in record.passes.get(step, []):
        if event["event"] == "workload" and event["workload"] == uuid:
            told: Told = event["results"].get(kernel, {})
            return told
    return {}


def our_medians(record: Record, kernel: str, uuid: str, mode: str) -> list[float]:
    """Return our medians of one kernel on one workload, in the order in which they were taken."""
    found = [
        each["workloads"].get(uuid, {}).get("median_ms")
        for each in record.ours
        if each["kernel"] == kernel and each["mode"] == mode
    ]
    return [each for each in found if each is not None]


def ours_told(record: Record, kernel: str, uuid: str) -> Told:
    """Return what our latest evaluation tells of one kernel on one workload besides its time."""
    for each in reversed(record.ours):
        if each["kernel"] == kernel and uuid in each["workloads"]:
            told = each["workloads"][uuid]
            named = ("mean_ms", "reference_ms", "matched_ratio", "floor_ms")
            return {"ours_status": told["status"]} | {f"ours_{key}": told[key] for key in named}
    return {}


def startup_s(told: Sequence[Told]) -> float | None:
    """Return how long the stock judge took from its start until it could begin."""
    started, ready = one(told, "started").get("time"), one(told, "ready").get("time")
    return None if started is None or ready is None else ready - started


def one(told: Sequence[Told], event: str) -> Told:
    """Return the event of that name; empty where there is none."""
    return next((each for each in told if each["event"] == event), {})


def spread_pct(values: Sequence[float | None]) -> float | None:
    """Return how far repeated figures lie apart, in percent of their mean."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    return 100 * (max(known) - min(known)) / statistics.mean(known)


def mean_known(values: Sequence[float | None]) -> float | None:
    """Return the mean of what is known."""
    known = [value for value in values if value is not None]
    return statistics.mean(known) if known else None


def median_known(values: Sequence[float]) -> float | None:
    """Return the median; None of nothing."""
    return statistics.median(values) if values else None
