"""What a person may call a moment of a run, and where it lies."""

import pytest
from tests.tui.canned import START, searching

from fie_engine.view.run import RunView
from fie_tui.told.moments import NoSuchMoment, moment_of, next_moment, previous_moment


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    folded = RunView()
    folded.fold(searching(tmp_path_factory.mktemp("run"), judged=30).record)
    return folded


def seqs(view: RunView) -> list[int]:
    return [line.seq for line in view.log if line.glyph != "·"]


def test_stepping_goes_from_one_event_that_matters_to_the_next(view: RunView) -> None:
    forward, at = [], 0
    while (found := next_moment(view.log, at)) is not None:
        forward.append(found)
        at = found
    backward, at = [], view.last_seq + 1
    while (found := previous_moment(view.log, at)) is not None:
        backward.append(found)
        at = found
    assert forward == backward[::-1] == seqs(view)


def test_a_number_names_an_event(view: RunView) -> None:
    assert moment_of(view, " 17 ") == 17


@pytest.mark.parametrize("number", ["0", "100000"])
def test_a_number_beyond_the_record_is_refused(view: RunView, number: str) -> None:
    with pytest.raises(NoSuchMoment, match=f"no event {number}: the record holds events 1 to"):
        moment_of(view, number)


def test_a_candidate_names_its_verdict(view: RunView) -> None:
    seq = moment_of(view, "c0003")
    line = next(line for line in view.log if line.seq == seq)
    assert (line.candidate, line.glyph in "✓✗") == ("c0003", True)


def test_a_candidate_without_a_verdict_has_no_moment(view: RunView) -> None:
    with pytest.raises(NoSuchMoment, match="c0030 isn't judged yet"):
        moment_of(view, "c0030")


def test_a_time_since_the_start_names_the_last_event_before_it(view: RunView) -> None:
    lines = [line.seq for line in view.log if line.at <= START + 1 + 60]
    assert moment_of(view, "1m") == moment_of(view, "60s") == lines[-1]


def test_a_time_of_day_names_the_last_event_before_it(view: RunView) -> None:
    # The clock of tests stands in Greenwich; the story begins at 11:06:40 there.
    lines = [line.seq for line in view.log if line.at <= START + 20]
    assert moment_of(view, "11:07") == lines[-1]


def test_a_time_before_the_run_is_refused(view: RunView) -> None:
    with pytest.raises(NoSuchMoment, match="the run had not begun then: its first event is of"):
        moment_of(view, "23:59")


@pytest.mark.parametrize("words", ["", "yesterday", "25:00", "c9999", "²"])
def test_anything_else_is_refused(view: RunView, words: str) -> None:
    with pytest.raises(NoSuchMoment):
        moment_of(view, words)
