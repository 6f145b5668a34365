"""The scheduler on known answers."""

import asyncio
from collections.abc import Callable

import pytest
from tests.engine.lab import SEED, Lab, faster, judge_speed

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.engine import Engine
from fie_engine.loop.pace import Limits
from fie_engine.loop.search import EXHAUSTED, Search
from fie_engine.model import RunState
from fie_engine.propose.base import Ask, NoProposal, Proposal, ProviderDown
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.record.rundir import RunDirectory
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation


def kinds(run: RunDirectory) -> list[str]:
    return [type(recorded.event).__name__ for recorded in run.events()]


def facts(search: Search) -> list[tuple[str, tuple[str, ...], int, float, str]]:
    return [
        (row.candidate.id, row.candidate.parents, row.candidate.island, row.score, row.state)
        for row in search.view.candidates.values()
    ]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.002)


def test_a_search_uses_all_its_iterations_and_keeps_the_best(lab: Lab) -> None:
    view = lab.run().view
    assert (view.state, view.reason) == (RunState.FINISHED, "all 10 iterations are used")
    assert (view.iterations, view.evaluations, len(view.candidates)) == (10, 11, 11)
    assert view.best is not None
    assert view.best.score == max(row.score for row in view.candidates.values())
    assert [island.island for island in view.islands()] == [0, 1, 2]


def test_the_same_seed_replies_and_verdicts_give_the_same_run(lab: Lab) -> None:
    first = lab.run()
    second = Lab(lab.path.with_name("again")).run()
    assert facts(first) == facts(second)
    assert first.population._members() == second.population._members()


def sometimes(ask: Ask) -> str:
    if ask.proposal % 3 == 0:
        raise NoProposal("nothing found")
    return faster(ask)


class LateProposer(ScriptedProposer):
    """Answers only after the judge is idle, as a slow model does."""

    judge: RecordedEvaluator

    async def propose(self, ask: Ask) -> Proposal:
        await until(lambda: not self.judge.running)
        await asyncio.sleep(0.002)
        return await super().propose(ask)


async def with_a_slow_model(lab: Lab) -> Search:
    writer = lab.create()
    search = lab.search(writer)
    proposer = LateProposer(sometimes)
    proposer.judge = RecordedEvaluator(judge_speed)
    await lab.engine(writer, search, proposer, proposer.judge).run()
    lab.close()
    return search


async def with_a_slow_judge(lab: Lab) -> Search:
    """Let every proposal land long before the evaluation under way does."""
    writer = lab.create()
    search = lab.search(writer)
    judge = RecordedEvaluator(judge_speed, held=True)
    running = asyncio.create_task(
        lab.engine(writer, search, ScriptedProposer(sometimes), judge).run()
    )
    while not running.done():
        await asyncio.sleep(0.005)
        judge.release_all()
    await running
    lab.close()
    return search


def test_a_slow_model_and_a_slow_judge_walk_the_same_path(lab: Lab) -> None:
    slow_model = asyncio.run(with_a_slow_model(lab))
    slow_judge = asyncio.run(with_a_slow_judge(Lab(lab.path.with_name("again"))))
    assert facts(slow_model) == facts(slow_judge)
    assert slow_model.view.iterations == slow_judge.view.iterations == 10


def test_it_ends_when_nothing_improves_for_long_enough(lab: Lab) -> None:
    view = lab.run(lambda ask: f"speed = {0.5 - ask.proposal / 1e6}\n", patience=4).view
    assert view.state is RunState.FINISHED
    assert view.reason.startswith("no new best in")


def test_wrong_kernels_are_recorded_and_never_become_parents(lab: Lab) -> None:
    search = lab.run(lambda ask: f"speed = -{ask.proposal}.0\n")
    assert {row.candidate.parents for row in search.view.candidates.values()} == {
        (),
        ("c0000",),
    }
    assert search.view.failures == 10


def test_a_duplicate_is_never_judged(lab: Lab) -> None:
    search = lab.run(lambda ask: SEED + "# another comment\n")
    assert search.view.evaluations == 1
    assert search.view.iterations == 10


def test_a_seed_that_fails_ends_the_run_and_says_why(lab: Lab) -> None:
    writer = lab.create(seed="speed = -1.0\n")
    search = lab.search(writer)
    assert asyncio.run(lab.engine(writer, search).run()) is RunState.FAILED
    assert search.view.reason == (
        "the seed kernel is no start: INCORRECT_NUMERICAL at T=1: too far from the reference"
    )


def test_a_lost_evaluation_is_judged_again(lab: Lab) -> None:
    lost = []

    def flaky(job: EvalJob) -> Evaluation:
        if job.candidate == "c0003" and not lost:
            lost.append(job.candidate)
            raise EvaluatorError("the device went away")
        return judge_speed(job)

    writer = lab.create()
    search = lab.search(writer)
    asyncio.run(lab.engine(writer, search, evaluator=RecordedEvaluator(flaky)).run())
    assert lost == ["c0003"]
    assert search.view.candidates["c0003"].evaluation is not None


