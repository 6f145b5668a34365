"""Linux process plumbing: who dies with whom, what a process inherits, how a tree is killed."""

import contextlib
import ctypes
import os
import resource
import signal
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CAPABILITY_VERSION_3 = 0x20080522

SIZE_FIELD, DATA_FIELD = 0, 5
"Of /proc/self/statm: everything, and what is private and can be written."

INHERITED = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("CUDA_HOME", "CUDA_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"),
    *("TRITON_PTXAS_PATH", "TRITON_LIBCUDA_PATH", "CC", "CXX"),
)
"The only variables that reach the judge's processes; none of them is a secret."

KEEP_FREED_MEMORY = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "MALLOC_TOP_PAD_": str(64 << 20),
}
"Else each large tensor is mapped anew, and page faults drown what is measured."

SMALLEST_USEFUL_MEMORY = 1 << 30
LARGEST_CANDIDATE_MEMORY = 4 << 30
LARGEST_HOST_MEMORY = 16 << 30
"The same of a candidate on a GPU, whose driver maps much that it never fills."


def die_with_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `by` when the thread that started this process ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def scrubbed_environment(environment: Mapping[str, str], device: str, home: Path) -> dict[str, str]:
    """Return the allow-listed variables plus those that make timing repeatable."""
    kept = {name: environment[name] for name in INHERITED if name in environment}
    fixed = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "FIB_CACHE_PATH": str(home / "build"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        # Else the profiler writes to the candidate's log.
        "KINETO_LOG_LEVEL": "99",
        # Else asking whether there is a GPU starts CUDA, and a forked child can't use it.
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    }
    if device == "cpu":
        one_thread = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        fixed |= dict.fromkeys(one_thread, "1") | {"TRITON_INTERPRET": "1"} | KEEP_FREED_MEMORY
    return kept | fixed


def available_memory() -> int:
    """Return the bytes that can be had without swapping."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return SMALLEST_USEFUL_MEMORY


def candidate_memory(slots: int, largest: int = LARGEST_CANDIDATE_MEMORY) -> int:
    """Return how much memory one candidate may add: its share of half of what is free."""
    share = available_memory() // 2 // slots
    return max(SMALLEST_USEFUL_MEMORY, min(share, largest))


def limit_resources(memory_bytes: int, file_bytes: int, *, reserves: bool = False) -> None:
    """Lower this process's limits for good; `memory_bytes` is on top of what is mapped now.

    `reserves` is for a process that maps far more addresses than it uses, as CUDA does:
    only what it can write, and shares with nobody, is counted.
    Not the processor time: with that limit Linux counts it by ticks of milliseconds.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, 1024)
    _limit(resource.RLIMIT_NPROC, 4096)
    if memory_bytes:
        limited = resource.RLIMIT_DATA if reserves else resource.RLIMIT_AS
        _limit(limited, mapped_memory(DATA_FIELD if reserves else SIZE_FIELD) + memory_bytes)


def drop_capabilities() -> None:
    """Become an ordinary process even when root started it; what root owns stays readable."""
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mapped_memory(field: int) -> int:
    """Return one of the sizes of this process's address space in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[field])
    return pages * resource.getpagesize()


def descendants(root: int) -> list[int]:
    """Return every living descendant of `root`, children before grandchildren."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [root]
    while waiting:
        born = children.get(waiting.pop(0), [])
        found += born
        waiting += born
    return found


def kill(pid: int) -> None:
    """Send SIGKILL; a process that is gone already is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    """Send SIGKILL to the process group that `pid` leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def kill_descendants(spared: frozenset[int] = frozenset()) -> None:
    """Kill and reap every descendant of this process but `spared`, until none is left.

    Repeats because a process may fork between the look and the kill; orphans
    come back to this process, which is why it must have called `adopt_orphans`.
    """
    while True:
        doomed = [pid for pid in descendants(os.getpid()) if pid not in spared]
        if not doomed:
            return
        for pid in doomed:
            kill(pid)
        for pid in doomed:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError):
            stat = Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
            # The command's name is in brackets and may hold anything, brackets too.
            yield int(entry), int(stat.rpartition(")")[2].split()[1])


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
