"""Hints, directions, constraints and islands in a person's hands, undone and replayed."""

from dataclasses import replace

import pytest
from tests.engine.lab import Lab

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.population.members import candidate_of
from fie_engine.steer.answer import Steering, steer
from fie_engine.steer.refusals import LONGEST_TEXT, Refused
from fie_engine.view.narrate import narrate
from fie_engine.view.rows import Constraint, Hint


class Helm:
    """Carries commands out on a finished search, and records them."""

    def __init__(self, lab: Lab) -> None:
        lab.run(iterations=12)
        self.lab = lab
        self.writer = lab.reopen()
        self.search: Search = lab.search(self.writer)

    def do(self, *commands: Steering) -> tuple[e.Event, ...]:
        """Carry commands out in order; return the events of the last."""
        events: tuple[e.Event, ...] = ()
        for command in commands:
            events = steer(command, self.search)
            follow_ups = self.search.apply(self.writer.append(*events))
            self.search.apply(self.writer.append(*follow_ups))
        return events

    def replayed(self) -> Search:
        """Return the search as another engine would find it."""
        return self.lab.search(self.lab.reopen())


@pytest.fixture
def helm(lab: Lab) -> Helm:
    return Helm(lab)


def fate(search: Search) -> tuple[object, ...]:
    """Return everything that a person's acts may change."""
    population = search.population
    return (
        population._members(),
        population.pinned,
        population.muted,
        population.retired,
        search.view.hints,
        search.view.constraints,
        search.view.steered.directions,
        search.view.steered.settings,
        search.view.islands(),
        search.view.marks,
        search.acts,
        search.ask(),
    )


EVERY_ACT: tuple[Steering, ...] = (
    c.Pin(candidate="c0003", reason="good", author="ada"),
    c.Hint(text="use fp8", author="ada"),
    c.Hint(text="tile by 64", island=1),
    c.Hint(text="fuse it", candidate="c0003"),
    c.RemoveHint(hint=2),
    c.Direct(island=0, text="parallel experts"),
    c.AddConstraint(text="no fp64"),
    c.AddConstraint(text="no atomics"),
    c.RemoveConstraint(constraint=1),
    c.Mute(island=1),
    c.Fork(candidate="c0002"),
    c.Migrate(source=0, target=3),
    c.Reseed(island=0, candidate="c0001"),
    c.Retire(island=2),
)


def test_every_act_is_replayed_exactly(helm: Helm) -> None:
    helm.do(*EVERY_ACT)
    assert fate(helm.replayed()) == fate(helm.search)


def test_undoing_everything_brings_the_course_back_and_replays_too(helm: Helm) -> None:
    view = helm.search.view
    before = (view.hints, view.constraints, view.steered.directions, helm.search.population.active)
    helm.do(*EVERY_ACT)
    undoable = len(helm.search.acts.standing)
    assert undoable == len(EVERY_ACT) - 1, "a migration's copies stay"
    helm.do(*[c.Undo(author="ada")] * undoable)
    assert helm.search.acts.standing == ()
    assert (
        view.hints,
        view.constraints,
        view.steered.directions,
        helm.search.population.active,
    ) == before
    assert helm.search.population.breeding == [0, 1, 2]
    assert fate(helm.replayed()) == fate(helm.search)


def test_doing_everything_again_brings_every_act_back_and_replays_too(helm: Helm) -> None:
    helm.do(*EVERY_ACT)
    acts, course = helm.search.acts.standing, course_of(helm.search)
    helm.do(*[c.Undo()] * len(acts))
    helm.do(*[c.Redo(author="ada")] * len(acts))
    assert (helm.search.acts.standing, helm.search.acts.undone) == (acts, ())
    assert course_of(helm.search) == course
    assert fate(helm.replayed()) == fate(helm.search)


def course_of(search: Search) -> tuple[object, ...]:
    """Return what the search was told, whoever told it."""
    population, steered = search.population, search.view.steered
    return (
        (population.pinned, population.active, population.breeding),
        [replace(hint, author="") for hint in search.view.hints],
        [replace(demand, author="") for demand in search.view.constraints],
        (steered.directions, steered.settings),
        [row.founder for row in search.view.islands()],
    )


def test_a_redo_says_what_it_does_again_and_is_undone_like_the_act(helm: Helm) -> None:
    helm.do(c.Fork(candidate="c0002"), c.Undo())
    forked = helm.search.acts.undone[-1].seq
    (reopened,) = helm.do(c.Redo(author="ada"))
    assert reopened == e.IslandReopened(island=3, reason="redo", author="ada", redoes=forked)
    (retired,) = helm.do(c.Undo())
    assert retired == e.IslandRetired(island=3, reason="undo", undoes=forked)


def test_another_act_ends_what_could_be_done_again(helm: Helm) -> None:
    helm.do(c.Pin(candidate="c0003"), c.Undo(), c.Hint(text="use fp8"))
    with pytest.raises(Refused, match="there is nothing to do again"):
        helm.do(c.Redo())


