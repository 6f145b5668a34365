"""Which candidates a filter shows, and in which order."""

from pathlib import Path

import pytest
from tests.tui.canned import CannedRun, candidate, crashed, created, passed

from fie_engine import events as e
from fie_engine.view.run import RunView
from fie_tui.told.listing import Wish, listed


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
        ("island:", ""),
        ("C0004", "c0004"),
        ("split two", "c0004"),
        ("[red]", ""),
    ],
)
def test_every_word_of_a_filter_must_hold(view: RunView, words: str, names: str) -> None:
    rows = listed(view, Wish().filtered(words))
    assert [row.candidate.id for row in rows] == names.split()


def test_orders_follow_one_another(view: RunView) -> None:
    wish = Wish()
    seen = []
    for _ in range(4):
        seen.append([row.candidate.id for row in listed(view, wish)])
        wish = wish.reordered()
    assert seen == [
        ["c0004", "c0003", "c0002", "c0001", "c0000"],
        ["c0001", "c0003", "c0000", "c0004", "c0002"],
        ["c0000", "c0004", "c0002", "c0001", "c0003"],
        ["c0004", "c0003", "c0002", "c0001", "c0000"],
    ]
