"""A model server that can't serve pauses the search once, and the search goes on by itself."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

from tests.engine.lab import Lab, faster

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.outage import Outage
from fie_engine.loop.pace import Limits
from fie_engine.model import RunState
from fie_engine.propose.base import Ask, ProviderDown
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.record.rundir import RunDirectory
from fie_engine.steer.answer import steer


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
    for asked_s in (0.0, 0.0, 0.0, 90.0, 0.0, 0.0, 0.0, 0.0):
        outage.goes_on(asked_s)
        begun = now
        while not outage.is_due():
            now += 5.0
        waits.append(now - begun)
    assert waits == [5.0, 10.0, 20.0, 90.0, 80.0, 160.0, 300.0, 300.0]
    outage.is_over()
    outage.goes_on(0.0)
    now += 5.0
    assert outage.is_due()