def test_a_hint_reaches_whom_it_names(helm: Helm) -> None:
    helm.do(*EVERY_ACT[1:4])
    assert helm.search.view.hints == (
        Hint(number=1, text="use fp8", author="ada"),
        Hint(number=2, text="tile by 64", island=1),
        Hint(number=3, text="fuse it", candidate="c0003"),
    )
    reached = [
        [hint.number for hint in helm.search.view.hints if hint.reaches(island, parent)]
        for island, parent in ((0, "c0001"), (1, "c0001"), (0, "c0003"), (1, "c0003"))
    ]
    assert reached == [[1], [1, 2], [1, 3], [1, 2, 3]]


def test_a_hint_that_was_removed_comes_back_by_undo_as_it_was(helm: Helm) -> None:
    helm.do(c.Hint(text="tile by 64", island=1))
    helm.do(c.RemoveHint(hint=1), c.Undo())
    (hint,) = helm.search.view.hints
    assert hint == Hint(number=1, text="tile by 64", island=1)
    helm.do(c.RemoveHint(hint=1))
    assert helm.do(c.Hint(text="another"))[0] == e.Hinted(hint=2, text="another")


def test_a_direction_gives_way_to_the_next_and_comes_back(helm: Helm) -> None:
    helm.do(c.Direct(island=1, text="fuse"), c.Direct(island=1, text="split"))
    assert helm.search.view.islands()[1].direction == "split"
    helm.do(c.Undo())
    assert helm.search.view.islands()[1].direction == "fuse"
    helm.do(c.Direct(island=1, text=" "))
    assert helm.search.view.islands()[1].direction == ""


def test_a_kind_of_failure_becomes_a_constraint(lab: Lab) -> None:
    lab.run(lambda ask: f"speed = {1 - 2 * (ask.proposal % 2)}.{ask.proposal}\n")
    search = lab.search(lab.reopen())
    (kind,) = search.view.failed.clusters()
    assert steer(c.AddConstraint(cluster=kind.key, author="ada"), search) == (
        e.ConstraintAdded(
            constraint=1,
            text="Avoid this failure, seen 5 times: INCORRECT_NUMERICAL: too far from the "
            "reference",
            cluster="INCORRECT_NUMERICAL: too far from the reference",
            author="ada",
        ),
    )


def test_a_constraint_keeps_its_own_words(helm: Helm) -> None:
    helm.do(c.AddConstraint(text="  no fp64\n", author="ada"))
    assert helm.search.view.constraints == (Constraint(number=1, text="no fp64", author="ada"),)


def test_a_muted_island_gets_no_proposals_and_still_migrates(helm: Helm) -> None:
    helm.do(c.Mute(island=1))
    islands = set()
    for _ in range(6):
        islands.add(helm.search.ask().island)
        helm.search.next_proposal += 1
    assert islands == {0, 2}
    assert helm.search.population.active == [0, 1, 2]
    helm.do(c.Unmute(island=1))
    assert helm.search.population.breeding == [0, 1, 2]


def test_a_reseeded_island_starts_from_its_founder_and_keeps_pins(helm: Helm) -> None:
    population = helm.search.population
    helm.do(c.Pin(candidate="c0003"))
    home = helm.search.view.candidates["c0003"].candidate.island
    others = {place for place in population._members() if place[1] != home}
    (reseeded,) = helm.do(c.Reseed(island=home, reason="stuck"))
    assert isinstance(reseeded, e.IslandReseeded)
    now = population._members()
    assert {name for name, island in now if island == home} == {"c0000", "c0003"}
    assert {place for place in now if place[1] != home} == others
    row = helm.search.view.islands()[home]
    assert (row.population, row.founder, row.stagnation) == (2, "c0000", 0)
    assert set(reseeded.members) <= helm.search.view.candidates.keys()


def test_undoing_a_reseed_brings_the_members_back(helm: Helm) -> None:
    before = helm.search.population._members()
    best = helm.search.view.islands()[1].best
    helm.do(c.Reseed(island=1), c.Undo())
    assert helm.search.population._members() >= before
    assert helm.search.view.islands()[1].best == best


def test_migration_now_goes_where_it_is_sent(helm: Helm) -> None:
    (moved,) = helm.do(c.Migrate(source=0, target=2, author="ada"))
    assert isinstance(moved, e.Migrated)
    assert (moved.reason, moved.author) == ("asked for", "ada")
    assert {move[1:] for move in moved.moves} == {(0, 2)}
    names = {candidate_of(helm.search.population.programs[one])
             for one in helm.search.population.islands[2]}  # fmt: skip
    assert {move[0] for move in moved.moves} <= names


def test_an_island_that_was_retired_opens_again_by_undo(helm: Helm) -> None:
    helm.do(c.Retire(island=2))
    assert (helm.search.population.active, helm.search.view.islands()[2].retired) == ([0, 1], True)
    helm.do(c.Undo())
    assert (helm.search.population.active, helm.search.view.islands()[2].retired) == (
        [0, 1, 2],
        False,
    )


