"""The run's history while it is being made: commit first, then act."""

import asyncio
import os
import time
from collections.abc import Callable

from fie_engine import events as e
from fie_engine.exchange.checkpoint import Checkpoints
from fie_engine.exchange.format import origin_of
from fie_engine.live import Live, Phase, Utterance
from fie_engine.loop.search import Search
from fie_engine.model import Candidate, Exchange, RunState, Usage
from fie_engine.money.budget import TIME_LIMITS
from fie_engine.money.watch import limit_reached
from fie_engine.record.rundir import RunWriter
from fie_engine.view.run import RunView
from fie_evaluator.timing.reading import Reading

BEAT_S = 1.0
"Longest time between two heartbeats."


class Record:
    """What the parts of an engine share: the durable record and what it adds up to."""

    def __init__(self, writer: RunWriter, search: Search) -> None:
        self.writer = writer
        self.search = search
        self.ending: tuple[RunState, str] | None = None
        "Set once the engine is to end: in which state, and why."
        origin = origin_of(search.view.created)
        self._checkpoints = Checkpoints(writer.path / "checkpoint", origin)
        self._beaten_at = 0.0

    @property
    def view(self) -> RunView:
        """The run after everything committed so far."""
        return self.search.view

    @property
    def now(self) -> float:
        """Unix time as far as the budget cares: without a limit on time, the newest event's."""
        timed = self.view.money.budget.hours is not None
        return self.writer.clock() if timed else self.view.last_at

    @property
    def limit_reached(self) -> str:
        """The name of the budget's limit that is reached; empty while none is."""
        return limit_reached(self.view, self.now)

    @property
    def may_judge(self) -> bool:
        """Whether the budget leaves time on leases; replies that are paid for are judged."""
        return self.limit_reached not in TIME_LIMITS

    def commit(self, *events: e.Event, exchange: tuple[int, str, Exchange] | None = None) -> None:
        """Commit events, then act on them, then commit what they bring about."""
        consequences = self.search.apply(self.writer.append(*events, exchange=exchange))
        if consequences:
            self.search.apply(self.writer.append(*consequences))

    def admit(
        self, number: int, source: str, candidate: Candidate, exchange: Exchange | None = None
    ) -> None:
        """Write a new candidate's kernel, then commit that it exists."""
        self.writer.save_source(candidate.id, source)
        paid = (number, candidate.id, exchange) if exchange else None
        usage = exchange.usage if exchange else Usage()
        self.commit(e.Proposed(proposal=number, candidate=candidate, usage=usage), exchange=paid)

    def checkpoint(self) -> None:
        """Write the population in OpenEvolve's format, for its own tools."""
        if self.search.ready:
            self._checkpoints.save(self.search.population, self._iterations_in_all)

    async def checkpoint_aside(self) -> None:
        """Write the population as it is now while the search goes on."""
        if self.search.ready:
            found = self._checkpoints.snapshot(self.search.population, self._iterations_in_all)
            await asyncio.to_thread(self._checkpoints.write, found)

    @property
    def _iterations_in_all(self) -> int:
        return self.search.iterations_before + self.view.iterations

    def end(self, state: RunState, reason: str) -> None:
        """Let the engine end; the first reason stands."""
        self.ending = self.ending or (state, reason)

    def beat(
        self,
        phases: tuple[Phase, ...],
        replies: Callable[[], tuple[Utterance, ...]] = tuple,
        readings: Callable[[], tuple[Reading, ...]] = tuple,
    ) -> None:
        """Overwrite the heartbeat, unless it is fresh; only then the rest is asked for."""
        now = time.monotonic()
        if now - self._beaten_at < (BEAT_S / 4 if phases else BEAT_S):
            return
        self._beaten_at = now
        host = os.uname().nodename
        self.writer.save_live(
            Live(
                at=self.writer.clock(),
                pid=os.getpid(),
                host=host,
                phases=phases,
                replies=replies(),
                load=round(os.getloadavg()[0], 1),
                cores=os.cpu_count() or 0,
                readings=readings(),
            )
        )
