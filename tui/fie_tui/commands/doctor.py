"""`fie-tui doctor`: what this machine can do, a line each, and what to do about the rest."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fie_engine.config.load import ConfigError, load_config
from fie_engine.propose.choose import Wish, ask_for_models, choose_proposer
from fie_evaluator import checks
from fie_evaluator.checks import Check
from fie_evaluator.errors import TrackError
from fie_evaluator.pool.gpus import look_at_machine, open_nvml
from fie_evaluator.tracks import mini_track
from fie_tui.speech import printable, say


def print_checks(dataset: Path | None, runs_root: Path, environ: Mapping[str, str]) -> int:
    """Print every check; return 0 if the embedded demonstration can run here, else 1."""
    needed = list(demo_checks(runs_root))
    for check in (*needed, *machine_checks(dataset, environ), check_terminal(environ)):
        say(line(check))
    if all(check.ok for check in needed):
        say("The embedded demonstration can run: fie-tui run --track moe-mini")
        return 0
    say("The embedded demonstration can't run here: mend the lines marked ✗ first.")
    return 1


def line(check: Check) -> str:
    """Return a check as one line: ok, missing or wrong, and what to do."""
    sign = {True: "✓ ok     ", False: "✗ wrong  ", None: "– missing"}[check.ok]
    remedy = f" → {check.remedy}" if check.remedy else ""
    return printable(f"{sign}  {check.name}: {check.found}{remedy}")


def demo_checks(runs_root: Path) -> Iterator[Check]:
    """Yield what the embedded demonstration needs."""
    yield checks.check_python()
    yield from checks.check_packages()
    yield check_demo()
    yield check_runs(runs_root)


def machine_checks(dataset: Path | None, environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield what the real track and a model need."""
    machine = look_at_machine(environ)
    yield checks.check_gpu(machine)
    yield checks.check_neighbours(machine, open_nvml())
    yield checks.check_cuda_driver(machine)
    yield checks.check_ncu(environ, machine)
    yield checks.check_ray()
    yield checks.check_dataset(dataset, environ)
    yield checks.check_track(dataset, environ, machine)
    yield from checks.check_caches(environ)
    yield check_model(environ)


def check_demo() -> Check:
    """Look for the packaged seed and its data set."""
    try:
        track = mini_track("")
    except TrackError as error:
        return Check(name="demonstration", ok=False, found=str(error), remedy="See the message.")
    return Check(name="demonstration", ok=True, found=f"{track.name} at {track.dataset}")


def check_runs(runs_root: Path) -> Check:
    """Look whether runs can be written, and whether SQLite's journal works there."""
    existing = next(each for each in (runs_root, *runs_root.absolute().parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Check(name="runs", ok=True, found=f"{runs_root.absolute()} is writable")
    except OSError as error:
        return Check(
            name="runs",
            ok=False,
            found=f"{runs_root.absolute()}: {error.strerror}",
            remedy="Choose another folder with --runs-dir or FIE_RUNS_DIR.",
        )


def check_model(environ: Mapping[str, str]) -> Check:
    """Say what would propose in a plain run, and whether its server answers."""
    try:
        choice = choose_proposer(load_config(), environ, Wish())
    except ConfigError as error:
        return Check(name="model", ok=False, found=str(error), remedy="See the message.")
    if choice.kind == "operators":
        remedy = "Set FIE_BASE_URL and FIE_MODEL to use one; the operators need none."
        return Check(name="model", ok=None, found=f"none ({choice.why})", remedy=remedy)
    served = ask_for_models(choice.base_url, choice.api_key)
    if served is None:
        return Check(
            name="model",
            ok=False,
            found=f"{choice.model}, but {choice.base_url} lists no models",
            remedy="Start the server, or mend FIE_BASE_URL and FIE_API_KEY.",
        )
    if served and choice.model not in served:
        remedy = f"Set FIE_MODEL to one of: {', '.join(served[:5])}."
        found = f"{choice.base_url} doesn't serve {choice.model}"
        return Check(name="model", ok=False, found=found, remedy=remedy)
    return Check(name="model", ok=True, found=f"{choice.model} at {choice.base_url}")


def check_terminal(environ: Mapping[str, str]) -> Check:
    """Look whether a board can be drawn here."""
    name = environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Check(name="terminal", ok=None, found="none: runs are told in plain lines")
    if name in ("", "dumb"):
        return Check(
            name="terminal",
            ok=False,
            found=f"TERM is {name or 'unset'}",
            remedy="Set TERM, for example to xterm-256color, or use --plain.",
        )
    size = os.get_terminal_size(sys.stdout.fileno())
    found = f"{name}, {size.columns}×{size.lines}, {sys.stdout.encoding}"
    return _judge_terminal(found, size, sys.stdout.encoding)


def _judge_terminal(found: str, size: os.terminal_size, encoding: str) -> Check:
    if encoding.lower().replace("-", "") != "utf8":
        remedy = "Set LANG to a UTF-8 locale, for example C.UTF-8."
        return Check(name="terminal", ok=False, found=found, remedy=remedy)
    if size.columns < 80 or size.lines < 24:
        remedy = "Enlarge the window to 80×24 or more."
        return Check(name="terminal", ok=False, found=found, remedy=remedy)
    return Check(name="terminal", ok=True, found=found)
