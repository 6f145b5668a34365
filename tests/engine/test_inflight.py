"""What the heartbeat says of work under way."""

import asyncio

from fie_engine.live import Phase
from fie_engine.loop.inflight import InFlight
from fie_evaluator.job import Progress


async def test_a_phase_tells_the_stage_and_what_it_waits_for() -> None:
    in_flight = InFlight(lambda: 7.0)
    begun, forever = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await forever.wait()

    in_flight.judge("c1", work())
    await begun.wait()
    told = []
    for progress in (
        Progress(candidate="c1", stage="lease", note="waiting for the GPU, held by pid 7"),
        Progress(candidate="c1", stage="timing", done=2, total=19),
        Progress(candidate="c1", stage="profile"),
    ):
        in_flight.note(progress)
        told += in_flight.phases()
    await in_flight.cancel()
    assert told == [
        Phase(what="judging c1", stage="waiting for the GPU, held by pid 7", since=7.0),
        Phase(what="judging c1", stage="timing 2/19", since=7.0),
        Phase(what="judging c1", stage="profile", since=7.0),
    ]
