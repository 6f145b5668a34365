"""A search under a budget: a warning, a clean end, and a raise that lets it go on."""

import asyncio
from dataclasses import replace

from tests.engine.lab import Lab, created, judge_speed
from tests.engine.propose.openai_server import OpenAIServer, echo_prompt
from tests.engine.test_loop import order, until
from tests.engine.test_model_run import SEED, a_little_faster, judge
from tests.engine.test_tuning import tuning

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.config.load import load_config
from fie_engine.model import RunState
from fie_engine.money.budget import Budget
from fie_engine.propose.base import Ask
from fie_engine.propose.choose import ProposerChoice
from fie_engine.propose.llm import ModelProposer
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.record.rundir import RunDirectory, RunWriter
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation
from fie_evaluator.tracks import resolve_track


def slow(job: EvalJob) -> Evaluation:
    """Judge as if every candidate took ten seconds of its lease."""
    return replace(judge_speed(job), seconds=10.0)


def slower(ask: Ask) -> str:
    """Propose a kernel that is never as fast as the seed."""
    return f"speed = {0.5 - ask.proposal / 1e4:.4f}\n"


def set_budget(writer: RunWriter, budget: Budget) -> None:
    writer.append(replace(created(50), budget=budget))


def told(lab: Lab, *kinds: type) -> list[e.Event]:
    events = [recorded.event for recorded in RunDirectory(lab.path).events()]
    return [event for event in events if isinstance(event, kinds)]


def test_a_run_over_a_model_server_ends_when_its_tokens_are_spent(lab: Lab) -> None:
    async def run() -> None:
        with OpenAIServer(otherwise=echo_prompt(a_little_faster)) as server:
            choice = ProposerChoice(kind="llm", base_url=server.url, model="scripted", why="")
            track = resolve_track("moe-mini", None, {})
            proposer = ModelProposer(choice, load_config(None, {}), track)
            writer = lab.create(seed=SEED, iterations=50)
            # A reply of this server counts 11 + 7 tokens: nine are 162, ten 180.
            set_budget(writer, Budget(tokens=170))
            search = lab.search(writer, iterations=50)
            await lab.engine(writer, search, proposer, RecordedEvaluator(judge)).run()
            assert len(server.requests) == 10

    asyncio.run(run())
    view = lab.search(lab.reopen(), iterations=50).view
    assert (view.state, view.reason) == (
        RunState.FINISHED,
        "the budget of 170 tokens is spent",
    )
    assert view.money.total.tokens == 180
    assert (view.money.total.replies, view.money.total.local) == (10, 10)
    assert view.unjudged == []
    assert told(lab, e.BudgetNeared) == [e.BudgetNeared(limit="tokens", spent=144.0, budget=170.0)]


def test_judging_time_ends_a_search_that_no_model_drives(lab: Lab) -> None:
    writer = lab.create(iterations=50)
    set_budget(writer, Budget(gpu_seconds=45.0))
    search = lab.search(writer, iterations=50)
    asyncio.run(lab.engine(writer, search, evaluator=RecordedEvaluator(slow)).run())
    assert told(lab, e.Finished) == [
        e.Finished(reason="the budget of 45 device-seconds is spent", limit="gpu_seconds")
    ]
    assert search.view.evaluations == 5
    assert told(lab, e.BudgetNeared) == [
        e.BudgetNeared(limit="gpu_seconds", spent=40.0, budget=45.0)
    ]


def test_hours_end_a_search_by_the_records_clock(lab: Lab) -> None:
    writer = lab.create(iterations=10_000)
    # The lab's clock goes on by a second whenever somebody looks at it.
    set_budget(writer, Budget(hours=100 / 3600))
    search = lab.search(writer, iterations=10_000)
    asyncio.run(lab.engine(writer, search).run())
    assert told(lab, e.Finished) == [
        e.Finished(reason="the budget of 0.0278 hours is spent", limit="hours")
    ]
    assert 0 < search.view.iterations < 100


def test_a_finished_search_goes_on_once_its_budget_is_raised(lab: Lab) -> None:
    writer = lab.create(iterations=50)
    set_budget(writer, Budget(gpu_seconds=25.0))
    search = lab.search(writer, iterations=50)
    judge = RecordedEvaluator(slow)
    engine = lab.engine(writer, search, evaluator=judge, linger=True, tuning=tuning(search))

    async def run() -> None:
        running = asyncio.create_task(engine.run())
        await until(lambda: search.view.state is RunState.FINISHED)
        change = c.SetSetting(name="budget_gpu_seconds", value=45.0, reason="it pays")
        order(lab, engine, change)
        await until(lambda: len(told(lab, e.Finished)) == 2)
        order(lab, engine, c.Stop())
        await running

    asyncio.run(run())
    assert told(lab, e.Finished, e.SettingChanged, e.Resumed) == [
        e.Finished(reason="the budget of 25 device-seconds is spent", limit="gpu_seconds"),
        e.SettingChanged(
            name="fie.budget_gpu_seconds", value=45.0, previous=None, reason="it pays"
        ),
        e.Resumed(reason="the budget was raised"),
        e.Finished(reason="the budget of 45 device-seconds is spent", limit="gpu_seconds"),
    ]


def test_a_resumed_run_knows_what_was_spent(lab: Lab) -> None:
    writer = lab.create(iterations=50)
    set_budget(writer, Budget(gpu_seconds=25.0))
    search = lab.search(writer, iterations=50)
    asyncio.run(lab.engine(writer, search, evaluator=RecordedEvaluator(slow)).run())
    again = lab.search(lab.reopen(), iterations=50)
    assert again.view.money.total == search.view.money.total
    assert again.view.money.by_candidate == search.view.money.by_candidate
    asyncio.run(lab.engine(lab.writers[-1], again, evaluator=RecordedEvaluator(slow)).run())
    assert (again.view.evaluations, again.view.reason) == (
        3,
        "the budget of 25 device-seconds is spent",
    )


def test_a_stop_is_suggested_once_and_nothing_stops(lab: Lab) -> None:
    writer = lab.create(iterations=50)
    search = lab.search(writer, iterations=50)
    proposer = ScriptedProposer(slower)
    asyncio.run(lab.engine(writer, search, proposer, RecordedEvaluator(slow)).run())
    assert told(lab, e.StopSuggested) == [
        e.StopSuggested(iterations=20, unit="gpu_seconds", spent=200.0, steps=0.0, run_rate=0.0)
    ]
    assert search.view.reason == "all 50 iterations are used"
