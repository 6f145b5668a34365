"""A model server that can't serve pauses the search once, and the search goes on by itself."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

from tests.engine.lab import Lab, faster
from tests.engine.test_lanes import Operators, slower
from tests.engine.test_loop import until

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.lanes import Filler
from fie_engine.loop.outage import Outage
from fie_engine.loop.pace import Limits
from fie_engine.model import RunState
from fie_engine.propose.base import Ask, ProviderDown
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.record.rundir import RunDirectory
from fie_engine.steer.answer import steer
from fie_engine.view.run import RunView


def down_at(*asks: int) -> Callable[[Ask], str]:
    """Return a script that finds no server at these asks, counted from 1."""
    asked: Iterator[int] = count(1)

    def script(ask: Ask) -> str:
        if next(asked) in asks:
            raise ProviderDown("model server http://x/v1: the connection failed")
        return faster(ask)

    return script


def test_a_search_waits_for_its_server_and_goes_on_without_a_word(lab: Lab) -> None:
    search = lab.run(down_at(3, 4, 5), iterations=6)
    view = search.view
    assert (view.state, view.iterations, view.evaluations) == (RunState.FINISHED, 6, 7)
    events = [recorded.event for recorded in lab.reopen().events()]
    pauses = [event for event in events if isinstance(event, e.Paused | e.Resumed)]
    assert pauses == [
        e.Paused(
            reason="model server http://x/v1: the connection failed",
            until="the model server answers",
        ),
        e.Resumed(reason="the model server answers"),
    ]
    failed = [event for event in events if isinstance(event, e.ProposalFailed)]
    assert [event.spent for event in failed] == [False] * 3


def test_the_log_tells_of_an_outage_once(lab: Lab) -> None:
    view = lab.run(down_at(2, 3), iterations=3).view
    told = [line.text for line in view.log if "the connection failed" in line.text]
    assert told == [
        "paused (model server http://x/v1: the connection failed); "
        "goes on by itself once the model server answers"
    ]


def test_a_candidate_that_waits_for_a_lease_is_judged_during_an_outage(lab: Lab) -> None:
    asked: Iterator[int] = count(1)

    def script(ask: Ask) -> str:
        if next(asked) > 2:
            raise ProviderDown("gone")
        return faster(ask)

    async def run() -> None:
        writer = lab.create(iterations=9)
        search = lab.search(writer, iterations=9)
        limits = Limits(proposals=3, ahead=3)
        engine = lab.engine(writer, search, ScriptedProposer(script), limits=limits)
        running = asyncio.create_task(engine.run())
        while search.view.evaluations < 3:
            await asyncio.sleep(0.01)
        assert search.view.waiting_for == "the model server answers"
        RunDirectory(lab.path).send(c.Stop())
        assert await running is RunState.STOPPED

    asyncio.run(run())


class Flaky(ScriptedProposer):
    """A model behind a server that a test switches on and off."""

    title = "a model"

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.serves = False

    def _answer(self, ask: Ask) -> str:
        if not self.serves:
            raise ProviderDown("the connection failed")
        return faster(ask)


def beside_operators(lab: Lab, share: float, back_when: Callable[[RunView], bool]) -> RunView:
    """Run ten iterations with a model whose server comes up at some point."""

    async def run() -> None:
        model, filler = Flaky(), Filler(proposer=Operators(slower), share=share)
        running = asyncio.create_task(lab.engine(writer, search, model, filler=filler).run())
        await until(lambda: back_when(search.view))
        model.serves = True
        await running

    writer = lab.create()
    search = lab.search(writer)
    asyncio.run(run())
    return search.view


def told_of_the_model(view: RunView) -> list[str]:
    words = ("paused", "resumed", "left out", "asked again")
    return [line.text for line in view.log if any(word in line.text for word in words)]


def test_the_operators_go_on_while_the_models_server_is_gone(lab: Lab) -> None:
    view = beside_operators(lab, 0.6, lambda view: view.backlog.used["operators"] >= 1)
    assert view.backlog.used == {"operators": 6, "a model": 4}
    assert told_of_the_model(view)[:1] == [
        "a model is left out until its server answers: the connection failed"
    ]
    assert "a model is asked again" in told_of_the_model(view)
    assert view.models.absent == {}


def test_the_search_pauses_once_the_operators_have_used_up_their_share(lab: Lab) -> None:
    view = beside_operators(lab, 0.3, lambda view: view.state is RunState.PAUSED)
    assert view.backlog.used == {"operators": 3, "a model": 7}
    assert told_of_the_model(view) == [
        "a model is left out until its server answers: the connection failed",
        "paused (the connection failed); goes on by itself once the model server answers",
        "a model is asked again",
        "resumed (the model server answers)",
    ]


def test_an_engine_that_starts_anew_asks_every_model(lab: Lab) -> None:
    writer = lab.create()
    search = lab.search(writer)
    gone = e.ModelLeftOut(model="a model", reason="gone")
    search.apply(writer.append(gone))
    assert search.view.models.absent == {"a model": "gone"}
    search.apply(writer.append(e.EngineStarted(pid=1, host="h", resumed=True)))
    assert search.view.models.absent == {}


def test_a_person_takes_over_a_pause_and_then_nothing_ends_it_by_itself(lab: Lab) -> None:
    writer = lab.create()
    search = lab.search(writer)
    started = e.EngineStarted(pid=1, host="h", resumed=False)
    search.apply(writer.append(started, e.Paused(reason="down", until="the server answers")))
    search.apply(writer.append(*steer(c.Pause(reason="lunch"), search)))
    assert (search.view.state, search.view.waiting_for) == (RunState.PAUSED, "")


def test_the_pause_doubles_up_to_a_limit_and_heeds_the_server() -> None:
    now = 0.0
    outage = Outage(lambda: now)
    waits = []
    for asked_s in (0.0, 0.0, 0.0, 90.0, 0.0, 0.0, 0.0, 0.0, 1e10):
        outage.goes_on(asked_s)
        begun = now
        while not outage.is_due():
            now += 5.0
        waits.append(now - begun)
    assert waits == [5.0, 10.0, 20.0, 90.0, 80.0, 160.0, 300.0, 300.0, 3600.0]
    outage.is_over()
    outage.goes_on(0.0)
    now += 5.0
    assert outage.is_due()
