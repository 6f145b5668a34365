"""Forked children of the zygote: started, spoken to under a deadline, and buried."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Protocol

from fie_evaluator.child.channel import Channel, ChannelClosed, pair
from fie_evaluator.child.processes import die_with_parent, kill_group

LOG_KEPT = 4096
"Bytes of the candidate's own output that are kept, from its end."
GRACE_S = 0.5
"How long a child that hung up may take to end, so that its exit code can be told."

Role = Callable[[Channel], None]


class Interrupts(Protocol):
    """What may end a wait early: a descriptor to watch and what to do when it speaks."""

    def fileno(self) -> int:
        """The descriptor that becomes readable."""

    def check(self) -> None:
        """Read it; raise to end the wait."""


class ChildDied(Exception):
    """The child ended without an answer; the message says how."""


class ChildLate(Exception):
    """The child did not answer before its deadline."""


@dataclass(slots=True, kw_only=True)
class Child:
    """A forked process with a channel and, when captured, its output."""

    pid: int
    channel: Channel
    output: int | None
    "Read end of the child's stdout and stderr; None when they are the zygote's."
    log: bytearray = field(default_factory=bytearray)
    buried: bool = False

    def ask(self, request: object, kind: Any, deadline: float, interrupts: Interrupts) -> Any:
        """Send `request` and return the next answer; see `answer`."""
        try:
            self.channel.send(request)
        except ChannelClosed as error:
            raise ChildDied(self.bury(GRACE_S)) from error
        return self.answer(kind, deadline, interrupts)

    def answer(self, kind: Any, deadline: float, interrupts: Interrupts) -> Any:
        """Return the next message; ChildDied or ChildLate when none comes."""
        while True:
            try:
                message = self.channel.take(kind)
                if message is not None:
                    return message
                self._wait(deadline, interrupts)
            except ChannelClosed as error:
                raise ChildDied(self.bury(GRACE_S)) from error

    def bury(self, grace_s: float = 0.0) -> str:
        """Kill the child's group, reap it, keep the end of its output; return how it ended."""
        if self.buried:
            return "ended"
        self.buried = True
        ended, status = _reap_for(self.pid, grace_s)
        kill_group(self.pid)
        if not ended:
            with contextlib.suppress(ChildProcessError):
                _, status = os.waitpid(self.pid, 0)
        self.channel.close()
        self._drain()
        return describe_exit(status)

    @property
    def log_text(self) -> str:
        """The last of what the child printed."""
        return self.log.decode("utf-8", errors="replace")

    def _wait(self, deadline: float, interrupts: Interrupts) -> None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise ChildLate
        watched = [self.channel.fileno(), interrupts.fileno()]
        if self.output is not None:
            watched.append(self.output)
        ready, _, _ = select.select(watched, [], [], remaining)
        if interrupts.fileno() in ready:
            interrupts.check()
        if self.output in ready and not self._read_output():
            self._close_output()
        if self.channel.fileno() in ready:
            self.channel.fill()

    def _read_output(self) -> bool:
        if self.output is None:
            return False
        text = os.read(self.output, 1 << 16)
        self.log += text
        del self.log[:-LOG_KEPT]
        return bool(text)

    def _drain(self) -> None:
        if self.output is None:
            return
        os.set_blocking(self.output, False)
        with contextlib.suppress(BlockingIOError):
            # A pipe holds 64 KB: an orphan that still writes can't keep this going.
            for _ in range(16):
                if not self._read_output():
                    break
        self._close_output()

    def _close_output(self) -> None:
        if self.output is not None:
            os.close(self.output)
            self.output = None


def fork_child(role: Role, directory: Path, *, captured: bool) -> Child:
    """Fork a process that runs `role` in `directory` and in a process group of its own."""
    ours, theirs = pair()
    output = os.pipe() if captured else None
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(role, directory, Channel(theirs), parent, output[1] if output else None)
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)
    theirs.close()
    if output:
        os.close(output[1])
    return Child(pid=pid, channel=Channel(ours), output=output[0] if output else None)


def describe_exit(status: int) -> str:
    """Return a wait status in words."""
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"was killed by {name}"
    return f"ended itself with exit code {os.waitstatus_to_exitcode(status)}"


def _become(
    role: Role, directory: Path, channel: Channel, parent: int, output: int | None
) -> NoReturn:
    try:
        os.setpgid(0, 0)
        die_with_parent(parent)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _close_inherited(channel.fileno(), output)
        os.chdir(directory)
        with contextlib.suppress(ChannelClosed):
            role(channel)
    finally:
        # Never return into the zygote's own loop, whatever happened.
        os._exit(0)


def _close_inherited(channel: int, output: int | None) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    for stream in (1, 2):
        os.dup2(null if output is None else output, stream)
    bound = os.sysconf("SC_OPEN_MAX")
    os.closerange(3, channel)
    os.closerange(channel + 1, bound)


def _reap_for(pid: int, seconds: float) -> tuple[bool, int]:
    until = time.monotonic() + seconds
    while True:
        try:
            reaped, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return True, 0
        if reaped:
            return True, status
        if time.monotonic() >= until:
            return False, signal.SIGKILL
        time.sleep(0.002)
