"""`fie-tui profile`: where a kernel's time goes on one workload, and what to do about it."""

import json
import shutil
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fie_engine.launch.start import settle
from fie_engine.record.rundir import write_durably
from fie_engine.versions import versions
from fie_evaluator.dataset.read import WorkloadInfo, read_workloads
from fie_evaluator.errors import TrackError
from fie_evaluator.job import EvalJob
from fie_evaluator.results import Evaluation, Profile
from fie_evaluator.seeds import nearest
from fie_evaluator.track import Track
from fie_tui.bench.contestants import (
    Contestant,
    check_definition,
    definition_asked,
    read_contestants,
)
from fie_tui.bench.judgement import Judgement, judge_all, open_evaluator
from fie_tui.bench.objects import Report
from fie_tui.bench.run import FAILED, INTERRUPTED, PASSED, launch_options
from fie_tui.bench.watchers import watcher
from fie_tui.looks.figures import quantity
from fie_tui.speech import note, say
from fie_tui.told.summary import table

KEPT = Path("profiles")
"Where the profiler's report goes without --output."


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """A kernel's judging with its profile."""

    contestant: Contestant
    track: Track
    evaluation: Evaluation
    profile: Profile
    report: Path | None
    "The profiler's own report, where it was kept."


def profile(args: Namespace, environ: Mapping[str, str]) -> int:
    """Judge and profile one kernel, print what was found and return the exit code."""
    solution = args.kernel.suffix == ".json"
    kernels, solutions = ([], [args.kernel]) if solution else ([args.kernel], [])
    contestants = read_contestants(kernels, solutions)
    config, track = settle(launch_options(args, definition_asked(contestants)), environ)
    check_definition(contestants, track)
    workload = find_workload(track, args.workload) if args.workload else None
    with open_evaluator(track, config) as evaluator, tempfile.TemporaryDirectory() as folder:
        job = EvalJob(
            candidate=contestants[0].name,
            source=contestants[0].source,
            solution=contestants[0].solution,
            directory=Path(folder),
            profile_workload=workload.uuid if workload else "",
        )
        with watcher([job.candidate]) as shown:
            judgement = judge_all(evaluator, [job], shown)
        return _tell(contestants[0], track, judgement, Path(folder), args.output)


def find_workload(track: Track, asked: str) -> WorkloadInfo:
    """Return the workload of that label, uuid or single size; TrackError names the nearest."""
    workloads = read_workloads(track.dataset, track.definition)
    for workload in workloads:
        sizes = [str(size) for _, size in workload.axes]
        if asked in (workload.uuid, workload.label) or sizes == [asked]:
            return workload
    labels = [workload.label for workload in workloads]
    raise TrackError(f"{track.name} has no workload {asked!r}. {nearest(asked, labels)}")


def _tell(
    contestant: Contestant, track: Track, judgement: Judgement, folder: Path, output: Path | None
) -> int:
    evaluation = judgement.evaluations.get(contestant.name)
    if evaluation is None:
        note(judgement.lost.get(contestant.name, "interrupted"))
        return INTERRUPTED if judgement.interrupted else FAILED
    if not evaluation.passed:
        note(f"{contestant.name} can't be profiled: {evaluation.status}: {evaluation.error}")
        return FAILED
    found = evaluation.profile or Profile(
        source="none", note=f"no profile of {contestant.name} was made on {track.device_label}"
    )
    kept = _keep(found, contestant, folder, output.parent if output else KEPT)
    profiled = Profiled(
        contestant=contestant, track=track, evaluation=evaluation, profile=found, report=kept
    )
    for line in profile_lines(profiled):
        say(line)
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_durably(output, json.dumps(profile_report(profiled), indent=1) + "\n")
        note(f"the profile is in {output}")
    return PASSED if found.figures or found.kernels else FAILED


def _keep(found: Profile, contestant: Contestant, folder: Path, target: Path) -> Path | None:
    """Copy the profiler's report out of the judging's folder; None where there is none."""
    report = folder / found.report
    if not found.report or not report.is_file() or folder.resolve() not in report.resolve().parents:
        return None
    target.mkdir(parents=True, exist_ok=True)
    label = found.workload.replace(", ", "-").replace("=", "")
    kept = target / f"{'-'.join(filter(None, (contestant.name, label)))}{report.suffix}"
    shutil.copyfile(report, kept)
    return kept


def profile_lines(profiled: Profiled) -> Iterator[str]:
    """Yield figures, kernels and advice."""
    found, track = profiled.profile, profiled.track
    where = f" at {found.workload}" if found.workload else ""
    yield f"{profiled.contestant.name}{where} · {track.name} · {track.device_label}"
    yield f"  source    {found.source}"
    if found.figures:
        yield "figures"
        yield from table(
            [_figure(each.name, each.value, each.unit, each.share) for each in found.figures]
        )
    for kernel in found.kernels:
        yield f"kernel {kernel.name}: {kernel.share:.0%} of the time, {kernel.launches} a call"
        yield from table(
            [_figure(each.name, each.value, each.unit, each.share) for each in kernel.figures]
            or [("n/a", "")]
        )
    if found.advice:
        yield "advice"
    for number, advice in enumerate(found.advice, 1):
        gain = f" (up to {advice.gain:.0%} faster)" if advice.gain else ""
        yield f"  {number}. {advice.text}{gain}"
    if found.note:
        yield found.note
    if profiled.report:
        yield f"report    {profiled.report}"


def profile_report(profiled: Profiled) -> Report:
    """Return the profile as one JSON object."""
    track, made = profiled.track, profiled.contestant
    return {
        "format": 1,
        "name": "profile",
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "kernel": made.name,
        "path": str(made.path),
        "sha256": made.sha256,
        "track": track.name,
        "definition": track.definition,
        "device": track.device_label,
        "timing": track.timing,
        "versions": dict(versions()),
        "environment": dict(profiled.evaluation.environment),
        "profile": asdict(profiled.profile),
        "report": str(profiled.report) if profiled.report else None,
    }


def _figure(name: str, value: float | None, unit: str, share: float | None) -> tuple[str, ...]:
    told = "n/a" if value is None else quantity(value, unit)
    return (name, told, "" if share is None else f"{share:.0%}")
