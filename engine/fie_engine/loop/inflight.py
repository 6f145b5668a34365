"""Work under way: which tasks, since when, at what stage."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from fie_engine.live import Phase
from fie_evaluator.job import Progress

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long work may take until it counts as stuck, in seconds; 0 where nobody can tell."""

    proposing_s: float = 0.0
    judging_s: float = 0.0
    "Of a timing in turns twice as long: two kernels are timed."
    promoting_s: float = 0.0


UNKNOWN = Patience()

WAITING = "lease"
"The judge's stage before it has a device."


class InFlight:
    """Tasks by kind and name; one that ends, well or badly, stirs the scheduler."""

    def __init__(self, clock: Clock, patience: Patience = UNKNOWN) -> None:
        self.proposing: dict[int, float] = {}
        self.judging: dict[str, float] = {}
        self.promoting: dict[str, float] = {}
        self.retiming: dict[str, float] = {}
        self.stirred = asyncio.Event()
        self.crash: BaseException | None = None
        self._clock = clock
        self._patience = patience
        self._stages: dict[str, Progress] = {}
        self._waited: set[str] = set()
        "Candidates that waited for a device which others held: nobody knows how long that takes."
        self._tasks: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def propose(self, number: int, work: Coroutine[None, None, None]) -> None:
        """Start a proposal."""
        self.proposing[number] = self._clock()
        self._spawn(work, lambda: self.proposing.pop(number, None))

    def judge(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Start an evaluation."""
        self.judging[name] = self._clock()
        self._spawn(work, lambda: self.judging.pop(name, None))

    def retime(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Start a timing in turns."""
        self.retiming[name] = self._clock()
        self._spawn(work, lambda: self.retiming.pop(name, None))

    def promote(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Start an official judging."""
        self.promoting[name] = self._clock()
        self._spawn(work, lambda: self.promoting.pop(name, None))

    def attend(self, chore: Coroutine[None, None, None]) -> None:
        """Start work that nothing but the engine's end waits for."""
        self._spawn(chore, lambda: None)

    def note(self, progress: Progress) -> None:
        """Keep the newest stage; called from the evaluator's thread."""
        self._stages[progress.candidate] = progress
        if progress.stage == WAITING:
            self._waited.add(progress.candidate)

    def phases(self) -> tuple[Phase, ...]:
        """Return what is under way, for the heartbeat."""
        asking = [
            Phase(
                what=f"proposing #{number}",
                stage="",
                since=since,
                patience_s=self._patience.proposing_s,
            )
            for number, since in self.proposing.items()
        ]
        patience = self._patience
        work = (
            ("judging", self.judging, patience.judging_s),
            ("retiming", self.retiming, 2 * patience.judging_s),
            ("promoting", self.promoting, patience.promoting_s),
        )
        judging = [
            Phase(
                what=f"{verb} {name}",
                stage=_words(self._stages.get(name)),
                since=since,
                patience_s=0.0 if name in self._waited else patience_s,
            )
            for verb, names, patience_s in work
            for name, since in names.items()
        ]
        return (*asking, *judging)

    async def cancel(self) -> None:
        """Cancel everything and wait until it has let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None], forget: Callable[[], object]) -> None:
        task = asyncio.create_task(_tracked(work, forget))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.crash = task.exception()
        self.stirred.set()


async def _tracked(work: Coroutine[None, None, None], forget: Callable[[], object]) -> None:
    """Await work and unlist it in the same step in which it lands."""
    try:
        await work
    finally:
        forget()


def _words(progress: Progress | None) -> str:
    if progress is None:
        return ""
    if progress.note:
        return progress.note
    return (
        f"{progress.stage} {progress.done}/{progress.total}" if progress.total else progress.stage
    )
