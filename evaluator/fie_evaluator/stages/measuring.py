"""The timing stage: visits by schedule, each checked; then a look for what wasn't computed."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from fie_evaluator.bench import Bench, Report, ask_checker
from fie_evaluator.child.messages import (
    Advanced,
    Change,
    Changed,
    Check,
    Form,
    Sample,
    Sampled,
    Verdict,
    Watch,
    Watched,
)
from fie_evaluator.dataset.inputs import UNSEEN_SEEDS, USUAL_UNSEEN
from fie_evaluator.results import Status
from fie_evaluator.stages.contestant import Contestant
from fie_evaluator.stages.ledger import Ledger
from fie_evaluator.stages.schedule import Plan, Visit, carry_out
from fie_evaluator.stages.verdicts import (
    Rejected,
    check_latencies,
    escaped,
    looks_cached,
    outlasts,
    refuse_cached,
)
from fie_evaluator.timing.floors import impossible

SLOW_MS = 10.0
"A call that takes longer is repeated less."
ESCAPED_MS = 0.002
"The profiler's times are good to less than a microsecond."
LOOKED_AT = 20
"Calls of a second look at work that seems to go on: one stumble of the host is no proof."
STALE = "it gave the previous inputs' result for new inputs: results are cached"


@dataclass(slots=True, kw_only=True)
class Measuring:
    """Times a candidate, in turns with a rival where there is one."""

    bench: Bench
    ledger: Ledger
    report: Report
    plan: Plan
    candidate: Contestant
    rival: Contestant | None = None
    hurried: bool = False
    "Whether one look at unseen inputs does, where nothing is suspicious."

    def time(self, places: Sequence[int]) -> None:
        """Time these workloads as planned; Rejected for a wrong or escaping call."""
        turns = itertools.count()
        rival_samples: dict[int, list[float]] = {place: [] for place in places}

        def take(visit: Visit) -> Sequence[float]:
            # Who begins changes, so that neither always meets the warmer machine.
            first = next(turns) % 2 == 0
            if not first:
                rival_samples[visit.place] += self._visit_rival(visit)
            latencies = self._visit(self.candidate, visit)
            if first:
                rival_samples[visit.place] += self._visit_rival(visit)
            return latencies

        def advance(done: int, total: int) -> None:
            self.report(Advanced(stage="timing", done=done, total=total))

        for place, samples in carry_out(self.plan, places, take, advance).items():
            self.ledger.record_times(place, samples)
            if rival_samples[place]:
                self.ledger.record_rival(place, rival_samples[place])

    def check(self, place: int, seed: int, forms: tuple[Form, ...], prefix: str = "") -> None:
        """Have the checker compare what was shared; Rejected unless it is right."""
        stale_seed = 0 if seed else None
        verdict = self._verdict(
            Check(workload=place, seed=seed, forms=forms, stale_seed=stale_seed)
        )
        if verdict.status is not Status.PASSED:
            raise Rejected(verdict.status, prefix + verdict.error, place)
        known = self.ledger.results.get(place)
        ratios = (verdict.matched_ratio, known.matched_ratio if known else None)
        lowest = min((ratio for ratio in ratios if ratio is not None), default=None)
        self.ledger.record(place, matched_ratio=lowest)

    def challenge(self, place: int) -> None:
        """Refuse what is faster than possible, and results that were kept from earlier calls."""
        typical = self.ledger.results[place].median_ms or 0.0
        floor = self.bench.yardstick.floors[place]
        if floor is not None and (reason := impossible(typical, floor)):
            raise Rejected(Status.REFUSED, reason, place)
        # One pair is enough where no stumble makes a call look cached: long calls, a GPU's clock.
        usual = 1 if typical >= SLOW_MS or self.hurried else USUAL_UNSEEN
        known, unseen = self._change(place, UNSEEN_SEEDS[:usual], typical)
        if looks_cached(known, unseen):
            # The machine may have stumbled; a cache stays slow on what it hasn't seen.
            more = self._change(place, UNSEEN_SEEDS[usual:], typical)
            known, unseen = [*known, *more[0]], [*unseen, *more[1]]
        refuse_cached(place, typical, known, unseen)

    def watch(self, place: int) -> None:
        """Refuse work that the call's own stream doesn't wait for, however short; on a GPU."""
        try:
            watched: Watched = self.candidate.ask(Watch(workload=place), Watched, place)
        except Rejected:
            # Watching needs the profiler: where that fails, the clocks have looked already.
            return
        if watched.late_ms is not None and watched.late_ms > ESCAPED_MS:
            raise Rejected(Status.REFUSED, escaped(watched.late_ms), place)

    def _change(
        self, place: int, seeds: Sequence[int], typical_ms: float
    ) -> tuple[list[float], list[float]]:
        """Return latencies on known and on unseen inputs at the same addresses."""
        pairs = []
        for seed in seeds:
            quick = typical_ms < SLOW_MS
            request = Change(workload=place, seed=0, unseen_seed=seed, quick=quick)
            changed: Changed = self.candidate.ask(request, Changed, place)
            check_latencies((changed.known_ms, changed.unseen_ms), 2, place)
            self._check_changed(place, seed, changed)
            pairs.append(changed)
        return [pair.known_ms for pair in pairs], [pair.unseen_ms for pair in pairs]

    def _visit(self, entrant: Contestant, visit: Visit) -> tuple[float, ...]:
        place = visit.place
        request = Sample(workload=place, seed=visit.trial, warmup=visit.warmup, count=visit.count)
        sampled: Sampled = entrant.ask(request, Sampled, place)
        check_latencies(sampled.latencies_ms, visit.count, place)
        prefix = "right when checked, wrong when timed: " if visit.trial == 0 else ""
        self.check(place, visit.trial, sampled.forms, prefix)
        if outlasts(sampled.late_ms, sampled.latencies_ms):
            self._look_again(entrant, place)
        return sampled.latencies_ms

    def _look_again(self, entrant: Contestant, place: int) -> None:
        """Refuse work that goes on after a call's end, if it still does."""
        request = Sample(workload=place, seed=0, warmup=1, count=LOOKED_AT)
        again: Sampled = entrant.ask(request, Sampled, place)
        if outlasts(again.late_ms, again.latencies_ms):
            raise Rejected(Status.REFUSED, escaped(median(again.late_ms)), place)

    def _visit_rival(self, visit: Visit) -> tuple[float, ...]:
        """Return the rival's latencies; none once it failed, for which the candidate can't help."""
        if self.rival is None:
            return ()
        request = Sample(
            workload=visit.place, seed=visit.trial, warmup=visit.warmup, count=visit.count
        )
        try:
            sampled: Sampled = self.rival.ask(request, Sampled, visit.place)
        except Rejected:
            self.rival = None
            self.ledger.rival.clear()
            return ()
        return () if visit.cold else sampled.latencies_ms

    def _check_changed(self, place: int, seed: int, changed: Changed) -> None:
        request = Check(workload=place, seed=seed, forms=changed.forms, stale_seed=0)
        verdict = self._verdict(request)
        if verdict.status is not Status.PASSED:
            error = f"wrong after its inputs changed in place: {verdict.error}"
            raise Rejected(verdict.status, error, place)

    def _verdict(self, check: Check) -> Verdict:
        verdict: Verdict = ask_checker(self.bench, check, self.report, Verdict)
        if verdict.stale:
            raise Rejected(Status.REFUSED, STALE, check.workload)
        return verdict
