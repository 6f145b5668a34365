"""The line mode: a run told in lines, for pipes, logs and scripts."""

import time
from collections.abc import Callable, Iterable, Iterator

from fie_engine import events as e
from fie_engine.record.rundir import RunDirectory
from fie_engine.view.narrate import failure, is_quiet
from fie_engine.view.run import RunView
from fie_evaluator.scoring import limit_reached
from fie_tui.looks import figures
from fie_tui.speech import fall_silent, say
from fie_tui.told.costs import brief
from fie_tui.told.history import ENDED, pages
from fie_tui.told.pulse import Pulse, pulse
from fie_tui.told.summary import header, outcome

Wait = Callable[[], bool]
"Waits a moment; returns whether more can still come."


class Teller:
    """Folds a run's events and says each of them in a line."""

    def __init__(self) -> None:
        self.view = RunView()

    def tell(self, recorded: e.Recorded) -> Iterator[str]:
        """Fold one event and yield its lines."""
        self.view.fold([recorded])
        match recorded.event:
            case e.RunCreated() as created:
                yield from header(created)
            case e.Evaluated() as judged:
                yield f"{self._when(recorded)} {self._judged(judged)}"
            case e.Improved() as better:
                yield f"{self._when(recorded)} ★ {self._improved(better)}"
            case event if not is_quiet(event):
                line = self.view.log[-1]
                yield f"{self._when(recorded)} {line.glyph} {line.text}"

    def _when(self, recorded: e.Recorded) -> str:
        planned = self.view.created.iterations if self.view.created else 0
        elapsed = figures.duration(recorded.at - self.view.started_at)
        return f"{elapsed:>7} {self.view.iterations:>4}/{planned}"

    def _judged(self, judged: e.Evaluated) -> str:
        row = self.view.candidates[judged.candidate]
        made = row.candidate
        told = f"{made.id} i{made.island}"
        if not judged.evaluation.passed:
            why = failure(judged.evaluation)
            return f"✗ {told} {why}{self._cost(made.id)} · {made.note}"
        versus = ""
        if row.versus_parent is not None:
            sign = "=" if row.within_noise else figures.change(row.versus_parent)
            versus = f" {sign} vs {made.parents[0]}"
        reached = figures.limit(limit_reached(judged.evaluation))
        limit = f" · {reached}" if reached else ""
        score = figures.score(judged.score, judged.noise, judged.evaluation.unit)
        score += figures.estimate(judged.evaluation)
        return f"✓ {told} {score}{versus}{limit}{self._cost(made.id)} · {made.note}"

    def _improved(self, better: e.Improved) -> str:
        row = self.view.candidates[better.candidate]
        gain = better.score / better.previous - 1 if better.previous > 0 else 0.0
        told = f" ({figures.change(gain)})" if gain else ""
        return f"new best {better.candidate} {figures.of(row)}{told}"

    def _cost(self, candidate: str) -> str:
        cost = brief(self.view.money.of(candidate))
        return f" · {cost}" if cost else ""


class Watch:
    """Notices when a search's engine falls silent or is stuck, and when it is well again."""

    def __init__(self, run: RunDirectory, clock: Callable[[], float]) -> None:
        self._run = run
        self._clock = clock
        self._was = Pulse()

    def look(self) -> Iterator[str]:
        """Yield what changed since the last look."""
        was, now = self._was, pulse(self._run.live(), self._clock())
        self._was = now
        if now.words and (now.hung != was.hung or not was.words):
            yield f"! {now.words}"
        elif was.words and not now.words:
            yield "· the engine is well again"


def follow(
    run: RunDirectory, wait: Wait, known: int = 0, clock: Callable[[], float] = time.time
) -> RunView:
    """Say what happens in a run until nothing more can come, then what it came to.

    Of the first `known` events only the header is told.
    """
    teller = Teller()
    watch = Watch(run, clock)
    line = _Line()
    more = True
    while more:
        more = wait()
        line.say_all(watch.look() if more else ())
        for batch in pages(run, after=teller.view.last_seq):
            for recorded in batch:
                told = list(teller.tell(recorded))
                if recorded.seq > known or isinstance(recorded.event, e.RunCreated):
                    line.say_all(told)
    if teller.view.state not in ENDED:
        line.say_all([f"its engine died: continue with `fie-tui run --resume {run.name}`"])
    line.say_all(outcome(teller.view))
    return teller.view


class _Line:
    """Stdout for as long as somebody reads it; a search outlives its reader."""

    def __init__(self) -> None:
        self._open = True

    def say_all(self, lines: Iterable[str]) -> None:
        """Print lines; once the reader is gone, drop them."""
        for text in lines:
            if self._open:
                self._say(text)

    def _say(self, text: str) -> None:
        try:
            say(text)
        except OSError:
            # A closed pipe or a hung-up terminal.
            self._open = False
            fall_silent()
