"""What models say while they say it."""

import asyncio

from tests.engine.lab import Lab
from tests.engine.propose.openai_server import OpenAIServer

from fie_engine import commands as c
from fie_engine.config.load import load_config
from fie_engine.live import Utterance
from fie_engine.loop.overheard import LONGEST_SHOWN, Overheard
from fie_engine.propose.choose import ProposerChoice
from fie_engine.propose.llm import ModelProposer
from fie_engine.record.rundir import RunDirectory
from fie_evaluator.tracks import resolve_track


def test_the_newest_state_of_each_reply_is_told_without_its_thinking() -> None:
    overheard = Overheard()
    overheard.hear(3, "<think>\nhm")
    overheard.hear(4, "a")
    overheard.hear(4, "ab")
    assert overheard.replies({3, 4}) == (
        Utterance(proposal=3, text="", characters=10),
        Utterance(proposal=4, text="ab", characters=2),
    )


def test_a_reply_that_has_ended_is_forgotten() -> None:
    overheard = Overheard()
    overheard.hear(3, "done")
    assert overheard.replies(set()) == ()
    assert overheard.replies({3}) == ()


def test_replies_share_what_a_heartbeat_carries() -> None:
    overheard = Overheard()
    for proposal in (1, 2):
        overheard.hear(proposal, "x" * LONGEST_SHOWN)
    assert [len(reply.text) for reply in overheard.replies({1, 2})] == [LONGEST_SHOWN // 2] * 2


def test_a_reply_is_in_the_heartbeat_while_it_streams_in(lab: Lab) -> None:
    with OpenAIServer() as server:
        server.stalls("<think>hm</think>so I change SPEED")
        replies = asyncio.run(listen(lab, server))
    lab.close()
    assert replies == (Utterance(proposal=1, text="so I change SPEED", characters=34),)


async def listen(lab: Lab, server: OpenAIServer) -> tuple[Utterance, ...]:
    """Return what the first heartbeat tells that tells of replies; then end the run."""
    choice = ProposerChoice(kind="llm", base_url=server.url, model="scripted", why="a test")
    overheard = Overheard()
    track = resolve_track("moe-mini", None, {})
    proposer = ModelProposer(choice, load_config(None, {}), track, sink=overheard.hear)
    writer = lab.create(seed="SPEED = 1.0\n", iterations=1)
    engine = lab.engine(writer, lab.search(writer, 1), proposer, overheard=overheard)
    task = asyncio.create_task(engine.run())
    run = RunDirectory(lab.path)
    while not ((live := run.live()) and live.replies):
        assert not task.done(), task
        await asyncio.sleep(0)
    run.send(c.Stop())
    await task
    run.close()
    return live.replies
