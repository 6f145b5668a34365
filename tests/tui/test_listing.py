"""Which candidates a filter shows, and in which order."""

from pathlib import Path

import pytest
from tests.tui.canned import CannedRun, candidate, crashed, created, passed

from fie_engine import events as e
from fie_engine.view.run import RunView
from fie_tui.told.listing import Listing, Wish, listed


@pytest.fixture
def view(tmp_path: Path) -> RunView:
    run = CannedRun(tmp_path)
    run.add(created())
    for number, score in enumerate((1.0, 3.0, 0.0, 2.0)):
        made = candidate(number, "c0000" if number else "", number % 2)
        verdict = passed(score) if score else crashed()
        run.add(
            e.Proposed(proposal=number, candidate=made),
            e.Evaluated(candidate=made.id, evaluation=verdict, score=score, noise=0.01),
        )
    run.add(
        e.Proposed(proposal=9, candidate=candidate(4, "c0001", 0, note="Split K in two")),
        e.Pinned(candidate="c0003", reason=""),
        e.Improved(candidate="c0001", score=3.0, previous=1.0),
    )
    view = RunView()
    view.fold(run.record)
    return view


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", "c0004 c0003 c0002 c0001 c0000"),
        ("ok", "c0003 c0001 c0000"),
        ("passed", "c0003 c0001 c0000"),
        ("failed", "c0002"),
        ("pinned", "c0003"),
        ("best", "c0001"),
        ("island:1", "c0003 c0001"),
        ("island:1 ok pinned", "c0003"),
        ("island:", "c0004 c0003 c0002 c0001 c0000"),
        ("ok -best", "c0003 c0000"),
        ("-failed -ok", "c0004"),
        ("speedup>1.5", "c0003 c0001"),
        ("speedup>=2x speedup<3", "c0003"),
        ("-speedup>1.5", "c0004 c0002 c0000"),
        ("delta>150%", "c0001"),
        ("gen=1", "c0004 c0003 c0002 c0001 c0000"),
        ("island>0", "c0003 c0001"),
        ("age<2s", "c0003 c0001"),
        ("parent:c0001", "c0004"),
        ("by:naive", "c0000"),
        ("origin:seed", "c0000"),
        ("failure:1", "c0002"),
        ("nameerror", "c0002"),
        ("-compile_error ok island:0", "c0000"),
        ("marked", "c0001"),
        ('"k in two"', "c0004"),
        ("speedup>fast ok", "c0003 c0001 c0000"),
        ("C0004", "c0004"),
        ("split two", "c0004"),
        ("[red]", ""),
    ],
)
def test_every_word_of_a_filter_must_hold(view: RunView, words: str, names: str) -> None:
    rows = listed(view, Wish().filtered(words), now=view.last_at, marks=("c0001",))
    assert [row.candidate.id for row in rows] == names.split()


def test_orders_follow_one_another(view: RunView) -> None:
    wish = Wish()
    seen = []
    for _ in range(7):
        seen.append([row.candidate.id for row in listed(view, wish)])
        wish = wish.reordered()
    newest = ["c0004", "c0003", "c0002", "c0001", "c0000"]
    assert seen == [
        newest,
        ["c0001", "c0003", "c0000", "c0004", "c0002"],
        ["c0001", "c0003", "c0004", "c0002", "c0000"],
        newest,
        ["c0000", "c0004", "c0002", "c0001", "c0003"],
        ["c0003", "c0001", "c0000", "c0002", "c0004"],
        newest,
    ]


def test_an_order_turns_round_and_what_lacks_the_figure_stays_last(view: RunView) -> None:
    fastest = Wish(order="fastest").turned()
    names = [row.candidate.id for row in listed(view, fastest)]
    assert names == ["c0000", "c0003", "c0001", "c0004", "c0002"]
    assert fastest.turned() == Wish(order="fastest")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("ok -wrong", ""),
        ("speedup>fast", "speedup>fast needs a number, such as speedup>1.5"),
        ("ok speedpu>2", "speedpu is no figure: did you mean speedup?"),
        ("islnd:3", "islnd: is no field: did you mean island? Between quotes it is a text"),
        ("zz>1", "zz is no figure: there are speedup, score, delta"),
        ("parent:", "parent: needs a value"),
        ("island:", "island: needs a number"),
        ("age<soon", "age<soon needs a number, such as age<10m"),
    ],
)
def test_a_bad_word_is_named_with_what_would_do(words: str, problem: str) -> None:
    assert Wish().filtered(words).query.problem.startswith(problem)
    assert bool(problem) == bool(Wish().filtered(words).query.problem)


def test_the_list_is_made_anew_only_when_it_can_differ(view: RunView) -> None:
    listing, wish = Listing(), Wish().filtered("ok")
    rows = listing.rows(view, wish, now=1.0)
    assert listing.rows(view, wish, now=2.0) is rows
    assert listing.rows(view, wish.turned(), now=2.0) is not rows
    aged = Wish().filtered("age<1h")
    assert listing.rows(view, aged, now=3.0) is not listing.rows(view, aged, now=4.0)
