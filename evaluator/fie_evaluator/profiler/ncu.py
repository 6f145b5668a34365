"""Nsight Compute as a child: found, given a command line, killed in time, its failures told."""

import contextlib
import functools
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fie_evaluator.child.children import Interrupts
from fie_evaluator.child.processes import descendants, die_with_parent, kill, kill_group
from fie_evaluator.profiler.names import MOST_LAUNCHES, Choice, cleaned
from fie_evaluator.profiler.parsed import NcuError
from fie_evaluator.profiler.target import RANGE, SAYS

SECTIONS = (
    *("SpeedOfLight", "LaunchStats", "Occupancy", "MemoryWorkloadAnalysis"),
    *("ComputeWorkloadAnalysis", "SchedulerStats", "WarpStateStats"),
)
LAUNCHES_PER_SHAPE = 2
WRITING_S = 8.0
"What the profiler gets to write down what it has, when its target took too long."
LOOK_AGAIN_S = 0.2
LONGEST_LOG = 64 << 10
LONGEST_SENTENCE = 300
TOOLKITS = (
    (Path("/usr/local"), "cuda*/bin/ncu"),
    (Path("/opt/nvidia/nsight-compute"), "*/ncu"),
)
"Where the CUDA toolkit and the tool's own package put it."
VERSION = re.compile(r"Version (\d+(?:\.\d+){0,2})")

NOT_FOUND = (
    "Nsight Compute (ncu) was found neither on PATH nor in the CUDA toolkit: install it "
    "(package nsight-compute) for figures of the kernels."
)
FAILURES = (
    (
        "ERR_NVGPUCTRPERM",
        "The driver lets only administrators read the GPU's counters (ERR_NVGPUCTRPERM): load the "
        "nvidia module with NVreg_RestrictProfilingToAdminUsers=0, or run as root, in a container "
        "with CAP_SYS_ADMIN.",
    ),
    (
        "Driver resource was unavailable",
        "Another tool holds the GPU's counters (for example DCGM or a second profiler): stop it "
        "while kernels are profiled.",
    ),
    (
        "is not supported on this device",
        "This version of Nsight Compute does not know this GPU: install a newer one.",
    ),
    (
        "driver is not compatible",
        "This version of Nsight Compute does not fit the driver: install one that does.",
    ),
)
"What the tool's log holds, and what that means for its user."
NOTHING_PROFILED = "No kernels were profiled"
NOTHING_SEEN = (
    "Nsight Compute saw none of the kernels: the candidate launched no kernel of those names from "
    "its own thread."
)
ERROR_LINE = re.compile(r"^==ERROR== *(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One program to run, and where what it prints goes."""

    argv: tuple[str, ...]
    output: Path


def find_ncu(environ: Mapping[str, str]) -> Path:
    """Return Nsight Compute's program; NcuError if it is nowhere."""
    on_path = shutil.which("ncu", path=environ.get("PATH", os.defpath))
    homes = [environ[name] for name in ("CUDA_HOME", "CUDA_PATH") if environ.get(name)]
    candidates = [
        *([Path(on_path)] if on_path else []),
        *(Path(home, "bin", "ncu") for home in homes),
        *(path for root, pattern in TOOLKITS for path in _newest_first(root.glob(pattern))),
    ]
    for program in candidates:
        if os.access(program, os.X_OK):
            return program
    raise NcuError(NOT_FOUND)


def profiling_arguments(choice: Choice, report: Path, log: Path) -> tuple[str, ...]:
    """Return the profiler's options: which launches, which figures, where the report goes."""
    arguments = ["--nvtx", "--nvtx-include", f"{RANGE}]", "--target-processes", "all"]
    arguments += ["--clock-control", "none", "--cache-control", "all"]
    for section in SECTIONS:
        arguments += ["--section", section]
    if choice.bases:
        arguments += ["--kernel-name-base", "function", "--kernel-name", f"regex:{choice.pattern}"]
    if choice.launches > MOST_LAUNCHES:
        # The first launches could all be one kernel's: take some of each shape instead.
        arguments += ["--filter-mode", "per-launch-config"]
        arguments += ["--launch-count", str(LAUNCHES_PER_SHAPE)]
    else:
        arguments += ["--launch-count", str(MOST_LAUNCHES)]
    return (*arguments, "--log-file", str(log), "-f", "-o", str(report))


def run_profiler(
    tool: Tool,
    environment: Mapping[str, str],
    directory: Path,
    deadline: float,
    interrupts: Interrupts,
) -> bool:
    """Run the profiler around its target; whether it ended in time.

    Past the deadline the target alone is killed first: what was profiled by then is
    written still. Whatever `interrupts` raises ends everything at once.
    """
    with _started([tool], environment, directory) as (process,):
        if _ended(process, deadline - WRITING_S, interrupts):
            return True
        while time.monotonic() < deadline:
            # Again and again, since a target may only just have been started.
            for pid in _targets(process.pid):
                kill(pid)
            if _ended(process, min(deadline, time.monotonic() + LOOK_AGAIN_S), interrupts):
                break
        return False


def run_together(
    tools: Sequence[Tool],
    environment: Mapping[str, str],
    directory: Path,
    deadline: float,
    interrupts: Interrupts,
) -> list[str]:
    """Run short commands side by side and return what they printed; NcuError if one is late."""
    with _started(tools, environment, directory) as processes:
        for process in processes:
            if not _ended(process, deadline, interrupts):
                raise NcuError("Nsight Compute did not print its report in time.")
    return [tool.output.read_text(encoding="utf-8", errors="replace") for tool in tools]


def explain(log: str, console: str) -> str:
    """Return why there are no figures, in one sentence."""
    for sign, sentence in FAILURES:
        if sign in log or sign in console:
            return sentence
    failed = candidate_failure(console)
    if failed:
        return failed
    if NOTHING_PROFILED in log or NOTHING_PROFILED in console:
        return NOTHING_SEEN
    errors = ERROR_LINE.findall(log) or ERROR_LINE.findall(console)
    if errors:
        return f"Nsight Compute failed: {cleaned(errors[0], LONGEST_SENTENCE).rstrip('.')}."
    return "Nsight Compute ended without a report and without saying why."


def candidate_failure(console: str) -> str:
    """Return what the profiled process says went wrong, in one sentence; empty if nothing."""
    told = [line for line in console.splitlines() if line.startswith(SAYS)]
    if not told:
        return ""
    reason = cleaned(told[-1].removeprefix(SAYS), LONGEST_SENTENCE).rstrip(".")
    return f"The candidate failed under the profiler: {reason}."


def version_of(printed: str) -> str:
    """Return the version in what `ncu --version` printed; empty when there is none."""
    found = VERSION.search(printed)
    return found.group(1) if found else ""


def read_end(path: Path) -> str:
    """Return the end of a text file; empty where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_LOG))
        return file.read(LONGEST_LOG).decode("utf-8", errors="replace")


@contextlib.contextmanager
def _started(
    tools: Sequence[Tool], environment: Mapping[str, str], directory: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start programs, each in a session of its own; none of their family outlives the block."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for tool in tools:
            with tool.output.open("wb") as output:
                process = subprocess.Popen(
                    tool.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=directory,
                    env=dict(environment),
                    start_new_session=True,
                    preexec_fn=functools.partial(die_with_parent, os.getpid()),
                )
            processes.append(process)
        yield processes
    finally:
        for process in processes:
            _bury(process)


def _ended(process: subprocess.Popen[bytes], deadline: float, interrupts: Interrupts) -> bool:
    """Wait for a process until the deadline; whether it ended."""
    watched = os.pidfd_open(process.pid)
    try:
        while (remaining := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([watched, interrupts.fileno()], [], [], remaining)
            if interrupts.fileno() in ready:
                interrupts.check()
            if watched in ready:
                process.wait()
                return True
        return False
    finally:
        os.close(watched)


def _bury(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, its group and every descendant, and reap it."""
    family = descendants(process.pid)
    if process.poll() is None:
        process.kill()
    kill_group(process.pid)
    for pid in family:
        kill(pid)
    process.wait()
    for pid in family:
        # Where this process adopts orphans, they are its own to reap by now.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _targets(root: int) -> list[int]:
    """Return the descendants that run Python: the profiled process, not the profiler's own."""
    found = []
    for pid in descendants(root):
        with contextlib.suppress(OSError):
            program = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
            if program == os.fsencode(sys.executable):
                found.append(pid)
    return found


def _newest_first(programs: Iterable[Path]) -> list[Path]:
    return sorted(programs, key=_numbers, reverse=True)


def _numbers(program: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(program))]
