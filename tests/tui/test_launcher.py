"""How searches are started and kept: terminals, signals, ends."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.story import open_story

from fie_engine import commands as c
from fie_engine.record.rundir import RunDirectory, RunWriter
from fie_tui.looks.wanted import Looks
from fie_tui.session import launcher
from fie_tui.session.launcher import Keeper
from fie_tui.session.signals import StopRequests


class ScriptedEngine:
    """An engine thread that ends after a number of waits, or when it is cut off."""

    def __init__(self, waits: int) -> None:
        self.waits = waits
        self.woken = 0
        self.cut_off = False

    def join(self, timeout: float | None = None) -> None:
        self.waits -= 1

    def wake(self) -> None:
        self.woken += 1

    def stop_now(self) -> None:
        self.cut_off = True

    def alive(self) -> bool:
        return self.waits > 0 and not self.cut_off


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RunWriter]:
    """A run with its lock held."""
    opened = open_story(tmp_path / "story")
    yield opened
    opened.close()


@pytest.fixture
def requests() -> Iterator[StopRequests]:
    """Stop requests that hear this process's signals."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    listening = StopRequests()
    listening.listen()
    yield listening
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def keep(writer: RunWriter, engine: ScriptedEngine, requests: StopRequests) -> Keeper:
    return Keeper(RunDirectory(writer.path), engine, requests)  # type: ignore[arg-type]


def test_waiting_ends_with_the_engine(writer: RunWriter, requests: StopRequests) -> None:
    engine = ScriptedEngine(waits=3)
    keep(writer, engine, requests).wait_for_end()
    assert (engine.waits, engine.cut_off, writer.take_commands()) == (0, False, [])


def test_the_first_interrupt_asks_and_the_second_cuts_off(
    writer: RunWriter, requests: StopRequests, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = ScriptedEngine(waits=100)
    keeper = keep(writer, engine, requests)
    signal.raise_signal(signal.SIGINT)
    assert keeper.wait()
    assert writer.take_commands() == [c.Stop(reason="interrupted")]
    assert (engine.woken, engine.cut_off) == (1, False)
    signal.raise_signal(signal.SIGTERM)
    assert not keeper.wait()
    assert engine.cut_off
    assert capsys.readouterr().err == "fie-tui: stopping; once more to cut it off\n"


def test_being_stopped_and_continued_is_no_business_of_a_board_that_ended(
    requests: StopRequests,
) -> None:
    signal.signal(signal.SIGCONT, lambda number, frame: pytest.fail("the board is gone"))
    signal.signal(signal.SIGTSTP, lambda number, frame: pytest.fail("the board is gone"))
    requests.listen()
    signal.raise_signal(signal.SIGCONT)
    assert signal.getsignal(signal.SIGTSTP) == signal.getsignal(signal.SIGCONT) == signal.SIG_DFL


def test_a_hang_up_is_no_request_to_stop(writer: RunWriter, requests: StopRequests) -> None:
    engine = ScriptedEngine(waits=2)
    signal.raise_signal(signal.SIGHUP)
    assert keep(writer, engine, requests).wait()
    assert writer.take_commands() == []


def test_closing_stops_the_engine_and_cuts_off_one_that_does_not_end(
    writer: RunWriter, requests: StopRequests
) -> None:
    engine = ScriptedEngine(waits=100)
    keep(writer, engine, requests).stop("the board was closed")
    assert writer.take_commands() == [c.Stop(reason="the board was closed")]
    assert engine.cut_off


def test_without_a_terminal_a_run_is_told_in_lines_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[object] = []

    def run_plain(options: object) -> int:
        told.append(options)
        return 0

    monkeypatch.setattr(launcher, "_run_plain", run_plain)
    monkeypatch.setattr(launcher, "has_terminal", lambda: False)
    options = object()
    assert launcher.run(options, Looks(), plain=False) == 0  # type: ignore[arg-type]
    assert told == [options]
    assert capsys.readouterr().err == (
        "fie-tui: no terminal here: running in plain line mode (as with --plain)\n"
    )
