"""Packs a candidate that passed officially, in the contest starter kit's format."""

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from fie_evaluator.dataset.read import WorkloadInfo, read_workloads
from fie_evaluator.promotion.solution import SubmissionError, solution_fields, validated_json
from fie_evaluator.promotion.summary import Summary, as_json, as_markdown
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule
from fie_evaluator.stages.gate import Gate
from fie_evaluator.track import Track

REASON_LENGTH = 300

BUILD_KEYS = ("language", "entry_point", "destination_passing_style", "binding", "dependencies")
"What the starter kit's config.toml tells of a build, where it is told at all."


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A candidate with its official evaluation."""

    name: str
    "What it shall be called; a taken name gets a version."
    author: str
    run: str
    candidate: str
    source: str
    "The whole kernel file."
    track: Track
    evaluation: Evaluation
    rule: ScoreRule
    date: str
    'When it was judged, for example "2026-11-22 13:00 UTC".'
    gate: Gate | None = None
    "What a search had found beside it; None where there was no search."
    solution: str = ""
    "flashinfer-bench's JSON of a solution that is more than one kernel file; keeps its files."


def promotion_refusals(evaluation: Evaluation, track: Track) -> tuple[str, ...]:
    """Return why the candidate may not be promoted, a line per workload; empty if it may."""
    judged = {result.workload: result for result in evaluation.results}
    reasons = [
        refusal(workload, judged.get(workload.uuid), track)
        for workload in read_workloads(track.dataset, track.definition)
    ]
    refusals = tuple(reason for reason in reasons if reason)
    if evaluation.passed:
        return refusals
    whole = f"{evaluation.status}: {one_line(evaluation.error) or 'it did not pass'}"
    return refusals if any(refusals) and not evaluation.error else (whole, *refusals)


def refusal(workload: WorkloadInfo, result: WorkloadResult | None, track: Track) -> str:
    """Return why one workload stands against a promotion; empty if it doesn't."""
    if result is None:
        return f"{workload.label}: not judged"
    if result.status is not Status.PASSED:
        reason = f"{workload.label}: {result.status}"
        if result.matched_ratio is not None:
            needed = track.official.required_matched_ratio
            reason += f", {result.matched_ratio:.1%} within tolerance, {needed:.1%} needed"
        return f"{reason}, {one_line(result.error)}" if result.error else reason
    if result.median_ms is None or result.reference_ms is None:
        return f"{workload.label}: passed, but was not timed"
    return ""


def pack(submission: Submission, promoted: Path) -> Path:
    """Write `promoted`/<name>/ at once and whole, and return its path.

    A name that is taken gets -v2, -v3 and so on. Raises SubmissionError where the
    evaluation doesn't allow it, or flashinfer-bench refuses the solution.
    """
    refusals = promotion_refusals(submission.evaluation, submission.track)
    if refusals:
        raise SubmissionError("Not promoted: " + "; ".join(refusals))
    promoted.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=promoted))
    try:
        for version in count(1):
            name = file_name(submission.name) + (f"-v{version}" if version > 1 else "")
            if (promoted / name).exists():
                continue
            write_files(submission, name, draft)
            if moved(draft, promoted / name):
                return promoted / name
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    raise AssertionError("count() never ends")


def moved(draft: Path, target: Path) -> bool:
    """Rename the finished draft; False where another promotion took the name meanwhile."""
    draft.chmod(0o755)
    try:
        os.rename(draft, target)
    except OSError:
        if target.exists():
            return False
        raise
    return True


def write_files(submission: Submission, name: str, directory: Path) -> None:
    """Write a submission's files into `directory`."""
    fields = fields_of(submission, name)
    summary = summarise(submission, name)
    texts = {
        directory / "solution.json": validated_json(fields),
        directory / "config.toml": config_toml(fields),
        directory / "summary.json": json.dumps(as_json(summary), indent=2) + "\n",
        directory / "SUMMARY.md": as_markdown(summary),
    }
    for path, text in {**texts, **source_files(fields, directory)}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def fields_of(submission: Submission, name: str) -> dict[str, Any]:
    """Return the Solution's JSON object under the name that it is packed by."""
    if submission.solution:
        return {**json.loads(submission.solution), "name": name}
    return solution_fields(submission.track, submission.source, name, submission.author)


def source_files(fields: dict[str, Any], directory: Path) -> dict[Path, str]:
    """Return where each source goes, and its text; SubmissionError for one that would escape."""
    root = directory / "solution" / fields["spec"]["language"]
    files = {root / source["path"]: source["content"] for source in fields["sources"]}
    for path in files:
        if ".." in path.parts or root not in path.parents:
            raise SubmissionError(f"The source {one_line(str(path))} lies outside the solution.")
    return files


def summarise(submission: Submission, name: str) -> Summary:
    """Return what the summary files tell of a submission."""
    return Summary(
        name=name,
        author=submission.author,
        run=submission.run,
        candidate=submission.candidate,
        source=submission.source or submission.solution,
        track=submission.track,
        evaluation=submission.evaluation,
        rule=submission.rule,
        gate=submission.gate,
        date=submission.date,
    )


def config_toml(fields: dict[str, Any]) -> str:
    """Return the starter kit's config.toml."""
    spec = fields["spec"]
    build = {name: spec[name] for name in BUILD_KEYS if spec.get(name) not in (None, [])}
    lines = [f"{name} = {toml_value(value)}" for name, value in build.items()]
    return f"""\
[solution]
name = {quoted(fields["name"])}
definition = {quoted(fields["definition"])}
author = {quoted(fields["author"])}

[build]
{chr(10).join(lines)}
"""


def toml_value(value: str | bool | list[str]) -> str:
    """Return a text, a truth value or a list of texts as TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(map(quoted, value))}]"
        case _:
            return quoted(value)


def quoted(text: str) -> str:
    """Return `text` as a TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def file_name(text: str) -> str:
    """Return `text` as a plain file name that no file system or shell trips over."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-")[:100] or "candidate"


def one_line(text: str) -> str:
    """Return hostile text on one printable line, shortened."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:REASON_LENGTH]
