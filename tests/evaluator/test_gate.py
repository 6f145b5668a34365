"""An official judging beside what a search had found."""

import json
from pathlib import Path

import pytest

from fie_evaluator.promotion.submission import Submission, pack
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule
from fie_evaluator.seeds import MINI
from fie_evaluator.stages.gate import Drawn, gate_of, gate_told
from fie_evaluator.tracks import resolve_track

RULE = ScoreRule()


def evaluation(**speedups: float) -> Evaluation:
    """An official judging with these speedups by workload."""
    results = tuple(
        WorkloadResult(
            workload=name,
            label=f"T={name[1:]}",
            status=Status.PASSED,
            median_ms=1.0,
            reference_ms=speedup,
        )
        for name, speedup in speedups.items()
    )
    return Evaluation(status=Status.PASSED, results=results, device="CPU", timing="clock")


def test_workloads_that_were_held_out_have_a_score_of_their_own() -> None:
    drawn = Drawn(score=10.0, noise=0.01, draws=61, held_out=("w80", "w901"))
    gate = gate_of(evaluation(w1=8.0, w7=11.52, w80=4.0, w901=9.0), RULE, drawn)
    assert (gate.searched, gate.held_out) == (pytest.approx(9.6), pytest.approx(6.0))
    assert gate_told(gate) == [
        "the search found 10.00× among 61 evaluations; officially 9.60×, -4.0% (the best of many "
        "draws is a lucky one)",
        "held out: 6.00× on T=80, T=901, which the search never saw",
    ]


def test_a_search_that_saw_everything_holds_nothing_out() -> None:
    gate = gate_of(evaluation(w1=4.0, w7=4.0), RULE, Drawn(score=3.0, noise=0.1, draws=5))
    assert gate.held_out is None
    assert gate.regression == pytest.approx(1 / 3)
    assert gate_told(gate) == [
        "the search found 3.00× among 5 evaluations; officially 4.00×, +33.3%"
    ]


def test_a_score_of_nothing_has_no_regression() -> None:
    gate = gate_of(evaluation(w1=4.0), RULE, Drawn(score=0.0, noise=0.0, draws=0))
    assert gate.regression is None
    assert gate_told(gate) == []


def test_a_submissions_summary_tells_both(tmp_path: Path) -> None:
    track = resolve_track(MINI, None, {})
    names = [path.stem for path in sorted(track.dataset.rglob("*.safetensors"))]
    official = evaluation(**dict.fromkeys(names, 4.0))
    drawn = Drawn(score=5.0, noise=0.02, draws=200, held_out=tuple(names[:1]))
    submission = Submission(
        name="best",
        author="fie-tui",
        run="first",
        candidate="c0017",
        source="def kernel(output):\n    pass\n",
        track=track,
        evaluation=official,
        rule=RULE,
        gate=gate_of(official, RULE, drawn),
        date="2026-11-22 13:00 UTC",
    )
    folder = pack(submission, tmp_path)
    told = json.loads((folder / "summary.json").read_text())
    label = official.results[0].label
    assert told["held_out"] == {"score": pytest.approx(4.0), "workloads": [label]}
    assert told["search"] == {
        "score": 5.0,
        "score_relative_noise": 0.02,
        "evaluations": 200,
        "official_score": pytest.approx(4.0),
        "regression": pytest.approx(-0.2),
    }
    summary = (folder / "SUMMARY.md").read_text()
    assert "- the search found 5.00× among 200 evaluations; officially 4.00×, -20.0% " in summary
    assert f"- held out: 4.00× on {label}, which the search never saw" in summary
