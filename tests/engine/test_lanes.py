"""Who is asked next: queue limits, beaten parents, a filler beside a slow model, best of N."""

import asyncio
from concurrent.futures import Future
from dataclasses import replace

from tests.engine.lab import Lab, faster, judge_speed
from tests.engine.test_loop import order, until

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.backlog import Backlog
from fie_engine.loop.engine import Engine
from fie_engine.loop.lanes import Filler, outdated
from fie_engine.loop.pace import Limits
from fie_engine.loop.search import Search
from fie_engine.model import Origin, RunState
from fie_engine.population.members import named
from fie_engine.propose.base import Ask, Proposal
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.view.kinship import lineage
from fie_engine.view.rows import CandidateState
from fie_evaluator.base import OnProgress
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation


class Operators(ScriptedProposer):
    """Quick answers that no model gave."""

    title = "operators"


class Model(ScriptedProposer):
    """Answers as soon as it may."""

    title = "a model"

    def __init__(self) -> None:
        super().__init__(faster)
        self.may_answer = asyncio.Event()

    async def propose(self, ask: Ask) -> Proposal:
        await self.may_answer.wait()
        return replace(await super().propose(ask), origin=Origin.LLM, model=self.title)


def slower(ask: Ask) -> str:
    return f"speed = {0.5 + ask.proposal / 1e6:.7f}\n"


async def turns_of_the_loop(lab: Lab, engine: Engine, search: Search) -> None:
    """Return when the engine has been through all that it may do at least once more."""
    for command in (c.Pin(candidate="c0000"), c.Unpin(candidate="c0000")):
        pinned = isinstance(command, c.Pin)
        order(lab, engine, command)
        await until(lambda pinned=pinned: search.view.candidates["c0000"].pinned is pinned)


def test_a_free_lease_is_taken_before_the_next_ask_is_drawn(lab: Lab) -> None:
    submitted: list[str] = []

    class Judge(RecordedEvaluator):
        def submit(self, job: EvalJob, on_progress: OnProgress) -> Future[Evaluation]:
            submitted.append(job.candidate)
            return super().submit(job, on_progress)

    async def scenario() -> list[list[str]]:
        writer = lab.create()
        search = lab.search(writer)
        late: list[list[str]] = []

        def draw(*, polishing: bool = False) -> Ask:
            rows = search.view.candidates.items()
            judging = [name for name, row in rows if row.state is CandidateState.JUDGING]
            late.append([name for name in judging if name not in submitted])
            return drawn(polishing=polishing)

        drawn, search.ask = search.ask, draw  # type: ignore[method-assign]
        limits = Limits(proposals=2, ahead=3)
        await lab.engine(writer, search, evaluator=Judge(judge_speed), limits=limits).run()
        return late

    assert asyncio.run(scenario()) == [[]] * 10


def test_no_two_asks_that_are_open_at_once_are_the_same(lab: Lab) -> None:
    asks: list[Ask] = []

    class Thinking(Model):
        async def propose(self, ask: Ask) -> Proposal:
            asks.append(ask)
            return await super().propose(ask)

    async def scenario() -> None:
        model = Thinking()
        writer = lab.create()
        search = lab.search(writer)
        limits = Limits(proposals=4, ahead=4)
        running = asyncio.create_task(lab.engine(writer, search, model, limits=limits).run())
        await until(lambda: len(asks) == 4)
        model.may_answer.set()
        await running

    asyncio.run(scenario())
    assert [(ask.parent.candidate.id, ask.angle) for ask in asks[:4]] == [
        ("c0000", 0),
        ("c0000", 1),
        ("c0000", 2),
        ("c0000", 3),
    ]


def test_an_angle_is_free_again_once_the_answer_has_its_verdict() -> None:
    backlog = Backlog()
    asked = [
        e.ProposalStarted(proposal=n, island=0, parent="c0000", proposer="m", angle=n - 1)
        for n in (1, 2)
    ]
    for one in asked:
        backlog.ask(one, best=1.0)
    backlog.propose(1, "c0001")
    assert (backlog.angle_on("c0000"), backlog.angle_on("c0009")) == (2, 0)
    backlog.judge("c0001")
    assert backlog.angle_on("c0000") == 0


