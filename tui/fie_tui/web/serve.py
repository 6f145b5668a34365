"""`fie-tui serve`: a run's board on a web page, read-only."""

import asyncio
import secrets
import shlex
import signal
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from fie_engine.plaintext import plain
from fie_engine.record.rundir import RunDirectory, find_run
from fie_evaluator.errors import FieError
from fie_tui.speech import note, say
from fie_tui.web.guard import is_loopback

if TYPE_CHECKING:
    from aiohttp import web


class ServeNotInstalled(FieError):
    """The web server is an extra of its own: pip install 'fie-tui[serve]'"""


class AddressTaken(FieError):
    """The address can't be listened on: choose another --port or --host."""


def serve(args: Namespace, runs_root: Path) -> int:
    """Serve the run until interrupted; raises NoSuchRun, ServeNotInstalled or AddressTaken."""
    run = find_run(args.run, runs_root)
    token = args.token or ("" if is_loopback(args.host) else secrets.token_urlsafe(16))
    app = application(run, loopback=is_loopback(args.host), token=token)
    try:
        asyncio.run(_serve(app, args.host, args.port, token))
    except OSError as error:
        raise AddressTaken(f"{args.host}:{args.port} can't be listened on: {error}") from error
    return 0


def application(run: RunDirectory, *, loopback: bool, token: str) -> "web.Application":
    """Return the web application of a run."""
    try:
        from fie_tui.web.application import web_application
    except ImportError as error:
        raise ServeNotInstalled(
            f"no web server here ({error.name}): pip install 'fie-tui[serve]'"
        ) from error
    # Without a shell in between, a view sees when its server is gone.
    command = "exec " + shlex.join([sys.executable, "-m", "fie_tui.web.served", str(run.path)])
    return web_application(command, f"fie-tui {plain(run.name)}", loopback=loopback, token=token)


async def _serve(app: "web.Application", host: str, port: int, token: str) -> None:
    from aiohttp import web

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        listening = runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{listening}/" + (f"?token={token}" if token else ""))
        note("read-only; Ctrl+C ends it, not the search")
        await ended.wait()
    finally:
        await runner.cleanup()
