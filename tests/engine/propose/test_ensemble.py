"""Several models answer as one, and a server that is down is passed over."""

import random
from dataclasses import replace

import pytest
from tests.engine.asks import an_ask

from fie_engine.model import Origin
from fie_engine.propose.bandit import by_weight
from fie_engine.propose.base import Ask, Mend, NoProposal, Proposal, ProviderDown
from fie_engine.propose.ensemble import Ensemble


class Known:
    """A proposer that answers with its own name, or not at all."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.down: ProviderDown | NoProposal | None = None
        self.asked = 0
        self.closed = False

    async def propose(self, ask: Ask) -> Proposal:
        """Answer, or be down."""
        self.asked += 1
        if self.down is not None:
            raise self.down
        return Proposal(source=self.title, parents=(), origin=Origin.LLM, model=self.title, note="")

    async def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def asks(count: int) -> list[Ask]:
    """Return asks that differ in their number."""
    return [replace(an_ask(), proposal=number) for number in range(1, count + 1)]


async def test_the_asks_number_and_the_runs_seed_decide_who_answers() -> None:
    members = [(Known("big"), 3.0), (Known("small"), 1.0)]
    ensemble = Ensemble(members)
    answered = [(await ensemble.propose(ask)).model for ask in asks(20)]
    drawn = [random.Random(f"1:{number}:model") for number in range(1, 21)]
    assert answered == [by_weight({"big": 3.0, "small": 1.0}, rng)[0] for rng in drawn]
    assert set(answered) == {"big", "small"}
    assert ensemble.title == "big + small"


async def test_a_model_whose_server_is_down_is_passed_over_until_it_is_due() -> None:
    now = 0.0
    broken, sound = Known("broken"), Known("sound")
    broken.down = ProviderDown("gone")
    ensemble = Ensemble([(broken, 1e9), (sound, 1.0)], clock=lambda: now)
    for ask in asks(5):
        assert (await ensemble.propose(ask)).model == "sound"
    assert broken.asked == 1
    broken.down, now = None, 6.0
    assert (await ensemble.propose(an_ask())).model == "broken"


async def test_a_model_that_answers_without_a_child_is_there_again() -> None:
    now = 0.0
    broken = Known("broken")
    broken.down = ProviderDown("gone")
    ensemble = Ensemble([(broken, 1e9), (Known("sound"), 1.0)], clock=lambda: now)
    await ensemble.propose(an_ask())
    assert ensemble.absent == {"broken": "gone"}
    broken.down, now = NoProposal("no idea"), 6.0
    with pytest.raises(NoProposal):
        await ensemble.propose(an_ask())
    assert ensemble.absent == {}


async def test_where_no_server_serves_all_reasons_are_told() -> None:
    left, right = Known("left"), Known("right")
    left.down, right.down = ProviderDown("left is gone", 30.0), ProviderDown("right too", 20.0)
    ensemble = Ensemble([(left, 1e9), (right, 1.0)])
    for _ in range(2):
        with pytest.raises(ProviderDown) as down:
            await ensemble.propose(an_ask())
        assert (str(down.value), down.value.wait_s) == ("left is gone; right too", 20.0)


async def test_a_failed_reply_is_put_right_by_the_model_that_gave_it() -> None:
    ensemble = Ensemble([(Known("big"), 1e9), (Known("small"), 1e-9)])
    mend = Mend(name="#3", source="", reply="", error="", model="small")
    assert (await ensemble.propose(replace(an_ask(), mend=mend))).model == "small"


async def test_closing_closes_all() -> None:
    members = [Known("big"), Known("small")]
    await Ensemble([(member, 1.0) for member in members]).close()
    assert [member.closed for member in members] == [True, True]
