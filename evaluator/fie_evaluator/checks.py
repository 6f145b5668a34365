"""What `fie-tui doctor` looks at: one check per thing that judging needs."""

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.errors import TrackError
from fie_evaluator.pool.gpus import Machine, cuda_driver_version, left_out
from fie_evaluator.seeds import MINI, REAL
from fie_evaluator.timing.telemetry import count_strangers
from fie_evaluator.tracks import known_root, resolve_track

PACKAGES = (
    ("flashinfer-bench", "0.1.2"),
    ("genai-prices", "0.2"),
    ("msgspec", "0.19"),
    ("numpy", "2.0"),
    ("nvidia-ml-py", "12.535"),
    ("openai", "3.0"),
    ("openevolve", "0.4"),
    ("optuna", "5.0"),
    ("psutil", "6.0"),
    ("PyYAML", "6.0"),
    ("rich", "14.0"),
    ("safetensors", "0.5"),
    ("textual", "8.2"),
    ("torch", "2.8"),
    ("triton", "3.4"),
    ("watchfiles", "1.0"),
)
"Every package that fie-tui needs, and the oldest version that it works with."

PROFILER_PARAMETERS = Path("/proc/driver/nvidia/params")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the doctor's report."""

    name: str
    ok: bool | None
    "None where it is missing but not needed here."
    found: str
    remedy: str = ""
    "What to do about it; empty when nothing is to be done."


def check_python() -> Check:
    """Look at the interpreter's version."""
    found = f"{platform.python_version()} at {sys.executable}"
    fine = sys.version_info >= (3, 11)
    return Check(
        name="Python", ok=fine, found=found, remedy="" if fine else "Install Python 3.11 or newer."
    )


def check_packages() -> tuple[Check, ...]:
    """Look at every package that is needed; on other systems than Linux there is no Triton."""
    needed = [each for each in PACKAGES if each[0] != "triton" or sys.platform == "linux"]
    return tuple(check_package(name, minimum) for name, minimum in needed)


def check_package(name: str, minimum: str) -> Check:
    """Look at one package's version."""
    remedy = f"pip install '{name}>={minimum}'"
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(name=name, ok=False, found="not installed", remedy=remedy)
    if release(found) < release(minimum):
        old = f"{found}, older than {minimum}"
        return Check(name=name, ok=False, found=old, remedy=remedy)
    return Check(name=name, ok=True, found=found)


