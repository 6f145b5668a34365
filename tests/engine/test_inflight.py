"""What the heartbeat says of work under way."""

import asyncio

from fie_engine.live import Phase
from fie_engine.loop.inflight import InFlight, Patience
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


async def test_every_phase_says_after_how_long_it_counts_as_stuck() -> None:
    in_flight = InFlight(lambda: 5.0, Patience(proposing_s=10, judging_s=20, promoting_s=30))

    async def work() -> None:
        await asyncio.Event().wait()

    in_flight.propose(3, work())
    in_flight.judge("c1", work())
    in_flight.judge("c2", work())
    in_flight.retime("c3", work())
    in_flight.promote("c4", work())
    in_flight.note(Progress(candidate="c2", stage="lease", note="waiting for the GPU"))
    in_flight.note(Progress(candidate="c2", stage="timing"))
    await asyncio.sleep(0)
    told = in_flight.phases()
    await in_flight.cancel()
    assert [(phase.what, phase.patience_s) for phase in told] == [
        ("proposing #3", 10),
        ("judging c1", 20),
        ("judging c2", 0),
        ("retiming c3", 40),
        ("promoting c4", 30),
    ]
