"""`fie-tui show`: what a run or one of its candidates came to, as text or JSON."""

import json
from collections.abc import Iterator
from pathlib import Path

from fie_engine.errors import NoSuchCandidate
from fie_engine.model import Exchange
from fie_engine.money.cost import Cost
from fie_engine.record.rundir import find_run
from fie_engine.record.shelf import KERNEL, LOG, SOLUTION, files_of
from fie_engine.view.digest import digest
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_evaluator.results import Evaluation, WorkloadResult
from fie_evaluator.scoring import limit_reached
from fie_evaluator.stages.gate import gate_told
from fie_evaluator.timing.telling import build_told, disturbances, limit_told, readings, score_told
from fie_tui.looks import figures
from fie_tui.speech import say
from fie_tui.told.checklist import found_of, heading, step_told
from fie_tui.told.cost_table import cost_table
from fie_tui.told.costs import cost_told
from fie_tui.told.course import course_lines
from fie_tui.told.history import History, read, read_at
from fie_tui.told.moments import moment_of
from fie_tui.told.objects import Report, candidate_report, run_report
from fie_tui.told.prompt import prompt_lines
from fie_tui.told.since import since_lines, since_report
from fie_tui.told.summary import header, outcome, table

KINDS = {KERNEL: "kernel", LOG: "printed", SOLUTION: "solution", ".ncu-rep": "profile"}
"What a file of a candidate's folder is, by its name or how that ends."


def print_run(
    name: str,
    candidate: str | None,
    runs_root: Path,
    *,
    as_json: bool,
    prompt: bool = False,
    at: str | None = None,
    since: str | None = None,
) -> int:
    """Print a run or a candidate; raises NoSuchRun, NoSuchCandidate or NoSuchMoment."""
    whole = history = read(find_run(name, runs_root))
    if at is not None:
        history = read_at(whole, moment_of(whole.view, at))
    if since is not None:
        before = read_at(whole, moment_of(whole.view, since))
        return print_since(before.view, history.view, as_json=as_json)
    if prompt and candidate is None:
        raise NoSuchCandidate(f"--prompt needs a candidate: fie-tui show {name} c0001 --prompt")
    if prompt and candidate is not None and candidate.startswith("#"):
        return print_words(said_in(history, candidate))
    row = find_row(history, candidate) if candidate is not None else None
    if row is not None and prompt:
        return print_prompt(history, row)
    cost = history.view.money.of(row.candidate.id) if row else Cost()
    if as_json:
        print_json(candidate_report(row, cost, history) if row else run_report(history))
        return 0
    if at is not None:
        say(moment_told(history))
    for line in candidate_lines(row, cost) if row else run_lines(history):
        say(line)
    if row is not None:
        for line in inspected_lines(history, row):
            say(line)
        for line in file_lines(history.run.folder(row.candidate.id)):
            say(line)
    return 0


def print_since(before: RunView, now: RunView, *, as_json: bool) -> int:
    """Print what happened in a run between two moments."""
    told = digest(before, now)
    if as_json:
        print_json(since_report(told))
        return 0
    span = figures.duration(told.seconds)
    say(f"after event {before.last_seq:,}: {told.events:,} events in {span}")
    for sign, text in since_lines(told):
        say(f"  {sign} {text}")
    return 0


def moment_told(history: History) -> str:
    """Say which moment of a run is told."""
    view = history.view
    at = figures.clock_time(view.last_at)
    return f"as it was after event {view.last_seq:,} of {history.events:,}, at {at}"


def print_json(report: Report | list[Report]) -> None:
    """Print JSON in ASCII, so that no text in it reaches a terminal as it is."""
    print(json.dumps(report, indent=2))


def find_row(history: History, candidate: str) -> CandidateRow:
    """Return a candidate's row; raises NoSuchCandidate."""
    row = history.view.candidates.get(candidate)
    if row is None:
        name = history.run.name
        raise NoSuchCandidate(
            f"run {name} has no candidate {candidate!r}: `fie-tui show {name} --json` lists them"
        )
    return row


def run_lines(history: History) -> Iterator[str]:
    """Yield a run's summary."""
    view = history.view
    if view.created is not None:
        yield from header(view.created)
    if history.state == "lost":
        yield f"its engine died: continue with `fie-tui run --resume {history.run.name}`"
    yield from outcome(view)
    yield from cost_table(view.money)
    yield "islands"
    unit = view.best.unit if view.best else "x"
    rows = [("island", "members", "best", "candidate", "stagnation")]
    for island in view.islands():
        counts = (str(island.population), score_told(island.best, unit))
        rows.append((str(island.island), *counts, island.best_candidate, str(island.stagnation)))
    yield from table(rows)
    yield from course_lines(view)


