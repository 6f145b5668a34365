"""A warm process that has a project's programs evaluated, each in a fork that it can kill."""

import contextlib
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from fie_evaluator.child.channel import Channel, ChannelClosed
from fie_evaluator.child.children import Child, ChildDied, ChildLate, fork_child
from fie_evaluator.child.processes import adopt_orphans, kill_descendants
from fie_evaluator.project.messages import (
    Began,
    Ended,
    Found,
    FromFork,
    Order,
    Outcome,
    Raised,
    Unusable,
)
from fie_evaluator.project.stages import run_stages
from fie_evaluator.results import Status

LOADING_S = 60.0
"Wall time that the evaluator's own imports may take, however short its stages are to be."


class EngineGone(Exception):
    """The engine hung up."""


class Hangup:
    """Ends a wait when the engine closes its end; it says nothing while a program runs."""

    def __init__(self, engine: Channel) -> None:
        self._engine = engine

    def fileno(self) -> int:
        """The engine's socket."""
        return self._engine.fileno()

    def check(self) -> None:
        """Raise EngineGone."""
        raise EngineGone


def main() -> None:
    """Evaluate what the engine asks for until it hangs up."""
    engine = Channel(socket.socket(fileno=int(sys.argv[1])))
    adopt_orphans()
    with contextlib.suppress(ChannelClosed, EngineGone):
        while True:
            engine.send(answer(engine.receive(Order), engine))


def answer(order: Order, engine: Channel) -> Outcome | Unusable:
    """Evaluate one program; nothing that it started is left when this returns."""
    folder = Path(tempfile.mkdtemp(prefix="program-"))
    program = folder / f"program{order.suffix}"
    program.write_text(order.source, encoding="utf-8", errors="surrogateescape")
    # The evaluator's own folder, so that the data files beside it are found.
    home = Path(order.evaluator).parent
    child = fork_child(lambda channel: run_stages(channel, order, program), home, captured=True)
    try:
        return follow(child, order, engine)
    finally:
        child.bury()
        kill_descendants()
        shutil.rmtree(folder, ignore_errors=True)


def follow(child: Child, order: Order, engine: Channel) -> Outcome | Unusable:
    """Gather what the stages say, each within its time."""
    found = Found(metrics={}, remarks={}, artifacts={})
    stage, hangup = "loading the evaluator", Hangup(engine)
    limit = max(order.timeout_s, LOADING_S)
    deadline = time.monotonic() + limit
    while True:
        try:
            message = child.answer(FromFork, deadline, hangup)
        except ChildLate:
            late = f"{stage}: no result within {limit:g} s"
            return outcome(child, found, Status.TIMEOUT, late)
        except ChildDied as death:
            return outcome(child, found, Status.CRASHED, f"{stage}: its process {death}")
        match message:
            case Began():
                stage, limit = message.stage, order.timeout_s
                deadline = time.monotonic() + limit
                engine.send(message)
            case Found():
                found = merged(found, message)
            case Raised():
                trace = {"traceback": message.trace} if message.trace else {}
                found = merged(found, Found(metrics={}, remarks={}, artifacts=trace))
                error = f"{message.stage}: {message.error}"
                return outcome(child, found, Status.RUNTIME_ERROR, error)
            case Ended():
                return outcome(child, found, Status.PASSED, "", complete=message.complete)
            case Unusable():
                return message


def merged(before: Found, after: Found) -> Found:
    """Return the results of two stages together; the later one's win."""
    return Found(
        metrics={**before.metrics, **after.metrics},
        remarks={**before.remarks, **after.remarks},
        artifacts={**before.artifacts, **after.artifacts},
    )


def outcome(
    child: Child, found: Found, status: Status, error: str, *, complete: bool = True
) -> Outcome:
    """Return everything, with the end of what was printed."""
    child.bury()
    return Outcome(
        status=status,
        error=error,
        metrics=found.metrics,
        remarks=found.remarks,
        artifacts=found.artifacts,
        log=child.log_text,
        complete=complete,
    )


if __name__ == "__main__":
    main()
