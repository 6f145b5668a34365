"""What the judge found, in the words of a prompt; figures and advice stay as they were."""

import re
from collections.abc import Iterator, Mapping, Sequence

from fie_engine.propose.base import Ask
from fie_engine.view.kinship import WorkloadChange, workload_changes
from fie_engine.view.rows import CandidateRow
from fie_evaluator.results import Evaluation, Figure, KernelProfile, Profile, WorkloadResult
from fie_evaluator.timing.telling import build_told

MOST_FIGURES = 16
MOST_BUILT = 8
MOST_KERNELS = 6
MOST_KERNEL_FIGURES = 24
LONGEST_NAME = 100
LONGEST_ADVICE = 800
MOST_ADVICE_CHARACTERS = 6000
MOST_WORKLOADS_NAMED = 3
LONGEST_ERROR = 300
LONGEST_NOTE = 160
LIMIT_NOTE = (
    "The limit is the time that this device's measured bandwidth or arithmetic needs at least."
)
TERMINAL_CODE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def standing(ask: Ask, score_name: str) -> str:
    """Return the parent's score and how it compares with the best that is shown."""
    parent = ask.parent
    score = score_text(parent.evaluation, parent.score)
    line = f"{parent.candidate.id} scores {score} ({score_name})."
    best = max(ask.inspirations, key=lambda judged: judged.score, default=parent)
    if best.score > parent.score:
        theirs = score_text(best.evaluation, best.score)
        line += f" The best of the others here, {best.candidate.id}, scores {theirs}."
    return f"{line}{_beside(ask.angle)}"


def _beside(angle: int) -> str:
    """Return what sets an ask apart from others that are open about the same program."""
    if not angle:
        return ""
    others = "Another answer is" if angle == 1 else f"{angle} other answers are"
    return (
        f"\n{others} being written about this very program. Give a different one: think of "
        f"{angle + 1} sound ideas that have nothing in common, and carry out the last of them."
    )


def workload_table(
    evaluation: Evaluation, required: float, line: Sequence[CandidateRow] = ()
) -> str:
    """Return latency, speedup, its change and the margin of correctness, a line per workload.

    The line's second, where there is one, is what the change is against.
    """
    if not evaluation.results:
        return ""
    limited = any(result.limit_fraction is not None for result in evaluation.results)
    changes = _changes(line)
    heads = ["workload", "latency ms", "speedup"]
    heads += [f"vs {line[1].candidate.id}"] if changes else []
    heads += ["limit ms (reached, by)"] if limited else []
    head = f"| {' | '.join([*heads, 'matched (margin)'])} |"
    rule = "|---|" + "--:|" * len(heads)
    rows = [_workload_row(one, required, changes, limited) for one in evaluation.results]
    return "\n".join([head, rule, *rows, *([LIMIT_NOTE] if limited else [])])


def _changes(line: Sequence[CandidateRow]) -> dict[str, str]:
    """Return each workload's change against the own parent; empty where there is none."""
    if len(line) < 2:
        return {}
    return {one.label: _change(one) for one in workload_changes(line[0], line[1], None)}


def _change(change: WorkloadChange) -> str:
    if change.change is None:
        return ""
    return f"{change.change:+.0%}{' (noise)' if change.within_noise else ''}"


def build_text(evaluation: Evaluation) -> str:
    """Return the compiler's report on each kernel, those that spill first; empty without one."""
    built = sorted(evaluation.build, key=lambda kernel: -kernel.spills)
    lines = [f"- {one_line(build_told(kernel), LONGEST_NOTE)}" for kernel in built[:MOST_BUILT]]
    left_out = len(built) - len(lines)
    return "\n".join([*lines, *([f"- and {left_out} more"] if left_out else [])])


def newest_profile(ask: Ask) -> tuple[Profile | None, str]:
    """Return the parent's profile, or else its nearest ancestor's, and whose it is."""
    if ask.parent.evaluation.profile is not None:
        return ask.parent.evaluation.profile, ""
    for row in ask.told.line[1:]:
        if row.evaluation is not None and row.evaluation.profile is not None:
            return row.evaluation.profile, row.candidate.id
    return None, ""