def test_a_broken_judge_fails_the_run_instead_of_spinning(lab: Lab) -> None:
    def broken(job: EvalJob) -> Evaluation:
        raise EvaluatorError("no device")

    writer = lab.create()
    search = lab.search(writer)
    state = asyncio.run(lab.engine(writer, search, evaluator=RecordedEvaluator(broken)).run())
    assert state is RunState.FAILED
    assert "the judge failed 3 times in a row: no device" in search.view.reason


def test_a_dead_model_server_pauses_the_search(lab: Lab) -> None:
    def down(ask: Ask) -> str:
        raise ProviderDown("no server at http://127.0.0.1:9")

    async def scenario() -> None:
        writer = lab.create()
        search = lab.search(writer)
        engine = lab.engine(writer, search, ScriptedProposer(down))
        running = asyncio.create_task(engine.run())
        await until(lambda: search.view.state is RunState.PAUSED)
        assert search.view.reason == "no server at http://127.0.0.1:9"
        assert search.view.iterations == 0
        order(lab, engine, c.Stop())
        assert await running is RunState.STOPPED

    asyncio.run(scenario())


def order(lab: Lab, engine: Engine, command: c.Command) -> None:
    RunDirectory(lab.path, lab.clock).send(command)
    engine.wake()


def test_pause_starts_nothing_new_and_lets_what_runs_land(lab: Lab) -> None:
    async def scenario() -> None:
        writer = lab.create()
        search = lab.search(writer)
        judge = RecordedEvaluator(judge_speed, held=True)
        engine = lab.engine(writer, search, evaluator=judge)
        running = asyncio.create_task(engine.run())
        await until(lambda: bool(judge.running))
        judge.release("c0000")
        await until(lambda: judge.running == ("c0001",))
        order(lab, engine, c.Pause(reason="lunch"))
        await until(lambda: search.view.state is RunState.PAUSED)
        judge.release("c0001")
        await until(lambda: search.view.evaluations == 2)
        await asyncio.sleep(0.15)
        assert judge.running == ()
        paused = kinds(RunDirectory(lab.path))
        after = paused[paused.index("Paused") :]
        assert "EvaluationStarted" not in after
        assert "ProposalStarted" not in after
        order(lab, engine, c.Resume())
        await until(lambda: bool(judge.running))
        order(lab, engine, c.Stop())
        await running

    asyncio.run(scenario())


def test_stop_ends_at_once_and_the_run_can_go_on(lab: Lab) -> None:
    async def scenario() -> None:
        writer = lab.create()
        search = lab.search(writer)
        judge = RecordedEvaluator(judge_speed, held=True)
        engine = lab.engine(writer, search, evaluator=judge)
        running = asyncio.create_task(engine.run())
        await until(lambda: bool(judge.running))
        order(lab, engine, c.Stop(reason="enough"))
        assert await running is RunState.STOPPED

    asyncio.run(scenario())
    writer = lab.reopen()
    search = lab.search(writer)
    asyncio.run(lab.engine(writer, search).run())
    assert search.view.state is RunState.FINISHED
    assert search.view.iterations == 10


def test_resuming_rebuilds_the_very_same_population(lab: Lab) -> None:
    before = lab.run()
    writer = lab.reopen()
    after = lab.search(writer)
    assert facts(after) == facts(before)
    assert after.population._members() == before.population._members()
    assert after.next_proposal == before.next_proposal
    assert after.known == before.known


def test_a_run_whose_engine_ends_in_the_middle_of_an_ask_goes_on_as_if_it_had_not(
    lab: Lab,
) -> None:
    class Slow(ScriptedProposer):
        async def propose(self, ask: Ask) -> Proposal:
            if ask.proposal == 5:
                await asyncio.Event().wait()
            return await super().propose(ask)

    async def cut_off() -> None:
        writer = lab.create()
        search = lab.search(writer)
        running = asyncio.create_task(lab.engine(writer, search, Slow(faster)).run())
        await until(lambda: 5 in search.view.backlog.asked)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(cut_off())
    writer = lab.reopen()
    resumed = lab.search(writer)
    asyncio.run(lab.engine(writer, resumed).run())
    whole = Lab(lab.path.with_name("whole")).run()
    assert facts(resumed) == facts(whole)
    assert resumed.population._members() == whole.population._members()