def inspected_lines(history: History, row: CandidateRow) -> Iterator[str]:
    """Yield what its text shows of the checklist, and what its official judging said."""
    if row.gate is not None:
        for number, told in enumerate(gate_told(row.gate)):
            yield f"{'' if number else 'official':<10}{told}"
    found = found_of(history.view, row, history.run.source(row.candidate.id))
    if found:
        yield f"checklist {heading(found)}"
        yield from (f"          {step_told(one)}" for one in found)


def print_prompt(history: History, row: CandidateRow) -> int:
    """Print what the model was told that made a candidate; raises NoSuchCandidate."""
    exchange = history.run.exchange(row.candidate.id)
    if exchange is None:
        made = row.candidate
        raise NoSuchCandidate(
            f"{made.id} was made by {made.model} ({made.origin.value}): there is no prompt"
        )
    return print_words(exchange)


def said_in(history: History, proposal: str) -> Exchange:
    """Return what was said in a proposal such as "#12", whatever came of it."""
    number = proposal.removeprefix("#")
    exchange = history.run.reply(int(number)) if number.isdecimal() else None
    if exchange is None:
        raise NoSuchCandidate(f"run {history.run.name} has no reply to a proposal {proposal!r}")
    return exchange


def print_words(exchange: Exchange) -> int:
    """Print a prompt and its reply."""
    for line in prompt_lines(exchange):
        say(line)
    return 0


def candidate_lines(row: CandidateRow, cost: Cost) -> Iterator[str]:
    """Yield a candidate's story and figures."""
    made = row.candidate
    marks = [word for word in ("pinned", "champion") if getattr(row, word)]
    yield " · ".join([made.id, row.state.value, *marks])
    parents = ", ".join(made.parents) or "nothing"
    yield f"made by   {made.model} ({made.origin.value}) from {parents}"
    yield f"place     island {made.island}, generation {made.generation}"
    yield f"note      {made.note}"
    if cost.replies:
        yield f"cost      {cost_told(cost)}"
    if row.promoted:
        yield f"promoted  {row.promoted}"
    if row.evaluation is not None:
        yield from _evaluation_lines(row, row.evaluation)


def file_lines(folder: Path) -> Iterator[str]:
    """Yield the paths of what belongs to a candidate."""
    for path in files_of(folder):
        yield f"{KINDS.get(path.name) or KINDS.get(path.suffix, 'file'):<10}{path}"


def _evaluation_lines(row: CandidateRow, evaluation: Evaluation) -> Iterator[str]:
    yield f"judged    {evaluation.status} in {evaluation.seconds:.1f} s on {evaluation.device}"
    if evaluation.passed:
        score = figures.of(row) + figures.estimate(evaluation)
        yield f"score     {score}"
    if row.turns is not None:
        yield f"turns     {figures.turns(row)}"
    for line in evaluation.error.splitlines():
        yield f"          {line}"
    yield from _measured_lines(evaluation)
    yield from table(_workload_rows(evaluation) if evaluation.results else [])
    for name, value in evaluation.metrics:
        yield f"  {name}: {value:.6g}"
    for result in evaluation.results:
        for line in result.error.splitlines():
            yield f"  {result.label}: {line}"


def _measured_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield what a GPU tells besides times."""
    reached = limit_reached(evaluation)
    if reached is not None:
        yield f"limit     {figures.limit(reached)}, geometric mean over the workloads"
    if evaluation.noise_floor is not None:
        yield f"noise     one kernel varies by {evaluation.noise_floor:.2%} between judgings"
    if evaluation.conditions is not None:
        told = [*readings(evaluation.conditions), *disturbances(evaluation.conditions)]
        yield f"timing    {evaluation.timing}"
        yield f"device    {' · '.join(told)}"
    for kernel in evaluation.build:
        yield f"built     {build_told(kernel)}"


def _workload_rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    limited = any(result.limit_fraction is not None for result in evaluation.results)
    limit = ("at least", "of limit") if limited else ()
    rows = [("workload", "median", "spread", "speedup", *limit, "matched", "status")]
    return rows + [_workload_row(result, limited) for result in evaluation.results]


def _workload_row(result: WorkloadResult, limited: bool) -> tuple[str, ...]:
    limit = (figures.milliseconds(result.floor_ms), limit_told(result) or "–") if limited else ()
    return (
        result.label,
        figures.milliseconds(result.median_ms),
        figures.milliseconds(result.spread_ms),
        f"{result.speedup:.2f}x" if result.speedup else "–",
        *limit,
        f"{result.matched_ratio:.1%}" if result.matched_ratio is not None else "–",
        result.status.value,
    )
