"""The engine: one thread's event loop that obeys, asks, judges and records."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.live import Utterance
from fie_engine.loop.inflight import UNKNOWN, InFlight, Patience
from fie_engine.loop.judging import Judging, Keeper, Promoter
from fie_engine.loop.lanes import Filler, Lanes
from fie_engine.loop.overheard import Overheard
from fie_engine.loop.pace import Limits, Pace
from fie_engine.loop.proposing import Proposing
from fie_engine.loop.search import Search
from fie_engine.model import RunState
from fie_engine.money.budget import spent_text
from fie_engine.money.watch import notices
from fie_engine.propose.base import Proposer
from fie_engine.propose.ensemble import Ensemble
from fie_engine.record.history import Record
from fie_engine.record.rundir import RunWriter
from fie_engine.steer.answer import challenge, steer
from fie_engine.steer.inbox import Arrival, watch_inbox
from fie_engine.steer.injecting import inject, take_in
from fie_engine.steer.refusals import Refused, passed_candidate, require
from fie_engine.steer.tuning import Tuning
from fie_evaluator.base import Evaluator
from fie_evaluator.timing.reading import Reading

Gauge = Callable[[], tuple[Reading, ...]]
"Returns at once what the judges' GPUs said last, and has them read again."

POLL_S = 0.05
"How often commands from other processes are looked for."


class Engine:
    """Runs one search until it ends or is stopped."""

    def __init__(
        self,
        writer: RunWriter,
        search: Search,
        proposer: Proposer,
        evaluator: Evaluator,
        promoter: Promoter,
        limits: Limits,
        keeper: Keeper,
        *,
        tuning: Tuning | None = None,
        filler: Filler | None = None,
        linger: bool = False,
        overheard: Overheard | None = None,
        errands: tuple[c.Command, ...] = (),
        patience: Patience = UNKNOWN,
        gauge: Gauge = tuple,
    ) -> None:
        self._record = Record(writer, search)
        self._in_flight = InFlight(writer.clock, patience)
        self._proposers = (proposer, *((filler.proposer,) if filler else ()))
        self._evaluator = evaluator
        pace = Pace(limits, evaluator.slots)
        lanes = Lanes(self._record, self._in_flight, proposer, pace, filler, evaluator.slots)
        self._proposing = Proposing(self._record, self._in_flight, lanes)
        self._judging = Judging(self._record, self._in_flight, evaluator, promoter, keeper, pace)
        self._tuning = tuning
        "None where no setting can change while the search goes on."
        self._errands = errands
        "Where there are any: carry these out and end, without searching."
        self.linger = linger
        "Whether to stay for commands when the search has finished."
        self._overheard = overheard or Overheard()
        self._gauge = gauge
        self._readings: tuple[Reading, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: asyncio.Task[None] | None = None
        self._arrived: list[Arrival] = []
        "Files of the inbox that wait for the seed's verdict."

    def wake(self) -> None:
        """Look for commands at once; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._in_flight.stirred.set)

    def retune(self) -> None:
        """Let the parts go by the settings as they are now."""
        if self._tuning is not None:
            tuned = self._tuning.tuned(self._record.view.steered.settings)
            self._record.search.tune(tuned.terms, tuned.islands)
            self._proposing.limit(tuned.limits)
            self._judging.limit(tuned.evaluations)
            for proposer in self._proposers:
                if isinstance(proposer, Ensemble):
                    proposer.reweigh(tuned.weights, adaptive=tuned.adaptive)

    async def run(self) -> RunState:
        """Run to the end; whatever ends it, the record says so and no work is left."""
        self._loop = asyncio.get_running_loop()
        try:
            await (self._run_errands() if self._errands else self._search())
        except asyncio.CancelledError:
            self._record.end(RunState.STOPPED, "cut off")
            raise
        except BaseException as crash:
            self._record.end(RunState.FAILED, f"{type(crash).__name__}: {crash}")
            raise
        finally:
            await self._halt()
        return self._record.view.state

    async def _search(self) -> None:
        self._begin()
        inbox = self._record.writer.path / "inbox"
        self._inbox = asyncio.create_task(watch_inbox(inbox, self._take_in))
        while self._record.ending is None:
            self._obey(self._record.writer.take_commands())
            self._empty_inbox()
            self._judging.start()
            self._proposing.start()
            self._notice_costs()
            self._notice_the_end()
            self._record.beat(self._in_flight.phases(), self._replies, self._read_gpus)
            await self._sleep_until_stirred()

    def _replies(self) -> tuple[Utterance, ...]:
        return self._overheard.replies(self._in_flight.proposing)

    def _read_gpus(self) -> tuple[Reading, ...]:
        """Return what the GPUs say; those of a search that rests are left alone."""
        if self._in_flight or self._record.view.state is RunState.RUNNING:
            self._readings = self._gauge()
        return self._readings

    async def _run_errands(self) -> None:
        state, reason = self._record.view.state, self._record.view.reason
        self._begin()
        self._obey(list(self._errands))
        self._judging.start_asked()
        while self._in_flight and self._record.ending is None:
            self._obey(self._record.writer.take_commands())
            self._record.beat(self._in_flight.phases(), readings=self._read_gpus)
            await self._sleep_until_stirred()
            self._judging.start_asked()
        resting = state in (RunState.FINISHED, RunState.FAILED)
        self._record.end(state if resting else RunState.STOPPED, reason or "errands done")

    def _begin(self) -> None:
        resumed = self._record.view.engine is not None
        host = os.uname().nodename
        self._record.commit(e.EngineStarted(pid=os.getpid(), host=host, resumed=resumed))
        self._record.writer.void_commands()

    async def _halt(self) -> None:
        closing = asyncio.to_thread(self._evaluator.close)
        await asyncio.gather(closing, self._in_flight.cancel())
        if self._inbox is not None:
            self._inbox.cancel()
            await asyncio.gather(self._inbox, return_exceptions=True)
        state, reason = self._record.ending or (RunState.FAILED, "the engine ended unasked")
        self._record.commit(e.EngineStopped(state=state, reason=reason))
        self._record.checkpoint()
        await asyncio.gather(*(proposer.close() for proposer in self._proposers))

    async def _sleep_until_stirred(self) -> None:
        if self._record.ending is not None:
            return
        try:
            # Unlike wait_for, which loses a cancellation that comes as the wait ends.
            async with asyncio.timeout(POLL_S):
                await self._in_flight.stirred.wait()
        except TimeoutError:
            pass
        self._in_flight.stirred.clear()
        if self._in_flight.crash is not None:
            raise self._in_flight.crash

    def _notice_costs(self) -> None:
        """Say what is to be said of costs, and go on where a spent budget was raised."""
        view = self._record.view
        if view.state is RunState.RUNNING:
            told = notices(view, self._record.now)
            if told:
                self._record.commit(*told)
        elif view.money.ended_by and not self._record.limit_reached:
            self._record.commit(e.Resumed(reason="the budget was raised"))

    def _notice_the_end(self) -> None:
        view = self._record.view
        open_work = (view.unjudged or view.challenges) and self._record.may_judge
        if self._in_flight or view.state is RunState.PAUSED or open_work:
            return
        if view.state is not RunState.FINISHED:
            finished = self._finished()
            if finished is None:
                return
            self._record.commit(finished)
        if not self.linger:
            self._record.end(RunState.FINISHED, view.reason)

    def _finished(self) -> e.Finished | None:
        """Return why the search is at its end; None while it isn't."""
        view, search = self._record.view, self._record.search
        if view.iterations >= search.terms.iterations:
            return e.Finished(reason=f"all {search.terms.iterations} iterations are used")
        if search.is_stale:
            return e.Finished(reason=f"no new best in {view.stale} iterations")
        if limit := self._record.limit_reached:
            return e.Finished(reason=spent_text(view.money.budget, limit), limit=limit)
        return None

    def _obey(self, commands: list[c.Command]) -> None:
        for command in commands:
            with self._answering(type(command).__name__.lower()):
                self._carry_out(command)

    @contextmanager
    def _answering(self, command: str) -> Iterator[None]:
        """Record a refusal."""
        try:
            yield
        except Refused as refusal:
            self._record.commit(e.CommandRefused(command=command, reason=str(refusal)))

    def _carry_out(self, command: c.Command) -> None:
        match command:
            case c.Stop(reason=reason):
                self._stop(reason or "asked to stop")
            case c.Promote(candidate=name):
                passed_candidate(self._record.search, name)
                if name in self._in_flight.promoting:
                    raise Refused(f"{name} is being promoted already")
                self._judging.promote(name)
            case c.Retime():
                self._retime(command)
            case c.Inject():
                inject(command, self._record)
            case c.SetSetting():
                require(self._tuning is not None, "no setting of this run can change")
                assert self._tuning is not None
                settings = self._record.view.steered.settings
                self._record.commit(self._tuning.change(command, settings))
                self.retune()
            case c.Undo() | c.Redo():
                self._record.commit(*steer(command, self._record.search))
                self.retune()
            case _:
                self._record.commit(*steer(command, self._record.search))

    def _retime(self, command: c.Retime) -> None:
        challenged = challenge(command, self._record.search)
        if challenged.candidate in self._in_flight.retiming:
            raise Refused(f"{challenged.candidate} is being timed in turns already")
        self._record.commit(challenged)
        self._judging.start_asked()

    def _stop(self, reason: str) -> None:
        view = self._record.view
        if view.state is RunState.FINISHED:
            self._record.end(RunState.FINISHED, view.reason)
        self._record.end(RunState.STOPPED, reason)

    def _take_in(self, arrival: Arrival) -> None:
        """Note a file of the inbox; called in the engine's loop."""
        self._arrived.append(arrival)
        self._in_flight.stirred.set()

    def _empty_inbox(self) -> None:
        """Treat what arrived as children of the best, once there is one."""
        while self._arrived and self._record.view.best_candidate:
            arrival = self._arrived.pop(0)
            with self._answering("inject"):
                take_in(arrival, self._record)
