"""What the judge found, in the words of a prompt; figures and advice stay as they were."""

import re
from collections.abc import Iterator

from fie_engine.propose.base import Ask, Judged
from fie_evaluator.results import Evaluation, Figure, KernelProfile, Profile, WorkloadResult
from fie_evaluator.telling import build_told

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
    line = f"{parent.candidate.id} scores {_score(parent)} ({score_name})."
    best = max(ask.inspirations, key=lambda judged: judged.score, default=parent)
    if best.score > parent.score:
        others = f"The best of the others here, {best.candidate.id}, scores {_score(best)}."
        return f"{line} {others}"
    return line


def workload_table(evaluation: Evaluation, required: float) -> str:
    """Return latency, speedup and margin of correctness, a line per workload."""
    if not evaluation.results:
        return ""
    limited = any(result.limit_fraction is not None for result in evaluation.results)
    limit, rule = (" limit ms (reached, by) |", "--:|") if limited else ("", "")
    head = f"| workload | latency ms | speedup |{limit} matched (margin) |\n|---|--:|--:|{rule}--:|"
    rows = [_workload_row(result, required, limited) for result in evaluation.results]
    return "\n".join([head, *rows, *([LIMIT_NOTE] if limited else [])])


def build_text(evaluation: Evaluation) -> str:
    """Return the compiler's report on each kernel, those that spill first; empty without one."""
    built = sorted(evaluation.build, key=lambda kernel: -kernel.spills)
    lines = [f"- {_one_line(build_told(kernel), LONGEST_NOTE)}" for kernel in built[:MOST_BUILT]]
    left_out = len(built) - len(lines)
    return "\n".join([*lines, *([f"- and {left_out} more"] if left_out else [])])


def newest_profile(ask: Ask) -> tuple[Profile | None, str]:
    """Return the parent's profile, or else its nearest ancestor's, and whose it is."""
    for judged in _line(ask):
        if judged.evaluation.profile is not None:
            owner = judged.candidate.id
            return judged.evaluation.profile, "" if judged is ask.parent else owner
    return None, ""


def profile_text(profile: Profile | None, ancestor: str) -> str:
    """Return a profile word for word, as far as there is room; empty where there is none."""
    if profile is None:
        return ""
    on = f", on {_one_line(profile.workload, LONGEST_NAME)}" if profile.workload else ""
    whose = f", measured on its ancestor {ancestor}" if ancestor else ""
    figures = [f"- {_figure(figure)}" for figure in profile.figures[:MOST_FIGURES]]
    kernels = [_kernel(kernel) for kernel in profile.kernels[:MOST_KERNELS]]
    note = [f"- Mind: {_one_line(profile.note, LONGEST_ERROR)}"] if profile.note else []
    source = _one_line(profile.source, LONGEST_NAME)
    return "\n".join([f"By {source}{on}{whose}:", *figures, *kernels, *note, *_advice(profile)])


def attempts_of(ask: Ask) -> tuple[str, ...]:
    """Return what was tried and why it failed: the parent's children, then its ancestors'."""
    line = {judged.candidate.id: judged for judged in _line(ask)}
    depth = {name: steps for steps, name in enumerate(line)}
    children = [
        judged
        for judged in reversed(ask.history)
        if judged.candidate.id not in line
        and judged.candidate.parents
        and judged.candidate.parents[0] in line
    ]
    children.sort(key=lambda child: depth[child.candidate.parents[0]])
    unusable = tuple(
        f"- an answer could not be used: {_one_line(reason, LONGEST_ERROR)}"
        for reason in ask.refused
    )
    return unusable + tuple(_attempt(child, line[child.candidate.parents[0]]) for child in children)


def _line(ask: Ask) -> Iterator[Judged]:
    """Yield the parent and its first parents, as far as the history reaches."""
    known = {judged.candidate.id: judged for judged in ask.history}
    seen: set[str] = set()
    judged: Judged | None = ask.parent
    while judged is not None and judged.candidate.id not in seen:
        seen.add(judged.candidate.id)
        yield judged
        parents = judged.candidate.parents
        judged = known.get(parents[0]) if parents else None


