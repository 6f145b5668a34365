"""A run and its candidates as JSON objects; `fie-tui show --help` documents the fields."""

from dataclasses import asdict
from typing import Any

from fie_engine.checklist.progress import Finding
from fie_engine.money.cost import Cost
from fie_engine.record.shelf import files_of
from fie_engine.view.narrate import failure
from fie_engine.view.rows import CandidateRow, IslandRow, Turns
from fie_engine.view.run import RunView
from fie_evaluator.results import Evaluation, WorkloadResult
from fie_evaluator.scoring import limit_reached
from fie_tui.told.checklist import found_of
from fie_tui.told.cost_objects import cost_report, spending_report
from fie_tui.told.course import course_report
from fie_tui.told.history import History

Report = dict[str, Any]


def run_report(history: History) -> Report:
    """Return everything that scripts may rely on about a run."""
    view = history.view
    return {
        "run": history.run.name,
        "path": str(history.run.path),
        "state": history.state,
        "reason": view.reason,
        **_terms(view),
        **_scores(view),
        **_counts(view),
        **spending_report(view.money, view.last_at),
        "models": [{**asdict(row), "unusable": row.unusable} for row in view.models.rows],
        "models_left_out": dict(view.models.absent),
        "engine": _engine(history),
        "event": view.last_seq,
        "events": history.events,
        "improvements": [asdict(improvement) for improvement in history.improvements],
        **course_report(view),
        "islands": [_island(island) for island in view.islands()],
        "candidates": [_candidate(row) for row in view.candidates.values()],
    }


def candidate_report(row: CandidateRow, cost: Cost, history: History) -> Report:
    """Return everything that scripts may rely on about a candidate."""
    run = history.run
    found = found_of(history.view, row, run.source(row.candidate.id))
    results = row.evaluation.results if row.evaluation else ()
    profile = row.evaluation.profile if row.evaluation else None
    exchange = run.exchange(row.candidate.id)
    return {
        **_candidate(row),
        "workloads": [_workload(result) for result in results],
        **_measured(row.evaluation),
        "profile": asdict(profile) if profile else None,
        "exchange": asdict(exchange) if exchange else None,
        "cost": cost_report(cost),
        "turns": _turns(row.turns) if row.turns else None,
        "first_score": row.first_score,
        "first_noise": row.first_noise,
        "checklist": [_step(one) for one in found],
        "gate": asdict(row.gate) if row.gate else None,
        "kernel": str(run.folder(row.candidate.id) / "kernel.py"),
        "files": [str(path) for path in files_of(run.folder(row.candidate.id))],
    }


def _step(found: Finding) -> Report:
    step = found.step
    return {"id": step.id, "title": step.title, "state": str(found.state), "reason": found.reason}


def _terms(view: RunView) -> Report:
    created = view.created
    names = ("track", "definition", "device", "timing", "caveat", "proposer", "score_name")
    terms: Report = {name: getattr(created, name, None) for name in (*names, "seed_rng")}
    terms["held_out"] = [asdict(one) for one in created.held_out] if created else []
    terms["planned_iterations"] = created.iterations if created else None
    terms["versions"] = dict(created.versions) if created else {}
    return terms


def _scores(view: RunView) -> Report:
    seed, best = view.seed, view.best
    return {
        "seed_candidate": seed.candidate.id if seed else None,
        "seed_score": seed.score if seed and seed.evaluation else None,
        "best_candidate": best.candidate.id if best else None,
        "best_score": best.score if best else None,
        "best_noise": best.noise if best else None,
    }


def _counts(view: RunView) -> Report:
    return {
        "iterations": view.iterations,
        "evaluations": view.evaluations,
        "failures": view.failures,
        "duels": view.duels,
        "seconds": view.last_at - view.started_at,
    }


def _engine(history: History) -> Report:
    engine = history.view.engine
    return {
        "running": history.running,
        "pid": engine.pid if engine else None,
        "host": engine.host if engine else None,
    }


def _island(island: IslandRow) -> Report:
    names = (
        *("island", "population", "best", "best_candidate", "mean", "stagnation"),
        *("founder", "retired", "muted", "direction"),
    )
    return {name: getattr(island, name) for name in names}


def _turns(turns: Turns) -> Report:
    names = ("against", "ratio", "noise", "verdict")
    return {name: getattr(turns, name) for name in names}


def _candidate(row: CandidateRow) -> Report:
    made, evaluation = row.candidate, row.evaluation
    return {
        "id": made.id,
        "parents": list(made.parents),
        "island": made.island,
        "generation": made.generation,
        "origin": made.origin.value,
        "model": made.model,
        "note": made.note,
        "state": row.state.value,
        "score": row.score,
        "noise": row.noise,
        "estimate": row.is_estimate,
        "versus_parent": row.versus_parent,
        "pinned": row.pinned,
        "champion": row.champion,
        "promoted": row.promoted,
        "status": evaluation.status.value if evaluation else None,
        "error": failure(evaluation) if evaluation and not evaluation.passed else "",
    }


def _measured(evaluation: Evaluation | None) -> Report:
    """Return how it was measured, and what a GPU tells besides times."""
    if evaluation is None:
        return dict.fromkeys(("timing", "noise_floor", "limit_fraction", "conditions", "build"))
    conditions = evaluation.conditions
    return {
        "timing": evaluation.timing,
        "noise_floor": evaluation.noise_floor,
        "limit_fraction": limit_reached(evaluation),
        "conditions": asdict(conditions) if conditions else None,
        "build": [asdict(kernel) for kernel in evaluation.build],
    }


def _workload(result: WorkloadResult) -> Report:
    names = (
        *("workload", "label", "matched_ratio", "median_ms", "spread_ms", "reference_ms"),
        *("speedup", "floor_ms", "bound", "limit_fraction", "error"),
    )
    return {name: getattr(result, name) for name in names} | {"status": result.status.value}
