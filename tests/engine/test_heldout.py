"""Workloads that only a promotion sees."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.lab import Lab, created, judge_speed
from tests.engine.test_loop import order, until
from tests.evaluator.judging import small_track
from tests.kernels.definitions import definition, write

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.config.load import load_config
from fie_engine.loop.heldout import held_out
from fie_engine.model import HeldOut, RunState
from fie_engine.view.narrate import narrate
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation
from fie_evaluator.track import Track
from fie_evaluator.tracks import resolve_track

LAST = HeldOut(workload="w9", label="T=9")


@pytest.fixture
def track(tmp_path: Path) -> Track:
    """A track with 19 workloads, two of which are its quick subset."""
    told = definition(
        "copy_n8",
        axes={"rows": None, "n": 8},
        inputs={"x": ["rows", "n"]},
        output=["rows", "n"],
        reference="def run(x):\n    return x\n",
    )
    write(tmp_path, told, [{"rows": rows} for rows in range(1, 20)])
    quick = (("rows=3", 9.0), ("rows=19", 10.0))
    return replace(small_track(tmp_path, "copy_n8"), quick=quick)


def labels(track: Track, **given: object) -> list[str]:
    """What a run holds out with these settings."""
    config = load_config(None, {name.replace("__", "."): value for name, value in given.items()})
    return [one.label for one in held_out(config, track)]


def test_two_of_nineteen_are_held_out_and_the_seed_says_which(track: Track) -> None:
    drawn = {tuple(labels(track, fie__seed_rng=seed)) for seed in range(30)}
    assert {len(each) for each in drawn} == {2}
    assert len(drawn) > 20
    assert not {"rows=3", "rows=19"} & {label for each in drawn for label in each}
    assert labels(track, fie__seed_rng=7) == labels(track, fie__seed_rng=7)


def test_a_share_decides_how_many_and_never_takes_what_the_quick_subset_wants(track: Track) -> None:
    assert len(labels(track, fie__held_out=0.25)) == 5
    assert len(labels(track, fie__held_out=0.001)) == 1
    assert labels(track, fie__held_out=0) == []
    greedy = replace(track, quick=tuple((f"rows={rows}", 1.0) for rows in range(1, 19)))
    assert labels(greedy, fie__held_out=0.5) == ["rows=19"]


def test_a_track_with_few_workloads_holds_none_out_unless_asked() -> None:
    mini = resolve_track("moe-mini", None, {})
    assert labels(mini) == []
    assert len(labels(mini, fie__held_out=0.3)) == 2


def test_the_search_leaves_them_out_and_a_promotion_tells_them_apart(lab: Lab) -> None:
    jobs: list[EvalJob] = []

    def judge(job: EvalJob) -> Evaluation:
        jobs.append(job)
        found = judge_speed(job)
        if job.leave_out or not found.passed:
            return found
        slower = replace(found.results[0], workload="w9", label="T=9", median_ms=20.0)
        return replace(found, results=(*found.results, slower))

    async def scenario() -> list[e.Recorded]:
        writer = lab.create()
        writer.append(replace(created(10), held_out=(LAST,)))
        search = lab.search(writer)
        engine = lab.engine(writer, search, evaluator=RecordedEvaluator(judge), linger=True)
        running = asyncio.create_task(engine.run())
        await until(lambda: search.view.state is RunState.FINISHED)
        order(lab, engine, c.Promote(candidate="c0001"))
        await until(lambda: bool(search.view.candidates["c0001"].promoted))
        order(lab, engine, c.Stop())
        await running
        return list(writer.events())

    history = asyncio.run(scenario())
    assert {job.leave_out for job in jobs[:-1]} == {("w9",)}
    assert (jobs[-1].mode, jobs[-1].leave_out) == ("official", ())
    [promoted] = [one for one in history if isinstance(one.event, e.Promoted)]
    assert isinstance(promoted.event, e.Promoted)
    gate = promoted.event.gate
    assert gate is not None
    assert (gate.labels, gate.drawn.held_out, gate.regression) == (("T=9",), ("w9",), 0.0)
    assert "held out: 0.50× on T=9, which the search never saw" in narrate(promoted).text
