"""Copies of a view: they stay as they were, and folding on from one gives the whole."""

from pathlib import Path

from tests.tui.canned import searching

from fie_engine.events import Recorded
from fie_engine.view.run import RunView
from fie_engine.view.snapshot import copied
from fie_engine.view.trail import Trail


def record(tmp_path: Path) -> list[Recorded]:
    return searching(tmp_path, judged=60).record


def folded(events: list[Recorded]) -> RunView:
    view = RunView()
    view.fold(events)
    return view


def told(value: object) -> object:
    """Return everything in a view as plain containers, tallies by their names."""
    if isinstance(value, dict):
        return {key: told(part) for key, part in value.items()}
    if hasattr(value, "__dict__") and not isinstance(value, type):
        return {type(value).__name__: {name: told(part) for name, part in vars(value).items()}}
    return value


def test_a_copy_tells_the_same(tmp_path: Path) -> None:
    view = folded(record(tmp_path))
    assert told(copied(view)) == told(view)
    assert copied(view).islands() == view.islands()


def test_a_copy_stays_while_the_view_folds_on(tmp_path: Path) -> None:
    events = record(tmp_path)
    view = folded(events[:100])
    copy = copied(view)
    view.fold(events)
    assert told(copy) == told(folded(events[:100]))
    assert told(copy) != told(view)


def test_folding_on_from_a_copy_gives_the_whole(tmp_path: Path) -> None:
    events = record(tmp_path)
    for seq in range(0, len(events), 7):
        copy = copied(folded(events[:seq]))
        copy.fold(events)
        assert told(copy) == told(folded(events))


def test_a_trail_gives_the_newest_copy_before_an_event(tmp_path: Path) -> None:
    trail = Trail(stride=50)
    trail.fold(record(tmp_path))
    assert [trail.before(seq).last_seq for seq in (0, 49, 50, 149, 10_000)] == [0, 0, 50, 100, 250]


def test_a_trail_keeps_the_view_of_the_event_that_was_asked_for(tmp_path: Path) -> None:
    events = record(tmp_path)
    trail = Trail(keep=33)
    trail.fold(events[:32])
    assert trail.kept is None
    trail.fold(events)
    assert trail.kept is not None
    assert told(trail.kept) == told(folded(events[:33]))


def test_copies_are_taken_once_when_a_batch_comes_again(tmp_path: Path) -> None:
    events = record(tmp_path)
    trail = Trail(stride=50)
    trail.fold(events)
    trail.fold(events)
    assert trail.view.last_seq == len(events)
    assert trail.before(100).last_seq == 100
