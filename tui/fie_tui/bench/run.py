"""`fie-tui bench`: judges kernels side by side, outside a run."""

import shlex
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fie_engine.launch.seedfile import read_kernel
from fie_engine.launch.start import LaunchOptions, settle
from fie_engine.record.opening import score_rule
from fie_engine.versions import versions
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.job import EvalJob
from fie_evaluator.promotion.solution import SubmissionError
from fie_evaluator.promotion.submission import Submission, pack, promotion_refusals
from fie_tui.bench.contestants import (
    Contestant,
    check_definition,
    definition_asked,
    read_contestants,
)
from fie_tui.bench.judgement import judge_all, open_evaluator
from fie_tui.bench.objects import write_report
from fie_tui.bench.outcome import Bout, Entry, Mode, entry_of
from fie_tui.bench.table import comparison, header, kernel_lines
from fie_tui.bench.watchers import watcher
from fie_tui.speech import note, say

PASSED, FAILED, INTERRUPTED = 0, 1, 130

QUICK_ONLY = 1e300
"A score that nothing reaches: with it as the bar, the judge times the quick subset only."


def bench(args: Namespace, environ: Mapping[str, str]) -> int:
    """Judge the named kernels, print the comparison and return the exit code."""
    contestants = read_contestants(args.kernel, args.solution)
    rival = read_kernel(args.rival) if args.rival else ""
    config, track = settle(launch_options(args, definition_asked(contestants)), environ)
    check_definition(contestants, track)
    bout = Bout(
        track=track,
        rule=score_rule(config, track),
        mode=_mode(args),
        rival=args.rival,
        workloads=len(read_workloads(track.dataset, track.definition)),
    )
    for line in header(bout):
        say(line)
    if bout.mode == "quick" and not track.quick:
        note(f"{track.name} has no quick subset: every workload is timed")
    with open_evaluator(track, config) as evaluator, tempfile.TemporaryDirectory() as folder:
        jobs = [_job(each, bout, Path(folder), rival, args) for each in contestants]
        with watcher([job.candidate for job in jobs]) as shown:
            judgement = judge_all(evaluator, jobs, shown)
    entries = tuple(
        entry_of(
            each,
            judgement.evaluations.get(each.name),
            judgement.lost.get(each.name, ""),
            bout.rule,
        )
        for each in contestants
    )
    return _tell(replace(bout, entries=entries, interrupted=judgement.interrupted), args)


def launch_options(args: Namespace, definition: str | None = None) -> LaunchOptions:
    """Return what the flags say of track, data set, clock and score."""
    named = args.definition or (None if args.track else definition)
    return LaunchOptions(
        runs_root=Path(),
        track=args.track,
        definition=named,
        dataset=args.dataset,
        config=args.config,
        evaluator=args.evaluator,
        slots=args.slots,
        timing=args.timing,
        score=getattr(args, "score", None),
    )


def _mode(args: Namespace) -> Mode:
    if args.official or args.pack:
        return "official"
    return "quick" if args.quick else "search"


def _job(contestant: Contestant, bout: Bout, folder: Path, rival: str, args: Namespace) -> EvalJob:
    directory = folder / contestant.name
    directory.mkdir()
    return EvalJob(
        candidate=contestant.name,
        source=contestant.source,
        solution=contestant.solution,
        directory=directory,
        mode="official" if bout.mode == "official" else "search",
        profile=False,
        fresh=args.pack is not None,
        rival=rival,
        bar=QUICK_ONLY if bout.mode == "quick" else None,
    )


def _tell(bout: Bout, args: Namespace) -> int:
    for entry in bout.entries:
        for line in kernel_lines(entry, bout):
            say(line)
    for line in comparison(bout):
        say(line)
    if args.output:
        write_report(
            args.output,
            bout,
            command=shlex.join(["fie-tui", *sys.argv[1:]]),
            date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            versions=versions(),
        )
        note(f"results are in {args.output}")
    packed = _pack_all(bout.entries, bout, args.pack) if args.pack else True
    if bout.interrupted:
        note("interrupted: what had not finished is missing")
        return INTERRUPTED
    return PASSED if bout.all_passed and packed else FAILED


def _pack_all(entries: Sequence[Entry], bout: Bout, folder: Path) -> bool:
    """Pack every kernel that passed; return whether all could be."""
    packed = [_pack(entry, bout, folder) for entry in entries]
    return all(packed)


def _pack(entry: Entry, bout: Bout, folder: Path) -> bool:
    evaluation, made = entry.evaluation, entry.contestant
    if evaluation is None or promotion_refusals(evaluation, bout.track):
        note(f"{made.name} is not packed: it did not pass")
        return False
    submission = Submission(
        name=f"{bout.track.name}-{made.name}",
        author="fie-tui",
        run="bench",
        candidate=made.name,
        source=made.source,
        solution=made.solution,
        track=bout.track,
        evaluation=evaluation,
        rule=bout.rule,
        date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    )
    try:
        say(f"packed {made.name} in {pack(submission, folder)}")
    except SubmissionError as error:
        note(f"{made.name} is not packed: {error}")
        return False
    return True
