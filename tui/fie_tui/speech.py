"""Lines for stdout and stderr: no control codes, no secrets, diagnostics apart."""

import os
import sys

from fie_engine.plaintext import plain
from fie_engine.redact import Secret, redact
from fie_tui.looks.letters import ascii_of, speaks_ascii_only

SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")
"How the names of environment variables end whose values are never shown."


def printable(text: str) -> str:
    """Return hostile text as one harmless line without secrets."""
    secrets = (Secret(os.environ[name]) for name in os.environ if name.endswith(SECRET_NAMES))
    return redact(plain(text), secrets)


def say(text: str) -> None:
    """Print a result line on stdout, at once; in ASCII on a terminal that knows nothing else."""
    print(_lettered(plain(text)), flush=True)


def note(text: str) -> None:
    """Print a diagnostic on stderr."""
    print(f"fie-tui: {printable(text)}", file=sys.stderr, flush=True)


def fall_silent() -> None:
    """Send stdout nowhere: its reader is gone, and not even the last flush must fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lettered(text: str) -> str:
    ascii_only = sys.stdout.isatty() and speaks_ascii_only(os.environ)
    return ascii_of(text) if ascii_only else text


def complain(error: Exception) -> None:
    """Print a failure as one message on stderr, line by line."""
    lines = str(error).splitlines() or [type(error).__name__]
    note(lines[0])
    for line in lines[1:]:
        print(f"  {printable(line)}", file=sys.stderr, flush=True)
