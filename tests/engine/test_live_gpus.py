"""What the heartbeat says of the judges' GPUs."""

import asyncio
from collections.abc import Callable

import pytest
from tests.engine.lab import Lab, judge_speed

from fie_engine import commands as c
from fie_engine.live import Live
from fie_engine.loop.engine import Engine
from fie_engine.record import history
from fie_engine.record.rundir import RunDirectory
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.timing.reading import Reading


class PlayedGauge:
    """A GPU whose load is how often it was read."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> tuple[Reading, ...]:
        self.looks += 1
        return (reading(self.looks),)


def reading(load: int) -> Reading:
    figures = {"utilisation_pct": load, "throttled": ("power cap",)}
    return Reading(at=5.0, host="lab", index=0, uuid="GPU-0", name="NVIDIA H100", **figures)  # type: ignore[arg-type]


async def beat(run: RunDirectory, wanted: Callable[[Live], bool]) -> Live:
    """Wait for a heartbeat."""
    while not ((live := run.live()) and wanted(live)):
        await asyncio.sleep(0)
    return live


async def pause(lab: Lab, engine: Engine, judge: RecordedEvaluator) -> tuple[Live, Live, Live]:
    """Return a heartbeat of the search at work, one as soon as it rests, and a later one."""
    run = RunDirectory(lab.path)
    task = asyncio.create_task(engine.run())
    working = await beat(run, lambda live: bool(live.readings and live.phases))
    run.send(c.Pause())
    while not judge.queued and not judge.running:
        await asyncio.sleep(0)
    judge.release_all()
    resting = await beat(run, lambda live: live.at > working.at and not live.phases)
    later = await beat(run, lambda live: live.at > resting.at + 10)
    run.send(c.Stop())
    await task
    run.close()
    return working, resting, later


def test_gpus_are_read_while_a_search_works_and_left_alone_while_it_rests(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BEAT_S", 0.0)
    gauge, judge = PlayedGauge(), RecordedEvaluator(judge_speed, held=True)
    writer = lab.create(iterations=3)
    engine = lab.engine(writer, lab.search(writer, 3), evaluator=judge, gauge=gauge)
    working, resting, later = asyncio.run(asyncio.wait_for(pause(lab, engine, judge), 60))
    lab.close()
    loads = [one.utilisation_pct for live in (working, resting, later) for one in live.readings]
    assert working.readings == (reading(loads[0] or 0),)
    assert loads[1:] == [gauge.looks, gauge.looks]
