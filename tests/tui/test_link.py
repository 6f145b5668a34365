"""A slow link: noticed by what writing takes, answered with fewer and plainer paints."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest
from tests.tui.board import opened
from tests.tui.canned import CannedRun, candidate, passed, searching

from fie_engine import events as e
from fie_tui.app import BoardApp
from fie_tui.looks import ink
from fie_tui.looks.dress import SLOW_S, SLOW_WORDS
from fie_tui.looks.link import CLEAR_S, STALLED_S, Gauge, Governor
from fie_tui.looks.palettes import ANSI, DARK
from fie_tui.looks.wanted import Looks


@dataclass
class Watch:
    """A clock that is moved by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class SlowFile:
    """A terminal that takes its time with each write."""

    watch: Watch
    takes_s: float = 0.0
    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> int:
        self.watch.now += self.takes_s
        self.written.append(text)
        return len(text)

    def flush(self) -> None:
        self.watch.now += self.takes_s

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


@pytest.fixture
def watch() -> Watch:
    return Watch()


def gauged(watch: Watch, takes_s: float = 0.0) -> tuple[Gauge, SlowFile]:
    file = SlowFile(watch, takes_s)
    return Gauge(file, watch), file  # type: ignore[arg-type]


def test_a_gauge_passes_everything_on_and_adds_up_the_waiting(watch: Watch) -> None:
    gauge, file = gauged(watch, 0.25)
    gauge.write("abc")
    gauge.write("d")
    gauge.flush()
    assert (file.written, gauge.characters, gauge.waited_s) == (["abc", "d"], 4, 0.75)
    assert (gauge.isatty(), gauge.fileno(), gauge.pending_s) == (True, 1, 0.0)


def test_a_write_that_never_ends_counts_while_it_lasts(watch: Watch) -> None:
    class Stuck(io.StringIO):
        def write(self, text: str) -> int:
            watch.now += 3.0
            self.seen = (gauge.pending_s, gauge.waited_s)
            return len(text)

    file = Stuck()
    gauge = Gauge(file, watch)
    gauge.write("x")
    assert file.seen == (3.0, 3.0)


def test_a_link_is_fast_while_writes_take_little(watch: Watch) -> None:
    gauge, _ = gauged(watch, 0.01)
    governor = Governor(gauge, clock=watch)
    for _ in range(100):
        gauge.write("x")
        watch.now += 1.0
        assert (governor.look(), governor.slow, governor.stalled) == (False, False, False)


def test_a_link_is_slow_at_once_and_fast_after_a_while(watch: Watch) -> None:
    gauge, file = gauged(watch, 0.3)
    governor = Governor(gauge, clock=watch)
    for _ in range(3):
        gauge.write("x")
    watch.now += 0.1
    assert (governor.look(), governor.slow) == (True, True)
    file.takes_s = 0.0
    watch.now += CLEAR_S - 1
    assert (governor.look(), governor.slow) == (False, True)
    watch.now += 1.5
    assert (governor.look(), governor.slow) == (True, False)


def test_a_new_wait_keeps_a_slow_link_slow(watch: Watch) -> None:
    gauge, _ = gauged(watch, 0.6)
    governor = Governor(gauge, clock=watch)
    for _ in range(5):
        gauge.write("x")
        watch.now += CLEAR_S * 0.02
        governor.look()
    assert governor.slow


def test_a_forced_link_stays_slow(watch: Watch) -> None:
    gauge, _ = gauged(watch)
    governor = Governor(gauge, forced=True, clock=watch)
    watch.now += 10 * CLEAR_S
    assert (governor.look(), governor.slow) == (False, True)


class StalledGauge(Gauge):
    """A terminal that takes nothing."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)
        self.stalled = True

    @property
    def pending_s(self) -> float:
        return 2 * STALLED_S if self.stalled else 0.0


def grow(run: CannedRun, number: int) -> None:
    """Judge one more candidate."""
    run.add(
        e.Proposed(proposal=number, candidate=candidate(number, "c0000", 0)),
        e.Evaluated(candidate=f"c{number:04d}", evaluation=passed(1.0), score=1.0, noise=0.01),
    )


async def test_a_stalled_terminal_is_sent_nothing_and_a_slow_one_little(tmp_path: Path) -> None:
    run = searching(tmp_path, judged=3)
    async with opened(run) as board:
        app = board.app
        gauge = StalledGauge(io.StringIO())
        app.dress._governor = Governor(gauge)
        grow(run, 200)
        await board.until(lambda: "c0200" in app.view.candidates or _take(app))
        app.tick()
        await board.pilot.pause()
        assert app.dress.slow and ink.Pen.palette is ANSI
        gauge.stalled = False
        run.add(e.Noted(text="later"), at=run.now + SLOW_S)
        await board.until(lambda: app.view.last_seq == len(run.record) or _take(app))
        app.tick()
        await board.pilot.pause()
        assert "c0200" in board.text
        assert SLOW_WORDS in board.text
        app.dress._governor._clear_since -= 2 * CLEAR_S
        app.tick()
        await board.pilot.pause()
        assert not app.dress.slow and ink.Pen.palette is DARK


def _take(app: BoardApp) -> bool:
    app._take()
    return False


async def test_low_bandwidth_is_slow_from_the_start(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), looks=Looks(low_bandwidth=True)) as board:
        assert board.app.dress.repaint_s == SLOW_S
        assert ink.Pen.palette is ANSI
        await board.press("down")
        assert "Candidates" in board.text
    ink.take(DARK)


@pytest.mark.parametrize(
    ("notify", "bells", "notices"),
    [("off", 0, 0), ("bell", 1, 0), ("desktop", 0, 1), ("both", 1, 1)],
)
async def test_a_new_best_is_called_out_as_wished(
    tmp_path: Path, notify: str, bells: int, notices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = searching(tmp_path, judged=3)
    rung: list[str] = []
    sent: list[str] = []
    monkeypatch.delenv("VTE_VERSION", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    async with opened(run, looks=Looks(notify=notify)) as board:  # type: ignore[arg-type]
        monkeypatch.setattr(board.app, "bell", lambda: rung.append("bell"))
        monkeypatch.setattr(board.app.dress, "_write", sent.append)
        grow(run, 200)
        run.add(e.Improved(candidate="c0200", score=1.0, previous=0.9), e.Noted(text="quiet"))
        await board.caught_up()
    assert (len(rung), len(sent)) == (bells, notices)
    assert all(one.startswith("\x1b]9;fie-tui: new best: new best c0200") for one in sent)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (e.EngineStopped(state="finished", reason="60 of 60"), "stopped: finished: 60 of 60"),
        (e.Finished(reason="60 of 60"), "stopped: search finished: 60 of 60"),
        (e.Noted(text="disk full", level="warning"), "attention: disk full"),
    ],
)
async def test_a_stop_and_a_warning_are_called_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: e.Event, said: str
) -> None:
    run = searching(tmp_path, judged=3)
    sent: list[str] = []
    monkeypatch.delenv("VTE_VERSION", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    async with opened(run, looks=Looks(notify="desktop")) as board:
        monkeypatch.setattr(board.app.dress, "_write", sent.append)
        run.add(event)
        await board.caught_up()
    assert sent == [f"\x1b]9;fie-tui: {said}\x07"]


async def test_the_past_is_not_called_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(BoardApp, "bell", lambda self: rung.append("bell"))
    async with opened(searching(tmp_path), looks=Looks(notify="bell")):
        pass
    assert rung == []
