"""Starts searches and boards, and keeps a search alive when its board or terminal goes."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fie_tui.keys.hand import hand_of
from fie_tui.looks.wanted import Looks
from fie_tui.session.parting import Parting, part
from fie_tui.session.signals import StopRequests
from fie_tui.speech import note, say

if TYPE_CHECKING:
    from fie_engine.launch.start import LaunchOptions, PreparedRun
    from fie_engine.loop.thread import EngineThread
    from fie_engine.record.rundir import RunDirectory

WAIT_S = 0.2
"How long a waiting loop sleeps between looks at signals and the record."

PATIENCE_S = 3.0
"How long a stop may take before the engine is cut off."


def run(options: "LaunchOptions", looks: Looks, *, plain: bool) -> int:
    """Start or continue a search; return the exit code."""
    if not plain and not has_terminal():
        note("no terminal here: running in plain line mode (as with --plain)")
        plain = True
    if plain:
        return _run_plain(options)
    parting = part()
    return parting if isinstance(parting, int) else run_board(options, looks, parting)


def attach(
    name: str,
    runs_root: Path,
    looks: Looks,
    *,
    read_only: bool,
    plain: bool,
    at: str | None = None,
) -> int:
    """Open the board on a run that goes on elsewhere, or tell it in lines."""
    from fie_engine.record.rundir import find_run

    directory = find_run(name, runs_root)
    event = event_at(directory, at)
    if not plain and not has_terminal():
        note("no terminal here: following in plain line mode (as with --plain)")
        plain = True
    if plain:
        if event:
            note(f"--at {at} is for a board; in lines: fie-tui show {name} --at {at}")
        return _follow(directory)
    from fie_tui.app import BoardApp
    from fie_tui.session.attendance import Attendance

    hand = hand_of(os.environ, looks.keys)
    board = BoardApp(
        directory,
        engine=None,
        read_only=read_only,
        looks=looks,
        hand=hand,
        attendance=Attendance(directory.path, hand.author, claims=not read_only),
        at=event,
    )
    board.run(mouse=looks.mouse)
    return board.return_code or 0


def event_at(directory: "RunDirectory", moment: str | None) -> int:
    """Return the event of a moment, 0 where none is asked for; raises NoSuchMoment."""
    if moment is None:
        return 0
    from fie_tui.told.history import read
    from fie_tui.told.moments import moment_of

    return moment_of(read(directory).view, moment)


def has_terminal() -> bool:
    """Whether a board can be drawn and keys can be read."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _run_plain(options: "LaunchOptions") -> int:
    from fie_engine.launch.start import prepare
    from fie_engine.loop.thread import EngineThread
    from fie_engine.model import RunState
    from fie_tui.commands.plain import follow
    from fie_tui.told.history import read

    prepared = prepare(options, os.environ)
    directory = prepared.directory
    known = read(directory).view.last_seq if options.resume else 0
    requests = StopRequests()
    requests.listen()
    engine = EngineThread(prepared)
    engine.start()
    view = follow(directory, Keeper(directory, engine, requests).wait, known)
    if view.state is RunState.STOPPED:
        note(f"continue with: fie-tui run --resume {directory.path}")
    return 1 if view.state is RunState.FAILED else 0


def _follow(directory: "RunDirectory") -> int:
    from time import sleep

    from fie_tui.commands.plain import follow

    def wait() -> bool:
        running = directory.engine_running()
        if running:
            sleep(WAIT_S)
        return running

    follow(directory, wait)
    return 0


def run_board(options: "LaunchOptions", looks: Looks, parting: Parting) -> int:
    """Start or continue a search behind a board, in a process that may outlive it."""
    from fie_engine.launch.start import prepare
    from fie_engine.loop.thread import EngineThread
    from fie_tui.app import BoardApp
    from fie_tui.session.attendance import Attendance

    hand = hand_of(os.environ, looks.keys)
    prepared = prepare(options, os.environ)
    engine = EngineThread(prepared, linger=True)
    engine.start()
    attendance = Attendance(prepared.directory.path, hand.author)
    board = BoardApp(
        prepared.directory, engine=engine, looks=looks, hand=hand, attendance=attendance
    )
    answer = board.run(mouse=looks.mouse)
    requests = StopRequests()
    requests.listen()
    keeper = Keeper(prepared.directory, engine, requests)
    broken = bool(board.return_code)
    if (broken or answer == "detach") and engine.alive():
        _leave(prepared, engine, parting, broken=broken)
        keeper.wait_for_end()
        return 0
    if engine.alive():
        keeper.stop("the board was closed")
    keeper.wait_for_end()
    return _close(prepared.directory) or int(broken)


def _leave(
    prepared: "PreparedRun", engine: "EngineThread", parting: Parting, *, broken: bool
) -> None:
    directory = prepared.directory
    engine.release()
    start = "the board broke, as said above; " if broken else ""
    farewell = f"the search goes on as pid {os.getpid()}; watch it with: fie-tui attach "
    parting.leave(start + farewell + str(directory.path), directory.path / "engine.log")


def _close(directory: "RunDirectory") -> int:
    """Leave the outcome on the shell's screen."""
    from fie_engine.model import RunState
    from fie_tui.told.history import read
    from fie_tui.told.summary import outcome

    view = read(directory).view
    for line in outcome(view):
        say(line)
    if view.state is RunState.STOPPED:
        say(f"continue with: fie-tui run --resume {directory.path}")
    return 1 if view.state is RunState.FAILED else 0


class Keeper:
    """Waits beside a running engine and passes requests to stop on to it."""

    def __init__(
        self, directory: "RunDirectory", engine: "EngineThread", requests: StopRequests
    ) -> None:
        self._directory = directory
        self._engine = engine
        self._requests = requests

    def wait(self) -> bool:
        """Wait a moment; return whether the engine is still at work."""
        match self._requests.take():
            case 0:
                self._engine.join(WAIT_S)
            case 1:
                note("stopping; once more to cut it off")
                self._ask_to_stop("interrupted")
            case _:
                self._engine.stop_now()
        return self._engine.alive()

    def wait_for_end(self) -> None:
        """Wait until the engine has ended."""
        while self.wait():
            pass

    def stop(self, reason: str) -> None:
        """Have the engine end, at the latest after a few seconds."""
        self._ask_to_stop(reason)
        self._engine.join(PATIENCE_S)
        if self._engine.alive():
            self._engine.stop_now()

    def _ask_to_stop(self, reason: str) -> None:
        from fie_engine.commands import Stop

        self._directory.send(Stop(reason=reason))
        self._engine.wake()
