"""What a promoted kernel's summary says, as JSON and as Markdown."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from fie_evaluator.results import Evaluation, WorkloadResult
from fie_evaluator.scoring import ScoreRule, limit_reached, relative_noise, score
from fie_evaluator.stages.gate import Gate, gate_told
from fie_evaluator.timing.telling import build_told, disturbances, limit_told, readings
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
    gate: Gate | None = None

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
        "noise_floor": evaluation.noise_floor,
        "limit_fraction": limit_reached(evaluation),
        "search": search_json(summary.gate),
        "held_out": held_out_json(summary.gate),
        "settings": asdict(track.official),
        "workloads": [workload_json(result) for result in evaluation.results],
        "build": [asdict(kernel) for kernel in evaluation.build],
        "conditions": asdict(evaluation.conditions) if evaluation.conditions else None,
        "judging_seconds": evaluation.seconds,
        "environment": dict(evaluation.environment),
    }


def search_json(gate: Gate | None) -> dict[str, Any] | None:
    """Return what the search had found, and what became of it officially."""
    if gate is None:
        return None
    return {
        "score": gate.drawn.score,
        "score_relative_noise": gate.drawn.noise,
        "evaluations": gate.drawn.draws,
        "official_score": gate.searched,
        "regression": gate.regression,
    }


def held_out_json(gate: Gate | None) -> dict[str, Any] | None:
    """Return what holds on workloads that the search never saw; None where it saw all."""
    if gate is None or gate.held_out is None:
        return None
    return {"score": gate.held_out, "workloads": list(gate.labels)}


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
        "floor_ms": result.floor_ms,
        "bound": result.bound,
        "limit_fraction": result.limit_fraction,
        "matched_ratio": result.matched_ratio,
    }


def as_markdown(summary: Summary) -> str:
    """Return the text of SUMMARY.md."""
    track, evaluation = summary.track, summary.evaluation
    settings = track.official
    caveat = f" ({track.caveat})" if track.caveat else ""
    environment = [f"{name}: {value}" for name, value in evaluation.environment]
    return f"""\
# {summary.name}

**{summary.score:.2f}×** {summary.rule.name}{caveat}

- track: {track.name} (`{track.definition}`)
- device: {evaluation.device}
- timing: {evaluation.timing}
- settings: {settings.warmup} warm-up and {settings.iterations} timed calls, \
{settings.trials} trials; rtol {settings.rtol:g}, atol {settings.atol:g}, \
{settings.required_matched_ratio:.0%} within tolerance needed
{bullets(noise_told(summary), *search_told(summary.gate), *measured_told(evaluation))}
- from: run {plain(summary.run)}, candidate {plain(summary.candidate)}
- author: {plain(summary.author)}
- judged: {summary.date}, in {evaluation.seconds:.0f} s

{workload_table(evaluation)}
{sections(build=[build_told(kernel) for kernel in evaluation.build], environment=environment)}"""


def search_told(gate: Gate | None) -> list[str]:
    """Return how the official figures compare with the search's."""
    return [plain(told) for told in gate_told(gate)] if gate else []


def noise_told(summary: Summary) -> str:
    """Return the score's noise, and what one and the same kernel varies here."""
    floor = summary.evaluation.noise_floor
    again = "" if floor is None else f" (one kernel varies by {floor:.2%} between judgings)"
    return f"noise of the score: ±{summary.noise:.1%}{again}"


def measured_told(evaluation: Evaluation) -> list[str]:
    """Return what a GPU's measurement has besides times: its limit and its conditions."""
    told = []
    reached = limit_reached(evaluation)
    if reached is not None:
        told.append(f"limit: {reached:.0%} of what this device's bandwidth and arithmetic allow")
    if evaluation.conditions is not None:
        read = (*readings(evaluation.conditions), *disturbances(evaluation.conditions))
        told.append(f"conditions: {plain(', '.join(read))}")
    return told


def workload_table(evaluation: Evaluation) -> str:
    """Return a row per workload; the limit has its columns where one is known."""
    limited = any(result.floor_ms is not None for result in evaluation.results)
    head = ["workload", "status", "median ms", "± ms", "reference ms", "speedup"]
    head += ["floor ms", "of the limit"] if limited else []
    head += ["within tolerance"]
    rows = [workload_row(result, limited) for result in evaluation.results]
    rule = "|---|---|" + "--:|" * (len(head) - 2)
    return "\n".join([f"| {' | '.join(head)} |", rule, *rows, ""])


def workload_row(result: WorkloadResult, limited: bool) -> str:
    """Return one workload's row of the table; what wasn't measured is n/a."""
    limit = (figure(result.floor_ms, ".4f"), limit_told(result) or "n/a") if limited else ()
    cells = (
        result.label,
        str(result.status),
        figure(result.median_ms, ".4f"),
        figure(result.spread_ms, ".4f"),
        figure(result.reference_ms, ".4f"),
        figure(result.speedup, ".2f"),
        *limit,
        figure(result.matched_ratio, ".2%"),
    )
    return "| " + " | ".join(cells) + " |"


def sections(*, build: list[str], environment: list[str]) -> str:
    """Return the closing sections; the build's only where something was compiled."""
    titled = {"Build": build, "Environment": environment or ["not recorded"]}
    return "\n".join(
        f"## {title}\n{bullets(*map(plain, entries))}\n"
        for title, entries in titled.items()
        if entries
    )


def bullets(*entries: str) -> str:
    """Return a Markdown list."""
    return "\n".join(f"- {entry}" for entry in entries)


def figure(value: float | None, form: str) -> str:
    """Return a figure in the given format, or n/a."""
    return "n/a" if value is None else format(value, form)


def plain(text: str) -> str:
    """Return text on one line that Markdown leaves as it is."""
    printable = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "".join(f"\\{each}" if each in "\\`*_[]<>|#" else each for each in printable)