@pytest.mark.parametrize(
    ("before", "command", "why"),
    [
        ((), c.Hint(text=" \n"), "the hint is empty"),
        ((), c.Hint(text="x" * (LONGEST_TEXT + 1)),
         "the hint has 2001 characters; 2000 is the most, since every prompt pays for it"),
        ((), c.Hint(text="x", island=7), "this run has no island 7; its islands are 0 to 2"),
        ((), c.Hint(text="x", candidate="c9999"), "this run has no candidate c9999"),
        ((c.Hint(text="x"),), c.Hint(text="x "), "hint 1 says that already"),
        ((), c.RemoveHint(hint=1), "this run has no hint 1; no hint stands"),
        ((c.Hint(text="x"),), c.RemoveHint(hint=5), "this run has no hint 5; there are 1"),
        ((), c.Direct(island=0, text=""), "island 0 has no direction"),
        ((c.Direct(island=0, text="a"),), c.Direct(island=0, text="a"),
         "island 0 has that direction already"),
        ((), c.AddConstraint(), "the constraint is empty"),
        ((), c.AddConstraint(cluster="no such"), "this run has no failures of that kind"),
        ((), c.RemoveConstraint(constraint=3),
         "this run has no constraint 3; no constraint stands"),
        ((), c.Mute(island=9), "this run has no island 9; its islands are 0 to 2"),
        ((c.Mute(island=0),), c.Mute(island=0), "island 0 is muted already"),
        ((), c.Unmute(island=0), "island 0 is not muted"),
        ((c.Mute(island=0), c.Retire(island=1)), c.Mute(island=2),
         "island 2 is the last one that gets proposals"),
        ((c.Mute(island=0), c.Mute(island=1)), c.Retire(island=2),
         "island 2 is the last one that gets proposals"),
        ((c.Retire(island=1),), c.Retire(island=1), "island 1 is retired already"),
        ((c.Retire(island=1),), c.Mute(island=1), "island 1 is retired"),
        ((c.Retire(island=1),), c.Reseed(island=1), "island 1 is retired"),
        ((c.Retire(island=1),), c.Migrate(source=1), "island 1 is retired"),
        ((), c.Migrate(source=1, target=1), "island 1 is its own target"),
        ((), c.Reseed(island=1, candidate="c9999"), "this run has no candidate c9999"),
        ((c.Reseed(island=1),), c.Reseed(island=1),
         "island 1 has nobody but c0000 and pinned candidates"),
        ((c.Fork(candidate="c0002"), c.Mute(island=0), c.Mute(island=1), c.Mute(island=2),
          *[c.Undo()] * 3, c.Undo()), c.Undo(), "there is nothing to take back"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(
    helm: Helm, before: tuple[Steering, ...], command: Steering, why: str
) -> None:
    helm.do(*before)
    stood = fate(helm.search)
    with pytest.raises(Refused) as refusal:
        helm.do(command)
    assert str(refusal.value) == why
    assert fate(helm.search) == stood


def test_before_the_seed_is_judged_islands_are_refused_and_hints_are_not(lab: Lab) -> None:
    search = lab.search(lab.create())
    with pytest.raises(Refused, match="no islands yet: the seed isn't judged"):
        steer(c.Mute(island=0), search)
    with pytest.raises(Refused, match="no islands yet: the seed isn't judged"):
        steer(c.Migrate(), search)
    assert steer(c.Hint(text="x"), search) == (e.Hinted(hint=1, text="x"),)


def told(event: e.Event) -> str:
    line = narrate(e.Recorded(seq=1, at=0.0, event=event))
    return f"{line.glyph} {line.text}"


def test_a_refusal_is_told_by_the_verb_that_a_person_knows() -> None:
    assert told(e.CommandRefused(command="setsetting", reason="no")) == "! refused set: no"
    assert told(e.CommandRefused(command="mute", reason="no")) == "! refused mute: no"


def test_every_act_is_told_with_its_reason_and_author(helm: Helm) -> None:
    lines = [told(helm.do(replace(command, reason="why", author="ada"))[-1])
             for command in EVERY_ACT]  # fmt: skip
    assert lines == [
        "¶ pinned c0003 (why, by ada)",
        "¶ hint 1 for the run: use fp8 (why, by ada)",
        "¶ hint 2 for island 1: tile by 64 (why, by ada)",
        "¶ hint 3 for children of c0003: fuse it (why, by ada)",
        "¶ hint 2 removed (why, by ada)",
        "¶ island 0 directed: parallel experts (why, by ada)",
        "¶ constraint 1: no fp64 (why, by ada)",
        "¶ constraint 2: no atomics (why, by ada)",
        "¶ constraint 1 removed (why, by ada)",
        "‖ island 1 muted (why, by ada)",
        "⑂ forked c0002 to island 3 (why, by ada)",
        lines[11],
        lines[12],
        "⑂ island 2 retired (why, by ada)",
    ]
    assert lines[11].startswith("⇄ migrated ") and lines[11].endswith(" (why, by ada)")
    assert lines[12].startswith("⑂ island 0 reseeded from c0001, ")