def _workload_row(result: WorkloadResult, required: float, limited: bool) -> str:
    limit = f" {_limit(result)} |" if limited else ""
    if result.median_ms is None:
        return f"| {result.label} | {result.status} | |{limit} {_one_line(result.error, 80)} |"
    speedup = "" if result.speedup is None else f"{result.speedup:.2f}x"
    margin = _margin(result, required)
    return f"| {result.label} | {result.median_ms:.4g} | {speedup} |{limit} {margin} |"


def _limit(result: WorkloadResult) -> str:
    if result.floor_ms is None or result.limit_fraction is None:
        return ""
    return f"{result.floor_ms:.3g} ({result.limit_fraction:.0%}, {result.bound})"


def _score(judged: Judged) -> str:
    """Return a score, marked where it stands for workloads that were left out."""
    if judged.evaluation.complete:
        return f"{judged.score:.3f}"
    count = len(judged.evaluation.results)
    return f"about {judged.score:.3f}, estimated from {count} workloads since it is too slow"


def _margin(result: WorkloadResult, required: float) -> str:
    if result.matched_ratio is None:
        return ""
    return f"{result.matched_ratio:.3f} ({result.matched_ratio - required:+.3f})"


def _figure(figure: Figure) -> str:
    share = "" if figure.share is None else f" ({figure.share:.0%})"
    value = "n/a" if figure.value is None else f"{figure.value:.4g} {figure.unit}".rstrip()
    return f"{_one_line(figure.name, LONGEST_NAME)}: {value}{share}"


def _kernel(kernel: KernelProfile) -> str:
    launches = "1 launch" if kernel.launches == 1 else f"{kernel.launches} launches"
    figures = "; ".join(map(_figure, kernel.figures[:MOST_KERNEL_FIGURES]))
    name = _one_line(kernel.name, LONGEST_NAME)
    return f"- Kernel {name}, {kernel.share:.0%} of the time in {launches}: {figures}"


def _advice(profile: Profile) -> Iterator[str]:
    """Yield the advice, ours and the profiler's own, until there is no more room."""
    room = MOST_ADVICE_CHARACTERS
    for item in profile.advice:
        text = _one_line(item.text, LONGEST_ADVICE)
        room -= len(text)
        if room < 0:
            return
        yield f"- Advice: {text}" + (f" (up to {item.gain:.0%} faster)" if item.gain else "")


def _attempt(child: Judged, parent: Judged) -> str:
    note = _one_line(child.candidate.note, LONGEST_NOTE) or "no note"
    name = f"{child.candidate.id} from {parent.candidate.id}"
    if not child.evaluation.passed:
        return f"- {name}, {note}: FAILED, {_reason(child.evaluation)}"
    verdict = "faster" if child.score > parent.score else "not faster"
    return f"- {name}, {note}: {verdict}, {parent.score:.3f} -> {_score(child)}"


def _reason(evaluation: Evaluation) -> str:
    wrong = [result for result in evaluation.results if result.status != "PASSED"]
    named = [_wrong(result) for result in wrong[:MOST_WORKLOADS_NAMED]]
    error = _one_line(evaluation.error, LONGEST_ERROR)
    said = [error] if error and not any(error in part for part in named) else []
    return "; ".join([str(evaluation.status), *named, *said])


def _wrong(result: WorkloadResult) -> str:
    matched = "" if result.matched_ratio is None else f" matched {result.matched_ratio:.3f}"
    error = _one_line(result.error, LONGEST_ERROR)
    return f"{result.label}{matched}{': ' if error else ''}{error}"


def _one_line(text: str, limit: int) -> str:
    """Return hostile text as one line without control codes, cut at `limit`."""
    uncoloured = TERMINAL_CODE.sub("", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in uncoloured).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
