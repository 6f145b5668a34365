"""What a promoted kernel's summary says, as JSON and as Markdown."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from fie_evaluator.results import Evaluation, WorkloadResult
from fie_evaluator.scoring import ScoreRule, relative_noise, score
from fie_evaluator.track import Track

FORMAT = 1
"The version of summary.json; it rises when a key changes its meaning."


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that is told of a promoted kernel."""

    name: str
    author: str
    run: str
    candidate: str
    source: str
    track: Track
    evaluation: Evaluation
    rule: ScoreRule
    date: str

    @property
    def score(self) -> float:
        """The score by its rule."""
        return score(self.evaluation, self.rule)

    @property
    def noise(self) -> float:
        """The geometric score's relative half-interval."""
        return relative_noise(self.evaluation)


def as_json(summary: Summary) -> dict[str, Any]:
    """Return the object of summary.json."""
    track, evaluation = summary.track, summary.evaluation
    return {
        "format": FORMAT,
        "name": summary.name,
        "author": summary.author,
        "date": summary.date,
        "run": summary.run,
        "candidate": summary.candidate,
        "kernel_sha256": hashlib.sha256(summary.source.encode()).hexdigest(),
        "track": track.name,
        "definition": track.definition,
        "device": evaluation.device,
        "timing": evaluation.timing,
        "caveat": track.caveat,
        "score_name": summary.rule.name,
        "score": summary.score,
        "score_relative_noise": summary.noise,
        "settings": asdict(track.official),
        "workloads": [workload_json(result) for result in evaluation.results],
        "judging_seconds": evaluation.seconds,
        "environment": dict(evaluation.environment),
    }


def workload_json(result: WorkloadResult) -> dict[str, Any]:
    """Return one workload's figures."""
    return {
        "uuid": result.workload,
        "label": result.label,
        "status": str(result.status),
        "median_ms": result.median_ms,
        "spread_ms": result.spread_ms,
        "reference_ms": result.reference_ms,
        "speedup": result.speedup,
        "matched_ratio": result.matched_ratio,
    }


def as_markdown(summary: Summary) -> str:
    """Return the text of SUMMARY.md."""
    track, evaluation = summary.track, summary.evaluation
    settings = track.official
    caveat = f" ({track.caveat})" if track.caveat else ""
    rows = "\n".join(workload_row(result) for result in evaluation.results)
    environment = "\n".join(
        f"- {plain(name)}: {plain(value)}" for name, value in evaluation.environment
    )
    return f"""\
# {summary.name}

**{summary.score:.2f}×** {summary.rule.name}{caveat}

- track: {track.name} (`{track.definition}`)
- device: {evaluation.device}
- timing: {evaluation.timing}
- settings: {settings.warmup} warm-up and {settings.iterations} timed calls, \
{settings.trials} trials; rtol {settings.rtol:g}, atol {settings.atol:g}, \
{settings.required_matched_ratio:.0%} within tolerance needed
- noise of the score: ±{summary.noise:.1%}
- from: run {plain(summary.run)}, candidate {plain(summary.candidate)}
- author: {plain(summary.author)}
- judged: {summary.date}, in {evaluation.seconds:.0f} s

| workload | status | median ms | ± ms | reference ms | speedup | within tolerance |
|---|---|--:|--:|--:|--:|--:|
{rows}

## Environment
{environment or "- not recorded"}
"""


def workload_row(result: WorkloadResult) -> str:
    """Return one workload's row of the table; what wasn't measured is n/a."""
    cells = (
        result.label,
        str(result.status),
        figure(result.median_ms, ".4f"),
        figure(result.spread_ms, ".4f"),
        figure(result.reference_ms, ".4f"),
        figure(result.speedup, ".2f"),
        figure(result.matched_ratio, ".2%"),
    )
    return "| " + " | ".join(cells) + " |"


def figure(value: float | None, form: str) -> str:
    """Return a figure in the given format, or n/a."""
    return "n/a" if value is None else format(value, form)


def plain(text: str) -> str:
    """Return text on one line that Markdown leaves as it is."""
    printable = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "".join(f"\\{each}" if each in "\\`*_[]<>|#" else each for each in printable)