def release(text: str) -> tuple[int, ...]:
    """Return a version's leading numbers, for comparing."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found.group().split("."))) if found else ()


def check_gpu(machine: Machine) -> Check:
    """Look for a GPU that PyTorch can reach."""
    if machine.cuda_ready:
        gpus = [f"{gpu.name}, {gpu.memory_bytes / 2**30:.0f} GiB" for gpu in machine.gpus]
        return Check(name="GPU", ok=True, found="; ".join(gpus))
    if machine.gpus:
        return Check(
            name="GPU",
            ok=False,
            found=machine.why_not_cuda,
            remedy="pip install torch from the index of your CUDA version (pytorch.org).",
        )
    nodes = sorted(Path("/dev").glob("nvidia[0-9]*"))
    if nodes and os.environ.get("CUDA_VISIBLE_DEVICES") is None:
        return Check(
            name="GPU",
            ok=False,
            found=f"{nodes[0]} is there, but the driver doesn't answer",
            remedy="Install the NVIDIA driver, or start the container with --gpus all.",
        )
    return Check(
        name="GPU", ok=None, found="none visible", remedy=f"None is needed for {MINI} on the CPU."
    )


def check_neighbours(machine: Machine, nvml: Any | None) -> Check:
    """Look for other programs on the GPUs, and for GPUs that would not be used."""
    name = "GPU use"
    if not machine.gpus:
        return Check(name=name, ok=None, found="none visible")
    busy = {gpu.index: count_strangers(nvml, gpu.uuid) for gpu in machine.gpus}
    told = [f"GPU {index}: {count} other process(es)" for index, count in busy.items() if count]
    found = "; ".join(filter(None, (*told, left_out(machine.gpus))))
    if not told:
        return Check(name=name, ok=True, found=found or "no other process computes on them")
    remedy = "They disturb timing: end them, or set CUDA_VISIBLE_DEVICES to other GPUs."
    return Check(name=name, ok=False, found=found, remedy=remedy)


def check_ray() -> Check:
    """Look for Ray, which only judging over several machines needs."""
    try:
        return Check(name="ray", ok=True, found=version("ray"))
    except PackageNotFoundError:
        remedy = "Only --evaluator ray needs it: pip install 'fie-tui[ray]'"
        return Check(name="ray", ok=None, found="not installed", remedy=remedy)


def check_cuda_driver(machine: Machine) -> Check:
    """Compare the CUDA version of the driver with the one PyTorch is built for."""
    driver = cuda_driver_version()
    if driver is None:
        return Check(name="CUDA", ok=None, found="no driver", remedy="Only GPU tracks need one.")
    built = machine.torch_cuda or "none (a CPU build)"
    found = f"driver for CUDA {driver}, PyTorch built for {built}"
    if machine.torch_cuda and release(driver)[:1] < release(machine.torch_cuda)[:1]:
        remedy = f"Update the NVIDIA driver to one for CUDA {machine.torch_cuda}."
        return Check(name="CUDA", ok=False, found=found, remedy=remedy)
    return Check(name="CUDA", ok=True, found=found)


def check_ncu(
    environ: Mapping[str, str], machine: Machine, parameters: Path = PROFILER_PARAMETERS
) -> Check:
    """Look for Nsight Compute, and whether this user may read the GPU's counters."""
    program = shutil.which("ncu", path=environ.get("PATH", ""))
    if program is None:
        return Check(
            name="ncu",
            ok=False if machine.gpus else None,
            found="not on PATH",
            remedy="Put Nsight Compute's folder (such as /usr/local/cuda/bin) on PATH."
            if machine.gpus
            else "Only GPU profiles need it.",
        )
    if counters_are_locked(parameters):
        return Check(
            name="ncu",
            ok=False,
            found=f"{program}, but only root may read the GPU's counters",
            remedy="Load the driver with NVreg_RestrictProfilingToAdminUsers=0, "
            "or give the container CAP_SYS_ADMIN.",
        )
    return Check(name="ncu", ok=True, found=program)


def counters_are_locked(parameters: Path) -> bool:
    """Whether the driver keeps the GPU's counters for root, and this isn't root."""
    if os.geteuid() == 0 or not parameters.is_file():
        return False
    return "RmProfilingAdminOnly: 1" in parameters.read_text(encoding="utf-8", errors="replace")


def check_track(dataset: Path | None, environ: Mapping[str, str], machine: Machine) -> Check:
    """Say which track a plain `fie-tui run` would judge, or why it can't."""
    try:
        track = resolve_track(None, dataset, environ, machine)
    except TrackError as error:
        return Check(name="track", ok=False, found=str(error), remedy="See the message.")
    return Check(name="track", ok=True, found=f"{track.name} on {track.device_label}. {track.why}")


def check_dataset(dataset: Path | None, environ: Mapping[str, str]) -> Check:
    """Look for the real track's data set and for every file that its workloads need."""
    try:
        root = dataset or known_root(REAL, environ)
        if root is None:
            return Check(
                name="data set",
                ok=None,
                found="none with the real track",
                remedy=f"Pass --dataset or set FIB_DATASET_PATH; {MINI} brings its own.",
            )
        workloads = read_workloads(root, REAL)
    except TrackError as error:
        return Check(name="data set", ok=False, found=str(error), remedy="See the message.")
    return Check(name="data set", ok=True, found=f"{root}, {len(workloads)} workloads")


def check_caches(environ: Mapping[str, str]) -> tuple[Check, ...]:
    """Look whether the caches of flashinfer-bench and Triton can be written."""
    home = Path(environ.get("HOME") or Path.home())
    places = (
        ("FIB_CACHE_PATH", home / ".cache" / "flashinfer_bench" / "cache"),
        ("TRITON_CACHE_DIR", home / ".triton" / "cache"),
    )
    return tuple(
        check_writable(variable, Path(environ.get(variable) or customary).expanduser())
        for variable, customary in places
    )


def check_writable(variable: str, folder: Path) -> Check:
    """Look whether a folder, or the nearest one above that exists, can be written."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    name = f"cache ({variable})"
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Check(name=name, ok=True, found=f"{folder} is writable")
    except OSError as error:
        remedy = f"Make {existing} writable, or set {variable} to a folder that is."
        return Check(name=name, ok=False, found=f"{folder}: {error.strerror}", remedy=remedy)
