"""A run served on loopback, and the processes that its views run in."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from aiohttp import web

from fie_engine.record.rundir import RunDirectory
from fie_tui.web.serve import application

ROOT = Path(__file__).resolve().parents[2]

SOURCES = os.pathsep.join(str(ROOT / part) for part in ("tui", "engine", "evaluator"))
"Where views find the packages, as PYTHONPATH says it."


@asynccontextmanager
async def served(run: RunDirectory, token: str = "") -> AsyncIterator[str]:
    """Serve a run on loopback; yields its address without a slash."""
    async with listening(application(run, loopback=not token, token=token)) as address:
        yield address
    async with asyncio.timeout(30):
        while views():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """Have an application listen on loopback; yields its address without a slash."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def views() -> list[psutil.Process]:
    """Return the processes that views still run in."""
    return [one for one in psutil.Process().children() if "fie_tui.web.served" in _command(one)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []
