"""Profiles one candidate on one workload by Nsight Compute, or by a trace where that fails."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from fie_evaluator.child.children import Interrupts
from fie_evaluator.child.confinement import Confinement
from fie_evaluator.child.messages import Operator
from fie_evaluator.child.processes import scrubbed_environment
from fie_evaluator.profiler.gathered import Report, profile_of_report, profile_of_trace
from fie_evaluator.profiler.names import TracedKernel, choose, traced_kernels
from fie_evaluator.profiler.ncu import (
    Tool,
    candidate_failure,
    explain,
    find_ncu,
    profiling_arguments,
    read_end,
    run_profiler,
    run_together,
    version_of,
)
from fie_evaluator.profiler.parsed import NcuError, parse_raw, parse_rules
from fie_evaluator.profiler.target import Spec, python_command
from fie_evaluator.results import Profile

SOURCE_ROOT = Path(__file__).resolve().parents[2]
REPORT = "report.ncu-rep"
PRINTING_S = 20.0
"How long printing a finished report may take, beyond the profile's own limit."
TOO_SLOW = (
    "Nsight Compute did not finish within {limit:g} s: profile a smaller workload, or give it "
    "more time."
)
CUT_SHORT = "Nsight Compute was stopped after {limit:g} s: some kernels were not profiled."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRequest:
    """One candidate to be profiled on one workload; its own process must be gone by now."""

    dataset: Path
    definition: str
    workload_uuid: str
    workload_label: str
    solution_json: str
    "flashinfer-bench's Solution."
    seed: int
    device: str
    operators: tuple[Operator, ...]
    "Its GPU kernels per call, from a trace; may be empty."
    scratch: Path
    "A folder for its files is made in this one."
    keep: Path
    "Where the profiler's own report is kept."
    compiled: tuple[Path, ...] = ()
    "Triton caches that may hold its kernels: they are copied, so that none is compiled again."
    limit_s: float = 60.0
    confinement: Confinement | None = None
    "What its code may do while it is profiled; None leaves it free."

    @property
    def report_name(self) -> str:
        """The kept report's file name."""
        kept = "".join(one if one.isalnum() or one in "=.-" else "_" for one in self.workload_label)
        return f"{kept[:80] or 'profile'}.ncu-rep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The folders of one profile, which are gone afterwards."""

    own: Path
    "The judge's: the report grows here."
    scratch: Path
    "The candidate's: it may write here."

    @property
    def report(self) -> Path:
        """The profiler's report."""
        return self.own / REPORT


def profile_candidate(request: ProfileRequest, interrupts: Interrupts) -> Profile:
    """Return the profile; what could not be measured, and why, is in its note.

    Raises only what `interrupts` raises, and then nothing of the profiler is left.
    """
    traced = traced_kernels(request.operators)
    try:
        with _room(request) as room:
            report = _measured(request, room, traced, interrupts)
            profile = profile_of_report(report, traced, request.workload_label)
            return replace(profile, report=_kept(request, room))
    except (NcuError, OSError) as error:
        return profile_of_trace(traced, request.workload_label, str(error))


def _measured(
    request: ProfileRequest,
    room: Room,
    traced: Sequence[TracedKernel],
    interrupts: Interrupts,
) -> Report:
    """Run the profiler and read its report; NcuError with the reason if there is none."""
    program = find_ncu(os.environ)
    deadline = time.monotonic() + request.limit_s
    environment = _environment(request, room)
    spec, log, console = room.own / "spec.json", room.own / "log", room.own / "console"
    spec.write_bytes(msgspec.json.encode(_spec(request, room)))
    arguments = profiling_arguments(choose(traced), room.report, log)
    tool = Tool(argv=(str(program), *arguments, *python_command(spec)), output=console)
    in_time = run_profiler(tool, environment, room.own, deadline, interrupts)
    if not room.report.is_file():
        limit = TOO_SLOW.format(limit=request.limit_s)
        raise NcuError(explain(read_end(log), read_end(console)) if in_time else limit)
    cut_short = "" if in_time else CUT_SHORT.format(limit=request.limit_s)
    note = candidate_failure(read_end(console)) or cut_short
    return _read(program, room, environment, interrupts, note)


def _read(
    program: Path, room: Room, environment: dict[str, str], interrupts: Interrupts, note: str
) -> Report:
    show = (str(program), "--import", str(room.report), "--csv", "--page")
    tools = [
        Tool(argv=(*show, "raw", "--print-units", "base"), output=room.own / "raw.csv"),
        Tool(argv=(*show, "details"), output=room.own / "details.csv"),
        Tool(argv=(str(program), "--version"), output=room.own / "version"),
    ]
    deadline = time.monotonic() + PRINTING_S
    raw, details, version = run_together(tools, environment, room.own, deadline, interrupts)
    return Report(
        version=version_of(version),
        readings=parse_raw(raw),
        rules=parse_rules(details),
        note=note,
    )


def _spec(request: ProfileRequest, room: Room) -> Spec:
    confinement = request.confinement
    # A copied cache still names files where it was compiled.
    readable = (*confinement.readable, *request.compiled) if confinement else ()
    return Spec(
        dataset=str(request.dataset),
        definition=request.definition,
        workload_uuid=request.workload_uuid,
        solution_json=request.solution_json,
        seed=request.seed,
        device=request.device,
        scratch=str(room.scratch),
        judge=os.getpid(),
        readable=tuple(map(str, readable)),
        files=confinement is not None and confinement.files,
        calls=confinement is not None and confinement.calls,
    )


def _environment(request: ProfileRequest, room: Room) -> dict[str, str]:
    """Return what the profiler and its target inherit: nothing secret.

    The profiler unpacks its sections in its home once: that one outlives the profile.
    """
    home = Path(tempfile.gettempdir()) / "ncu-home"
    home.mkdir(exist_ok=True)
    environment = scrubbed_environment(os.environ, request.device, home)
    given = os.environ.get("PYTHONPATH", "")
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(SOURCE_ROOT), given)))
    environment["TMPDIR"] = str(room.scratch)
    return environment


@contextlib.contextmanager
def _room(request: ProfileRequest) -> Iterator[Room]:
    """Make the profile's folders; compiled kernels that exist already are taken along."""
    request.scratch.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix="ncu-"))
    scratch = Path(tempfile.mkdtemp(prefix="profiled-", dir=request.scratch))
    try:
        for compiled in (*request.compiled, request.scratch / "triton"):
            if compiled.is_dir():
                shutil.copytree(compiled, scratch / "triton", symlinks=True, dirs_exist_ok=True)
        yield Room(own=own, scratch=scratch)
    finally:
        shutil.rmtree(own, ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)


def _kept(request: ProfileRequest, room: Room) -> str:
    """Move the report to where it is kept; return its name there."""
    request.keep.mkdir(parents=True, exist_ok=True)
    shutil.move(room.report, request.keep / request.report_name)
    return request.report_name
