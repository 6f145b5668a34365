"""Commands from a shell: send one to a run's engine and wait for what became of it."""

import os
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.errors import RunError
from fie_engine.record.rundir import RunDirectory, find_run
from fie_engine.view.narrate import narrate
from fie_tui.commands.orders import order_of
from fie_tui.commands.show import find_row
from fie_tui.keys.answering import answers
from fie_tui.speech import note, say
from fie_tui.told.history import History, pages, read

LOOK_S = 0.02
"Pause between two looks at the record."

GRACE_S = 5.0
"How long an engine that has taken a command may take to record what came of it."


class NoEngine(RunError):
    """No engine has the run open, so nobody can carry out a command."""


class NoAnswer(RunError):
    """The engine took the command, and the record says nothing of it."""


def steer(args: Namespace, runs_root: Path, author: str) -> int:
    """Send the command that a subcommand stands for, and print what became of it."""
    run = find_run(args.run, runs_root)
    history = read(run)
    return send(run, order_of(args, history.view, author), history)


def send(run: RunDirectory, command: c.Command, history: History) -> int:
    """Have a command carried out, print what became of it, and return the exit code."""
    if (candidate := getattr(command, "candidate", "")) != "":
        find_row(history, candidate)
    if run.engine_running():
        return tell(outcome(run, command, after=history.view.last_seq))
    if isinstance(command, c.Pause | c.Resume | c.Stop):
        raise NoEngine(
            f"no engine runs {run.name}: continue it with `fie-tui run --resume {run.name}`"
        )
    return tell(run_errand(run, command, after=history.view.last_seq))


def tell(answer: e.Recorded) -> int:
    """Print an answer: what was done on stdout, what was refused on stderr."""
    line = narrate(answer)
    match answer.event:
        case e.PromotionRefused(reasons=reasons):
            note(line.text)
            for reason in reasons:
                note(reason)
            return 1
        case e.CommandRefused():
            note(line.text)
            return 1
        case e.RetimingDropped() | e.Retimed(verdict="failed"):
            note(line.text)
            return 1
        case e.EngineStopped(state="failed"):
            note(line.text)
            return 1
        case _:
            say(f"{line.glyph} {line.text}")
            return 0


def run_errand(run: RunDirectory, command: c.Command, after: int) -> e.Recorded:
    """Carry a command out with an engine that does nothing else; return the answer."""
    from fie_engine.launch.start import LaunchOptions, prepare
    from fie_engine.loop.thread import EngineThread

    # No errand proposes anything, so it must not depend on a model server.
    options = LaunchOptions(runs_root=run.path.parent, resume=str(run.path), proposer="operators")
    engine = EngineThread(prepare(options, os.environ), errands=(command,))
    engine.start()
    engine.join()
    for recorded in _new(run, after):
        if answers(recorded.event, command):
            return recorded
    raise NoAnswer(f"nothing came of it: see {run.path / 'engine.log'}")


def outcome(run: RunDirectory, command: c.Command, after: int) -> e.Recorded:
    """Send a command and return the event that answers it; raises NoEngine or NoAnswer."""
    number = run.send(command)
    patience = None
    while True:
        running = run.engine_running()
        taken = run.taken(number)
        for recorded in _new(run, after):
            if answers(recorded.event, command):
                return recorded
            after = recorded.seq
        if not running:
            raise NoEngine(f"the engine of {run.name} ended before it answered")
        if taken and not isinstance(command, c.Promote | c.Retime):
            patience = patience or time.monotonic() + GRACE_S
            if time.monotonic() > patience:
                raise NoAnswer(f"the engine of {run.name} took the command and said nothing of it")
        time.sleep(LOOK_S)


def _new(run: RunDirectory, after: int) -> Iterator[e.Recorded]:
    for batch in pages(run, after):
        yield from batch