def profile_text(profile: Profile | None, ancestor: str) -> str:
    """Return a profile word for word, as far as there is room; empty where there is none."""
    if profile is None:
        return ""
    on = f", on {one_line(profile.workload, LONGEST_NAME)}" if profile.workload else ""
    whose = f", measured on its ancestor {ancestor}" if ancestor else ""
    figures = [f"- {_figure(figure)}" for figure in profile.figures[:MOST_FIGURES]]
    kernels = [_kernel(kernel) for kernel in profile.kernels[:MOST_KERNELS]]
    note = [f"- Mind: {one_line(profile.note, LONGEST_ERROR)}"] if profile.note else []
    source = one_line(profile.source, LONGEST_NAME)
    return "\n".join([f"By {source}{on}{whose}:", *figures, *kernels, *note, *_advice(profile)])


def _workload_row(
    result: WorkloadResult, required: float, changes: Mapping[str, str], limited: bool
) -> str:
    timed = result.median_ms is not None
    latency = f"{result.median_ms:.4g}" if timed else str(result.status)
    speedup = "" if result.speedup is None else f"{result.speedup:.2f}x"
    change = (changes.get(result.label, ""),) if changes else ()
    limit = (_limit(result),) if limited else ()
    margin = _margin(result, required) if timed else one_line(result.error, 80)
    return f"| {' | '.join((result.label, latency, speedup, *change, *limit, margin))} |"


def _limit(result: WorkloadResult) -> str:
    if result.floor_ms is None or result.limit_fraction is None:
        return ""
    return f"{result.floor_ms:.3g} ({result.limit_fraction:.0%}, {result.bound})"


def score_text(evaluation: Evaluation, score: float) -> str:
    """Return a score, marked where it stands for workloads that were left out."""
    if evaluation.complete:
        return f"{score:.3f}"
    count = len(evaluation.results)
    return f"about {score:.3f}, estimated from {count} workloads since it is too slow"


def _margin(result: WorkloadResult, required: float) -> str:
    if result.matched_ratio is None:
        return ""
    return f"{result.matched_ratio:.3f} ({result.matched_ratio - required:+.3f})"


def _figure(figure: Figure) -> str:
    share = "" if figure.share is None else f" ({figure.share:.0%})"
    value = "n/a" if figure.value is None else f"{figure.value:.4g} {figure.unit}".rstrip()
    return f"{one_line(figure.name, LONGEST_NAME)}: {value}{share}"


def _kernel(kernel: KernelProfile) -> str:
    launches = "1 launch" if kernel.launches == 1 else f"{kernel.launches} launches"
    figures = "; ".join(map(_figure, kernel.figures[:MOST_KERNEL_FIGURES]))
    name = one_line(kernel.name, LONGEST_NAME)
    return f"- Kernel {name}, {kernel.share:.0%} of the time in {launches}: {figures}"


def _advice(profile: Profile) -> Iterator[str]:
    """Yield the advice, ours and the profiler's own, until there is no more room."""
    room = MOST_ADVICE_CHARACTERS
    for item in profile.advice:
        text = one_line(item.text, LONGEST_ADVICE)
        room -= len(text)
        if room < 0:
            return
        yield f"- Advice: {text}" + (f" (up to {item.gain:.0%} faster)" if item.gain else "")


def reason_of(evaluation: Evaluation) -> str:
    """Return why an evaluation failed, the first workloads by name."""
    wrong = [result for result in evaluation.results if result.status != "PASSED"]
    named = [_wrong(result) for result in wrong[:MOST_WORKLOADS_NAMED]]
    error = one_line(evaluation.error, LONGEST_ERROR)
    said = [error] if error and not any(error in part for part in named) else []
    return "; ".join([str(evaluation.status), *named, *said])


def _wrong(result: WorkloadResult) -> str:
    matched = "" if result.matched_ratio is None else f" matched {result.matched_ratio:.3f}"
    error = one_line(result.error, LONGEST_ERROR)
    return f"{result.label}{matched}{': ' if error else ''}{error}"


def one_line(text: str, limit: int) -> str:
    """Return hostile text as one line without control codes, cut at `limit`."""
    uncoloured = TERMINAL_CODE.sub("", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in uncoloured).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
