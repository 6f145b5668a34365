"""What `fie-tui doctor` looks at around the judge: the model server and the terminal."""

import codecs
import json
import os
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, TextIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from fie_evaluator.checks import (
    Check,
    check_caches,
    check_cuda_driver,
    check_dataset,
    check_gpu,
    check_ncu,
    check_packages,
    check_python,
    check_track,
)
from fie_evaluator.gpus import look_at_machine

MIN_COLUMNS, MIN_LINES = 80, 24
MAX_REPLY_BYTES = 1_000_000
NAME = "model server"


def every_check(
    dataset: Path | None,
    environ: Mapping[str, str],
    stream: TextIO,
    model_url: str | None,
    model_key: str | None,
) -> Iterator[Check]:
    """Look at everything, in the order of the doctor's report, one line as it is known."""
    machine = look_at_machine(environ)
    yield check_python()
    yield from check_packages()
    yield check_gpu(machine)
    yield check_cuda_driver(machine)
    yield check_ncu(environ, machine)
    yield check_dataset(dataset, environ)
    yield check_track(dataset, environ, machine)
    yield from check_caches(environ)
    yield check_model_server(model_url, model_key)
    yield check_terminal(environ, stream)


def check_model_server(url: str | None, key: str | None, timeout_s: float = 3.0) -> Check:
    """Ask an OpenAI-compatible server for its models; none configured is no failure."""
    if not url:
        return Check(
            name=NAME,
            ok=None,
            found="none configured",
            remedy="The embedded operators propose; pass --base-url and --model for a model.",
        )
    if not is_web_address(url):
        return failed(f"{url} is no web address", "Give one such as http://localhost:11434/v1.")
    address = models_url(url)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with urlopen(Request(address, headers=headers), timeout=timeout_s) as reply:
            names = model_names(json.loads(reply.read(MAX_REPLY_BYTES)))
    except HTTPError as error:
        error.close()
        return refused(address, error.code)
    except (URLError, OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        return failed(f"{address}: {reason}", "Start the server, or correct the address.")
    except ValueError:
        return failed(f"{address} doesn't answer in JSON", "Point to an OpenAI-compatible /v1.")
    return listed(address, names)


def is_web_address(url: str) -> bool:
    """Whether `url` names a host to be asked over HTTP."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def models_url(url: str) -> str:
    """Return where a server lists its models, for its root or its /v1."""
    base = url.rstrip("/")
    if base.endswith("/models"):
        return base
    return f"{base}/models" if urlsplit(base).path else f"{base}/v1/models"


def model_names(reply: Any) -> list[str]:
    """Return the names in a server's list of models; ValueError for another shape."""
    if not isinstance(reply, dict) or not isinstance(reply.get("data"), list):
        raise ValueError("not a list of models")
    entries = [each.get("id") for each in reply["data"] if isinstance(each, dict)]
    return ["".join(filter(str.isprintable, str(entry)))[:60] for entry in entries if entry]


def listed(address: str, names: list[str]) -> Check:
    """Return the check of a server that answered."""
    if not names:
        return failed(f"{address} serves no model", "Load one, for example with ollama pull.")
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return Check(name=NAME, ok=True, found=f"{address}: {', '.join(names[:3])}{more}")


def refused(address: str, code: int) -> Check:
    """Return the check of a server that answered with an error."""
    if code in (401, 403):
        return failed(f"{address} wants a key (HTTP {code})", "Set OPENAI_API_KEY.")
    return failed(f"{address} answered HTTP {code}", "Check the address; it usually ends in /v1.")


def failed(found: str, remedy: str) -> Check:
    """Return a failed check of the model server."""
    return Check(name=NAME, ok=False, found=found, remedy=remedy)


def check_terminal(environ: Mapping[str, str], stream: TextIO) -> Check:
    """Look whether the board can be drawn on a stream: its size, colours and encoding."""
    if not stream.isatty():
        return Check(
            name="terminal", ok=None, found="not a terminal", remedy="Output is plain lines."
        )
    size = os.get_terminal_size(stream.fileno())
    encoding = codecs.lookup(stream.encoding).name
    term = environ.get("TERM", "")
    colours = environ.get("COLORTERM") or "no COLORTERM"
    found = f"{term or 'no TERM'}, {colours}, {size.columns}×{size.lines}, {encoding}"
    remedy = terminal_remedy(term, size, encoding)
    return Check(name="terminal", ok=not remedy, found=found, remedy=remedy)


def terminal_remedy(term: str, size: os.terminal_size, encoding: str) -> str:
    """Return what is to be done about a terminal; empty when it will do."""
    if term in ("", "dumb"):
        return "Set TERM, for example to xterm-256color."
    if encoding != "utf-8":
        return "Use a UTF-8 locale, for example LANG=C.UTF-8."
    if size.columns < MIN_COLUMNS or size.lines < MIN_LINES:
        return f"Make the window at least {MIN_COLUMNS}×{MIN_LINES}."
    return ""
