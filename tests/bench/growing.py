"""A run directory that grows as under a search, in a process of its own."""

import os
import select
import struct
import time
from pathlib import Path

from tests.tui import canned

from fie_engine import events as e
from fie_engine.live import Live, Phase
from fie_engine.record.rundir import RunWriter


class Search:
    """A run directory that grows as a search would make it grow."""

    def __init__(self, path: Path, judged: int) -> None:
        self.writer = RunWriter.create(path, lambda: time.time())
        self._number = judged
        record = canned.searching(path, judged=judged)
        for name, source in record.sources.items():
            self.writer.save_source(name, source)
        self.writer.append(*(one.event for one in record.record))
        self.beat()

    def beat(self) -> None:
        """Write the heartbeat."""
        stage = f"timing {self._number % 6}/6"
        phase = Phase(what=f"judging c{self._number:04d}", stage=stage, since=time.time())
        live = Live(at=time.time(), pid=os.getpid(), host="bench", phases=(phase,))
        self.writer.save_live(live)

    def step(self) -> None:
        """Judge the candidate in flight and start the next."""
        name = f"c{self._number:04d}"
        score = 1.0 + self._number % 17 / 10
        verdict = canned.crashed() if self._number % 5 == 0 else canned.passed(score)
        self._number += 1
        following = canned.candidate(self._number, name, self._number % 3)
        self.writer.save_source(following.id, canned.kernel(self._number))
        self.writer.append(
            e.Evaluated(
                candidate=name,
                evaluation=verdict,
                score=score if verdict.passed else 0.0,
                noise=0.01,
            ),
            e.Proposed(proposal=self._number, candidate=following),
            e.EvaluationStarted(candidate=following.id),
        )
        self.beat()

    def close(self) -> None:
        """Let go of the run."""
        self.writer.close()


class Grower:
    """A search in a process of its own, so that its work isn't the board's."""

    def __init__(self, path: Path, judged: int) -> None:
        hear, self._tell = os.pipe()
        ready, done = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._tell)
            _grow(path, judged, hear, done)
            os._exit(0)
        os.close(hear)
        os.close(done)
        os.read(ready, 1)
        os.close(ready)

    def pause(self) -> None:
        """Stop judging, and say so in the record."""
        os.write(self._tell, struct.pack("d", 0.0))

    def work(self, period_s: float) -> None:
        """Judge one candidate every period."""
        os.write(self._tell, struct.pack("d", period_s))

    def close(self) -> None:
        """End the search."""
        os.close(self._tell)
        os.waitpid(self._pid, 0)


def _grow(path: Path, judged: int, hear: int, done: int) -> None:
    search = Search(path, judged)
    os.write(done, b"x")
    period: float | None = None
    while True:
        ready, _, _ = select.select([hear], [], [], period or 0.5)
        if not ready:
            search.step() if period else search.beat()
            continue
        word = os.read(hear, 8)
        if not word:
            search.close()
            return
        was, period = period, struct.unpack("d", word)[0] or None
        if period is None:
            search.writer.append(e.Paused(reason="bench"))
        elif was is None:
            search.writer.append(e.Resumed(reason="bench"))
