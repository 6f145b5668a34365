"""What a benchmark came to: each kernel's evaluation, its score and its rank."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule, relative_noise, score
from fie_evaluator.track import Settings, Track
from fie_tui.bench.contestants import Contestant

Mode = Literal["search", "quick", "official"]
"search: every workload, adaptive; quick: the quick subset, adaptive; official: exact counts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kernel and what became of it."""

    contestant: Contestant
    evaluation: Evaluation | None
    "None where it was not judged."
    lost: str = ""
    "Why the judge itself failed; empty when it didn't."
    score: float = 0.0
    noise: float = 0.0
    "The score's relative half-interval."

    @property
    def status(self) -> str:
        """The verdict in a word."""
        if self.evaluation is not None:
            return self.evaluation.status.value
        return "LOST" if self.lost else "INTERRUPTED"

    @property
    def verdict(self) -> str:
        """The verdict in a few words."""
        if self.evaluation is None:
            return f"not judged: {self.lost or 'interrupted'}"
        partly = "" if self.evaluation.complete else ", on the quick subset only"
        return f"{self.status} in {self.evaluation.seconds:.1f} s{partly}"

    @property
    def results(self) -> tuple[WorkloadResult, ...]:
        """Its workloads' results; none where it was not judged."""
        return self.evaluation.results if self.evaluation else ()

    @property
    def passed(self) -> int:
        """How many workloads passed."""
        return sum(result.status is Status.PASSED for result in self.results)

    @property
    def latency_ms(self) -> float | None:
        """The sum of the medians; None unless every workload has one."""
        medians = [result.median_ms for result in self.results]
        timed = [median for median in medians if median is not None]
        return math.fsum(timed) if timed and len(timed) == len(medians) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """A whole benchmark."""

    track: Track
    rule: ScoreRule
    mode: Mode
    workloads: int
    "How many the track has."
    rival: Path | None = None
    "The kernel that each of them was timed in turns with."
    entries: tuple[Entry, ...] = ()
    interrupted: bool = False

    @property
    def settings(self) -> Settings:
        """How the kernels were checked and timed."""
        return self.track.official if self.mode == "official" else self.track.search

    @property
    def settings_told(self) -> str:
        """The settings in one line."""
        told = self.settings
        ends = "" if told.precision is None else f", fewer once the median is ±{told.precision:.1%}"
        return (
            f"{self.mode}: {told.warmup} warm-ups, {told.iterations} iterations{ends}, "
            f"{told.trials} trials; atol {told.atol:g}, rtol {told.rtol:g}, "
            f"{told.required_matched_ratio:.0%} must match"
        )

    @property
    def ranked(self) -> tuple[Entry, ...]:
        """The kernels from the best score to the worst; those without one last."""
        return tuple(sorted(self.entries, key=lambda entry: -entry.score))

    @property
    def all_passed(self) -> bool:
        """Whether every kernel was judged and passed."""
        return bool(self.entries) and all(
            entry.evaluation is not None and entry.evaluation.passed for entry in self.entries
        )

    def rank(self, entry: Entry) -> int | None:
        """Return the kernel's place, 1 for the first; None without a score."""
        return self.ranked.index(entry) + 1 if entry.score > 0 else None

    def ratio(self, entry: Entry) -> float | None:
        """Return the kernel's score as a fraction of the first's; None without a score."""
        return entry.score / self.ranked[0].score if entry.score > 0 else None

    def versus_first(self, entry: Entry) -> str:
        """Return that fraction, marked where the two intervals overlap."""
        ratio = self.ratio(entry)
        if ratio is None:
            return "–"
        first = self.ranked[0]
        lowest_first = first.score * (1 - first.noise)
        overlaps = entry is not first and entry.score * (1 + entry.noise) >= lowest_first
        return f"{'= ' if overlaps else ''}{ratio:.3f}"

    def expected(self, entry: Entry) -> int:
        """Return how many workloads the kernel was to be judged on."""
        if entry.evaluation is not None and not entry.evaluation.complete:
            return len(entry.results)
        return self.workloads

    def margin(self, result: WorkloadResult) -> float | None:
        """Return how far the matched ratio is above what is required; None if unknown."""
        if result.matched_ratio is None:
            return None
        return result.matched_ratio - self.settings.required_matched_ratio


def entry_of(
    contestant: Contestant, evaluation: Evaluation | None, lost: str, rule: ScoreRule
) -> Entry:
    """Return a kernel with its score by `rule`."""
    if evaluation is None:
        return Entry(contestant=contestant, evaluation=None, lost=lost)
    return Entry(
        contestant=contestant,
        evaluation=evaluation,
        score=score(evaluation, rule),
        noise=relative_noise(evaluation),
    )
