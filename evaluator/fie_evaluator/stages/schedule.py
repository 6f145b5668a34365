"""Which calls are timed in which order: exactly as told, within a budget, or until precise."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from fie_evaluator.job import EvalJob
from fie_evaluator.timing.clocks import spread_of_median
from fie_evaluator.track import Settings, Track

SEARCH_BUDGET_S = 0.2
"Per workload and trial on the CPU in search mode, copying of inputs included."
FEWEST_CALLS = 3
ROUNDS = 5
"A budget's timed calls are spread over so many rounds, each visiting every workload."
FEWEST_PRECISE = 10
"Timed calls of a workload before its interval is believed; also of each further visit."

Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many calls are timed, and in which order."""

    warmup: int
    iterations: int
    "Per trial; with a budget or a precision, at most."
    trials: int
    budget_s: float | None = None
    "Per workload and trial; None times without regard to it."
    precision: float | None = None
    "Relative half-interval of the median at which a workload is done; None never stops early."
    draw: Callable[[int], int] = secrets.randbelow
    "Chooses where a visit ends, so that no candidate knows which outputs are looked at."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Some timed calls in a row on one workload's input set."""

    place: int
    "The workload's number."
    trial: int
    "Also the input set's seed."
    warmup: int
    count: int
    cold: bool = False
    "A first look, whose calls needn't be kept."


Take = Callable[[Visit], Sequence[float]]
"Carries a visit out and returns its latencies in milliseconds."


def plan_for(settings: Settings, job: EvalJob, track: Track) -> Plan:
    """Return the plan: exact for an official judging, precise or on a budget for a search.

    A duel decides between kernels that are close: it may take twice the calls.
    """
    on_budget = job.mode == "search" and track.device == "cpu"
    more = 2 if job.rival and job.mode == "search" else 1
    return Plan(
        warmup=settings.warmup,
        iterations=settings.iterations * more,
        trials=settings.trials,
        budget_s=SEARCH_BUDGET_S * more if on_budget else None,
        precision=None if on_budget else settings.precision,
    )


def carry_out(
    plan: Plan, places: Sequence[int], take: Take, advance: Advance
) -> dict[int, list[float]]:
    """Return every latency in milliseconds by place.

    The places take turns, so that a drift of the machine hits all alike.
    """
    samples: dict[int, list[float]] = {place: [] for place in places}
    for trial in range(plan.trials):
        if plan.budget_s is not None:
            within_budget(plan, plan.budget_s, trial, samples, take, advance)
        elif plan.precision is not None:
            until_precise(plan, plan.precision, trial, samples, take, advance)
        else:
            exactly(plan, trial, samples, take, advance)
    return samples


def exactly(
    plan: Plan, trial: int, samples: dict[int, list[float]], take: Take, advance: Advance
) -> None:
    """Visit each place once or twice, for all of its calls."""
    for done, place in enumerate(samples, start=1):
        # Only a visit's last output is looked at: no candidate may know which call that is.
        first = 1 + plan.draw(plan.iterations)
        for warmup, count in ((plan.warmup, first), (1, plan.iterations - first)):
            if count:
                samples[place] += take(Visit(place=place, trial=trial, warmup=warmup, count=count))
        advance(trial * len(samples) + done, plan.trials * len(samples))


def until_precise(
    plan: Plan,
    precision: float,
    trial: int,
    samples: dict[int, list[float]],
    take: Take,
    advance: Advance,
) -> None:
    """Come back to each place until its median's interval is narrow, or its calls are used up."""
    open_places = list(samples)
    counted = dict.fromkeys(samples, 0)
    while open_places:
        for place in open_places:
            few = FEWEST_PRECISE + plan.draw(FEWEST_PRECISE // 2)
            count = min(few, plan.iterations - counted[place])
            warmup = plan.warmup if counted[place] == 0 else 1
            visit = Visit(place=place, trial=trial, warmup=warmup, count=count)
            samples[place] += take(visit)
            counted[place] += count
        open_places = [
            place
            for place in open_places
            if counted[place] < plan.iterations and not is_precise(samples[place], precision)
        ]
        done = len(samples) - len(open_places)
        advance(trial * len(samples) + done, plan.trials * len(samples))


def within_budget(
    plan: Plan,
    budget_s: float,
    trial: int,
    samples: dict[int, list[float]],
    take: Take,
    advance: Advance,
) -> None:
    """Spread as many calls as are affordable over the rounds."""
    shares = {place: affordable(plan, budget_s, place, trial, samples, take) for place in samples}
    for index in range(ROUNDS):
        for place in samples:
            warmup, count = shares[place][index]
            if count:
                visit = Visit(place=place, trial=trial, warmup=warmup, count=count)
                samples[place] += take(visit)
        advance(trial * ROUNDS + index + 1, plan.trials * ROUNDS)


def affordable(
    plan: Plan,
    budget_s: float,
    place: int,
    trial: int,
    samples: dict[int, list[float]],
    take: Take,
) -> list[tuple[int, int]]:
    """Return untimed and timed calls for each round; the last round always has a timed one.

    A first call tells how many are affordable; it counts as a sample only where
    calls are so slow that a cold start doesn't show.
    """
    start = time.perf_counter_ns()
    first = take(Visit(place=place, trial=trial, warmup=0, count=1, cold=True))
    calls = budget_s / ((time.perf_counter_ns() - start) / 1e9)
    count = min(plan.iterations, max(FEWEST_CALLS, int(calls)))
    if calls < FEWEST_CALLS:
        samples[place] += first
        count -= 1
    counts = [count // ROUNDS + (index < count % ROUNDS) for index in range(ROUNDS)]
    return [(plan.warmup if each > 1 else 0, each) for each in reversed(counts)]


def is_precise(samples: Sequence[float], precision: float) -> bool:
    """Whether the median's 95 % interval is as narrow as asked."""
    return spread_of_median(samples) <= precision * median(samples)
