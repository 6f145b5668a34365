"""Pins, forks and their undoing, on a small search."""

import pytest
from tests.engine.lab import Lab

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.population.members import candidate_of
from fie_engine.steer.answer import Steering, steer
from fie_engine.steer.refusals import Refused


class Desk:
    """Carries commands out on a finished search, and records them."""

    def __init__(self, lab: Lab) -> None:
        lab.run(iterations=12)
        self.writer = lab.reopen()
        self.search: Search = lab.search(self.writer)
        self.lab = lab

    def do(self, command: Steering) -> tuple[e.Event, ...]:
        events = steer(command, self.search)
        follow_ups = self.search.apply(self.writer.append(*events))
        self.search.apply(self.writer.append(*follow_ups))
        return events


@pytest.fixture
def desk(lab: Lab) -> Desk:
    return Desk(lab)


def test_a_fork_founds_a_new_island_that_gets_children(desk: Desk) -> None:
    assert desk.do(c.Fork(candidate="c0002", reason="try tiles")) == (
        e.IslandAdded(island=3, founder="c0002", reason="try tiles"),
        e.Forked(candidate="c0002", island=3, reason="try tiles"),
    )
    island = desk.search.view.islands()[3]
    assert (island.founder, island.population, island.best_candidate) == ("c0002", 1, "c0002")
    assert 3 in desk.search.population.active
    while desk.search.ask().island != 3:
        desk.search.next_proposal += 1
    assert desk.search.ask().parent.candidate.id == "c0002"


def test_undoing_a_fork_retires_its_island_and_keeps_the_record(desk: Desk) -> None:
    desk.do(c.Fork(candidate="c0002"))
    desk.do(c.Undo())
    assert desk.search.population.active == [0, 1, 2]
    assert desk.search.view.islands()[3].retired
    assert desk.search.acts.standing == ()


def test_undo_takes_back_the_newest_act_first_and_then_the_one_before(desk: Desk) -> None:
    desk.do(c.Pin(candidate="c0001"))
    desk.do(c.Fork(candidate="c0002"))
    desk.do(c.Unpin(candidate="c0001"))
    assert [type(desk.do(c.Undo())[0]).__name__ for _ in range(3)] == [
        "Pinned",
        "IslandRetired",
        "Unpinned",
    ]
    with pytest.raises(Refused, match="nothing to take back"):
        desk.do(c.Undo())


def test_the_worst_pinned_candidate_survives_a_full_population(lab: Lab) -> None:
    from tests.engine.lab import faster

    lab.run(iterations=5)
    writer = lab.reopen()
    search = lab.search(writer, iterations=200)
    search.apply(writer.append(*steer(c.Pin(candidate="c0000"), search)))
    import asyncio

    from fie_engine.propose.scripted import ScriptedProposer

    asyncio.run(lab.engine(writer, search, ScriptedProposer(faster)).run())
    members = {candidate_of(program) for program in search.population.programs.values()}
    assert len(search.population.programs) <= 20 + 1
    assert "c0000" in members
    assert search.view.evicted_count > 100
    asked = [r.event.parent for r in writer_events(lab) if isinstance(r.event, e.ProposalStarted)]
    assert asked[50:].count("c0000") > 20


def writer_events(lab: Lab) -> list[e.Recorded]:
    return list(lab.reopen().events())


def test_pins_and_forks_survive_resume(desk: Desk) -> None:
    desk.do(c.Pin(candidate="c0003"))
    desk.do(c.Fork(candidate="c0002"))
    again = desk.lab.search(desk.lab.reopen())
    assert again.population.pinned == {"c0003"}
    assert again.population._members() == desk.search.population._members()
    assert again.acts == desk.search.acts
    assert again.view.candidates["c0003"].pinned


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (c.Pin(candidate="c9999"), "this run has no candidate c9999"),
        (c.Unpin(candidate="c0001"), "c0001 is not pinned"),
        (c.Undo(), "there is nothing to take back"),
        (c.Resume(), "the run is finished, not paused"),
        (c.Pause(), "the run is finished"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(desk: Desk, command: Steering, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        desk.do(command)
    assert str(refusal.value) == why


def test_a_pinned_candidate_that_was_evicted_comes_back(lab: Lab) -> None:
    lab.run(iterations=100)
    writer = lab.reopen()
    search = lab.search(writer)
    members = {candidate_of(program) for program in search.population.programs.values()}
    gone = next(name for name in search.judged if name not in members)
    search.apply(writer.append(*steer(c.Pin(candidate=gone), search)))
    assert gone in {candidate_of(program) for program in search.population.programs.values()}
