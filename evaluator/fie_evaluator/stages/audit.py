"""Holds what a candidate's process reports against a clock that it can't reach."""

import time
from collections.abc import Callable
from pathlib import Path

from fie_evaluator.child.messages import Done, Repeat
from fie_evaluator.results import Status
from fie_evaluator.stages.contestant import Contestant
from fie_evaluator.stages.verdicts import Rejected

ENOUGH_MS = 20.0
"Calls in a row that take as long by their own account."
FEWEST, MOST = 2, 50
UNBELIEVABLE = 3.0
"Calls in a row find a warm cache and overlap their launches: they take less, never so much more."
LOOKS = 3
"How often a suspicious answer is asked for again: the machine may have stumbled."

Clock = Callable[[], float]
"Returns milliseconds."


def audit(contestant: Contestant, place: int, claimed_ms: float) -> None:
    """Raise Rejected if a call takes several times what its process reported."""
    clock = clock_outside(contestant)
    if clock is None:
        return
    count = round(min(MOST, max(FEWEST, ENOUGH_MS / claimed_ms)))
    found = float("inf")
    for _ in range(LOOKS):
        found = min(found, per_call_ms(contestant, place, count, clock))
        if found <= UNBELIEVABLE * claimed_ms:
            return
    raise Rejected(
        Status.REFUSED,
        f"its process reports {claimed_ms:.3g} ms a call, a clock outside it {found:.3g} ms",
        place,
    )


def per_call_ms(contestant: Contestant, place: int, count: int, clock: Clock) -> float:
    """Return how much longer `count` more calls take."""
    spent = []
    for calls in (1, 1 + count):
        start = clock()
        contestant.ask(Repeat(workload=place, seed=0, count=calls), Done, place)
        spent.append(clock() - start)
    return (spent[1] - spent[0]) / count


def clock_outside(contestant: Contestant) -> Clock | None:
    """Return the wall clock for a GPU, else the processor time that the kernel counted for it."""
    if contestant.bench.track.device != "cpu":
        return lambda: time.perf_counter() * 1e3
    tasks = Path(f"/proc/{contestant.pid}/task")
    if not (tasks / str(contestant.pid) / "schedstat").is_file():
        return None
    return lambda: processor_ms(tasks)


def processor_ms(tasks: Path) -> float:
    """Return the time that a process's threads have run."""
    counted = [(task / "schedstat").read_text(encoding="ascii") for task in tasks.iterdir()]
    return sum(int(text.split()[0]) for text in counted) / 1e6