def test_no_more_is_asked_for_while_enough_candidates_wait(lab: Lab) -> None:
    async def scenario() -> list[str]:
        writer = lab.create()
        search = lab.search(writer)
        judge = RecordedEvaluator(judge_speed, held=True)
        limits = Limits(proposals=1, ahead=9, waiting=2)
        engine = lab.engine(writer, search, evaluator=judge, limits=limits)
        running = asyncio.create_task(engine.run())
        await until(lambda: bool(judge.running))
        judge.release("c0000")
        await until(lambda: len(search.view.unjudged) == 3)
        await turns_of_the_loop(lab, engine, search)
        open_then = search.view.unjudged
        order(lab, engine, c.Stop())
        await running
        return open_then

    assert asyncio.run(scenario()) == ["c0001", "c0002", "c0003"]


def test_children_of_beaten_parents_are_judged_but_few_may_wait(lab: Lab) -> None:
    async def scenario() -> Search:
        writer = lab.create(iterations=12)
        search = lab.search(writer, iterations=12)
        judge = RecordedEvaluator(judge_speed, held=True)
        limits = Limits(proposals=6, ahead=6, stale=2)
        engine = lab.engine(writer, search, evaluator=judge, limits=limits)
        running = asyncio.create_task(engine.run())
        await until(lambda: bool(judge.running))
        judge.release("c0000")
        await until(lambda: len(search.view.unjudged) == 7)
        # 1, 4 and 7 are children of the seed on one island: the first beats it.
        judge.release("c0001")
        await until(lambda: search.view.evaluations == 2)
        await turns_of_the_loop(lab, engine, search)
        assert outdated(search.view) == ["c0004", "c0007"]
        assert search.next_proposal == 8
        while not running.done():
            judge.release_all()
            await asyncio.sleep(0)
        await running
        return search

    view = asyncio.run(scenario()).view
    assert (view.state, view.evaluations) == (RunState.FINISHED, 13)


def test_operators_fill_the_lease_while_the_model_thinks_each_within_its_budget(lab: Lab) -> None:
    async def scenario() -> Search:
        writer = lab.create()
        search = lab.search(writer)
        model, filler = Model(), Filler(proposer=Operators(slower), share=0.6)
        limits = Limits(proposals=2, ahead=2)
        engine = lab.engine(writer, search, model, limits=limits, filler=filler)
        running = asyncio.create_task(engine.run())
        await until(lambda: search.view.backlog.used["operators"] == 6)
        await turns_of_the_loop(lab, engine, search)
        assert search.view.backlog.used == {"operators": 6}
        model.may_answer.set()
        await running
        return search

    view = asyncio.run(scenario()).view
    assert view.backlog.used == {"operators": 6, "a model": 4}
    assert view.reason == "all 10 iterations are used"


def test_what_each_proposer_used_is_known_after_a_restart(lab: Lab) -> None:
    lab.run()
    assert lab.search(lab.reopen()).view.backlog.used == {"scripted": 10}


def has_a_model_s_hand(search: Search, name: str) -> bool:
    line = lineage(search.view.candidates, name)
    return any(row.candidate.origin is Origin.LLM for row in line)


def share_of_models(search: Search, polishing: bool) -> float:
    """Return how often a parent has a model's hand in it, on islands that have such members."""
    parents = []
    for search.next_proposal in range(200):
        ask = search.ask(polishing=polishing)
        members = map(named, search.population.islands[ask.island])
        if any(has_a_model_s_hand(search, name) for name in members):
            parents.append(ask.parent.candidate.id)
    return sum(has_a_model_s_hand(search, name) for name in parents) / len(parents)


def test_polishing_is_mostly_about_the_best_that_a_model_wrote(lab: Lab) -> None:
    async def scenario() -> Search:
        writer = lab.create(iterations=8)
        search = lab.search(writer, iterations=8)
        model, filler = Model(), Filler(proposer=Operators(slower), share=0.5)
        model.may_answer.set()
        await lab.engine(writer, search, model, filler=filler).run()
        return search

    search = asyncio.run(scenario())
    shares = {polishing: share_of_models(search, polishing) for polishing in (False, True)}
    assert shares[True] > 0.8 > 0.6 > shares[False]


def test_best_of_n_derives_every_child_from_the_seed_and_learns_nothing(lab: Lab) -> None:
    asks: list[Ask] = []

    def keep(ask: Ask) -> str:
        asks.append(ask)
        return f"speed = {1.0 + ask.proposal}\n"

    writer = lab.create()
    search = lab.search(writer, strategy="best-of-n")
    asyncio.run(lab.engine(writer, search, ScriptedProposer(keep)).run())
    assert {ask.parent.candidate.id for ask in asks} == {"c0000"}
    assert {(ask.inspirations, len(ask.history)) for ask in asks} == {((), 1)}
    assert len(asks) == 10
