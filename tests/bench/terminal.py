"""A program in a real pseudo-terminal whose bytes, CPU time and answers to keys are counted."""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

QUIET_S = 0.5
"The terminal counts as painted when nothing came for this long."
BETWEEN_KEYS_S = 0.12
"As a person would press them."
KEPT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a program did over some seconds."""

    bytes_per_s: float
    cpu_pct: float
    "Percent of a core."


class Terminal:
    """Runs one program; answers nothing that it asks of the terminal."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        columns, rows = size
        self.started = time.monotonic()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(command[0], list(command), dict(environment))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = psutil.Process(self.pid)
        self.received = 0
        self.last_words = b""
        self._last_at = self.started

    def read(self, timeout_s: float) -> bytes:
        """Return what the program writes within a time."""
        ready, _, _ = select.select([self._master], [], [], timeout_s)
        if not ready:
            return b""
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return b""
        self.received += len(data)
        self.last_words = (self.last_words + data)[-KEPT:]
        self._last_at = time.monotonic()
        return data

    def until(self, words: bytes, limit_s: float = 60.0) -> float:
        """Return the seconds from the start until the program has written `words`."""
        while words not in self.last_words:
            self.read(0.05)
            if time.monotonic() - self.started > limit_s:
                raise TimeoutError(f"{words!r} never came: {self.last_words[-2000:]!r}")
        return time.monotonic() - self.started

    def drain(self, limit_s: float = 20.0) -> float:
        """Read until the program is quiet; return the seconds from the start to its last byte."""
        end = time.monotonic() + limit_s
        while self.read(QUIET_S) and time.monotonic() < end:
            pass
        return self._last_at - self.started

    def listen(self, seconds: float) -> Rate:
        """Count over some seconds."""
        bytes_before, cpu_before, began = self.received, self._cpu_s(), time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            self.read(left)
        took = time.monotonic() - began
        return Rate(
            bytes_per_s=(self.received - bytes_before) / took,
            cpu_pct=(self._cpu_s() - cpu_before) / took * 100,
        )

    def stall(self, seconds: float) -> None:
        """Take nothing for some seconds, as a link that hangs."""
        time.sleep(seconds)

    def press(self, key: bytes, limit_s: float = 2.0) -> float:
        """Return the milliseconds from a key to the first byte after it."""
        began = time.monotonic()
        os.write(self._master, key)
        self.read(limit_s)
        return (time.monotonic() - began) * 1000

    def latencies(self, there: bytes, back: bytes, count: int = 60) -> list[float]:
        """Return how long keys take, half of them going back, as a person would press them."""
        taken = []
        for number in range(count):
            taken.append(self.press(there if number % 20 < 10 else back))
            end = time.monotonic() + BETWEEN_KEYS_S
            while (left := end - time.monotonic()) > 0:
                self.read(left)
        return taken

    def quit(self, *keys: bytes, limit_s: float = 10.0) -> float:
        """Press keys and return the seconds until the program has ended."""
        began = time.monotonic()
        for key in keys:
            os.write(self._master, key)
        while not self._ended():
            self.read(0.02)
            if time.monotonic() - began > limit_s:
                self.kill()
                break
        os.close(self._master)
        return time.monotonic() - began

    def hang_up(self) -> None:
        """Drop the link."""
        os.close(self._master)

    def kill(self) -> None:
        """End the program for good."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def memory_mib(self) -> float:
        """Return the program's own resident memory."""
        return float(self.process.memory_info().rss) / 2**20

    def _ended(self) -> bool:
        return bool(os.waitpid(self.pid, os.WNOHANG)[0])

    def _cpu_s(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


def p50(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Return what 19 of 20 stay within."""
    return sorted(values)[int(len(values) * 0.95)]


def wait_for(holds: Callable[[], object], limit_s: float = 120.0) -> None:
    """Look until something holds."""
    end = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("it never came to hold")
        time.sleep(0.1)
