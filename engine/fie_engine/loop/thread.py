"""The engine's daemon thread: a board may come and go beside it."""

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

from fie_engine import events as e
from fie_engine.commands import Command
from fie_engine.launch.start import PreparedRun
from fie_engine.model import RunState
from fie_engine.redact import RedactingFilter, Secret, redact
from fie_evaluator.errors import FieError

if TYPE_CHECKING:
    from fie_engine.loop.engine import Engine

log = logging.getLogger("fie_engine")


class EngineThread:
    """Runs a prepared run's engine until it ends; every method may be called from any thread."""

    def __init__(
        self,
        prepared: PreparedRun,
        *,
        linger: bool = False,
        errands: tuple[Command, ...] = (),
    ) -> None:
        self._prepared = prepared
        self._linger = linger
        self._errands = errands
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: asyncio.Task[RunState] | None = None
        self._thread = threading.Thread(target=self._main, name="engine", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Look for commands at once."""
        if self._engine is not None:
            self._engine.wake()

    def release(self) -> None:
        """Nobody watches any more: end as soon as the search has finished."""
        self._linger = False
        if self._engine is not None:
            self._engine.linger = False
            self._engine.wake()

    def alive(self) -> bool:
        """Whether the engine is still at work."""
        return self._thread.is_alive()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the engine's end, at most `timeout` seconds."""
        self._thread.join(timeout)

    def stop_now(self) -> None:
        """Cut the engine off; what is in flight is lost, the record is not."""
        loop, work = self._loop, self._work
        if loop is not None and work is not None and not loop.is_closed():
            loop.call_soon_threadsafe(work.cancel)

    def _main(self) -> None:
        handler = _log_to(self._prepared)
        try:
            asyncio.run(self._run())
        except asyncio.CancelledError:
            log.warning("the engine was cut off")
        except FieError as error:
            log.error("%s", error)
        except Exception:
            log.exception("the engine crashed")
        finally:
            self._prepared.writer.close()
            logging.getLogger().removeHandler(handler)
            handler.close()

    async def _run(self) -> RunState:
        self._loop = asyncio.get_running_loop()
        self._engine = await self._assemble()
        self._engine.linger = self._linger
        self._work = asyncio.create_task(self._engine.run())
        return await self._work

    async def _assemble(self) -> "Engine":
        from fie_engine.launch.assemble import assemble

        try:
            return assemble(self._prepared, linger=self._linger, errands=self._errands)
        except Exception as error:
            reason = redact(f"{type(error).__name__}: {error}", _secrets(self._prepared))
            self._prepared.writer.append(e.EngineStopped(state=RunState.FAILED, reason=reason))
            raise


def _log_to(prepared: PreparedRun) -> logging.Handler:
    """Send every library's log to engine.log: a line on the terminal would tear the board."""
    handler = logging.FileHandler(prepared.directory.path / "engine.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(RedactingFilter(_secrets(prepared)))
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    log.setLevel(logging.INFO)
    return handler


def _secrets(prepared: PreparedRun) -> tuple[Secret, ...]:
    return prepared.choice.secrets