async def steered(lab: Lab, command: c.Command, until_event: type) -> Search:
    """Let a search finish, linger, take one command, and stop."""
    writer = lab.create()
    search = lab.search(writer)
    engine = lab.engine(writer, search, linger=True)
    running = asyncio.create_task(engine.run())
    await until(lambda: search.view.state is RunState.FINISHED)
    order(lab, engine, command)
    await until(lambda: until_event.__name__ in kinds(RunDirectory(lab.path)))
    order(lab, engine, c.Stop())
    await running
    return search


def test_a_promotion_is_judged_officially_in_a_fresh_process(lab: Lab) -> None:
    jobs: list[EvalJob] = []

    def judge(job: EvalJob) -> Evaluation:
        jobs.append(job)
        return judge_speed(job)

    async def scenario() -> None:
        writer = lab.create()
        search = lab.search(writer)
        engine = lab.engine(writer, search, evaluator=RecordedEvaluator(judge), linger=True)
        running = asyncio.create_task(engine.run())
        await until(lambda: search.view.state is RunState.FINISHED)
        order(lab, engine, c.Promote(candidate="c0001"))
        await until(lambda: bool(search.view.candidates["c0001"].promoted))
        order(lab, engine, c.Stop())
        await running

    asyncio.run(scenario())
    assert (jobs[-1].candidate, jobs[-1].mode, jobs[-1].fresh) == ("c0001", "official", True)


@pytest.mark.parametrize("command", [c.Promote(candidate="c9999"), c.Pin(candidate="c9999")])
def test_an_unknown_candidate_is_refused_by_name(lab: Lab, command: c.Command) -> None:
    asyncio.run(steered(lab, command, e.CommandRefused))
    refused = [r.event for r in RunDirectory(lab.path).events()]
    assert (
        e.CommandRefused(
            command=type(command).__name__.lower(), reason="this run has no candidate c9999"
        )
        in refused
    )


def test_an_injected_kernel_is_judged_like_any_other(lab: Lab) -> None:
    search = asyncio.run(steered(lab, c.Inject(source="speed = 9.0\n", parent="c0002"), e.Improved))
    injected = [r for r in search.view.candidates.values() if r.candidate.origin == "edit"]
    assert [row.candidate.parents for row in injected] == [("c0002",)]


def test_two_leases_and_many_asks_overlap_within_their_limits(lab: Lab) -> None:
    async def scenario() -> None:
        writer = lab.create()
        search = lab.search(writer)
        judge = RecordedEvaluator(judge_speed, slots=2, held=True)
        limits = Limits(proposals=3, ahead=3)
        engine = lab.engine(writer, search, evaluator=judge, limits=limits)
        running = asyncio.create_task(engine.run())
        await until(lambda: bool(judge.running))
        judge.release("c0000")
        await until(lambda: len(judge.running) == 2 and len(search.view.unjudged) == 5)
        assert judge.queued == ()
        order(lab, engine, c.Stop())
        await running

    asyncio.run(scenario())


def test_a_kernel_saved_in_the_inbox_becomes_a_child_of_the_best(lab: Lab) -> None:
    async def scenario() -> Search:
        writer = lab.create()
        search = lab.search(writer)
        engine = lab.engine(writer, search, linger=True)
        running = asyncio.create_task(engine.run())
        await until(lambda: search.view.state is RunState.FINISHED)
        best = search.view.best_candidate
        (lab.path / "inbox" / "mine.py").write_text("speed = 50.0\n")
        await until(lambda: search.view.best_candidate != best)
        order(lab, engine, c.Stop())
        await running
        return search

    row = asyncio.run(scenario()).view.best
    assert row is not None
    assert (row.candidate.note, row.candidate.origin, round(row.score, 6)) == (
        "inbox: mine.py",
        "edit",
        50.0,
    )


def test_the_next_ask_says_why_the_last_answers_were_no_child(lab: Lab) -> None:
    asks: list[Ask] = []

    def keep(ask: Ask) -> str:
        asks.append(ask)
        raise NoProposal(f"block {ask.proposal} matches twice")

    lab.run(keep, iterations=3)
    assert [ask.refused for ask in asks] == [
        (),
        ("block 1 matches twice",),
        ("block 2 matches twice", "block 1 matches twice"),
    ]


def test_a_parent_with_nothing_left_to_try_costs_no_iteration(lab: Lab) -> None:
    def barren(ask: Ask) -> str:
        if ask.proposal % 2 == 0:
            raise NoProposal("all has been tried", exhausted=True)
        return faster(ask)

    view = lab.run(barren, iterations=6).view
    assert (view.iterations, view.evaluations) == (6, 7)


def test_a_search_ends_though_nothing_is_left_to_try_anywhere(lab: Lab) -> None:
    def barren(ask: Ask) -> str:
        raise NoProposal("all has been tried", exhausted=True)

    search = lab.run(barren, iterations=2)
    assert (search.view.iterations, search.next_proposal) == (2, 1 + 2 * (EXHAUSTED + 1))
