"""Which CUDA GPUs this process may use, found without importing torch."""

import importlib
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMI_QUERY = "--query-gpu=index,uuid,name,memory.total,driver_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU, as the driver tells it."""

    index: int
    "The driver's own number; CUDA may number the visible ones differently."
    uuid: str
    name: str
    memory_bytes: int
    driver: str

    @property
    def model(self) -> tuple[str, int]:
        """What two GPUs must share for their latencies to compare."""
        return self.name, self.memory_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What kernels can be judged on here."""

    gpus: tuple[Gpu, ...]
    "Visible GPUs in CUDA's order: the first is cuda:0."
    torch_cuda: str | None
    "The CUDA version that the installed PyTorch is built for; None for a CPU build."

    @property
    def cuda_ready(self) -> bool:
        """Whether PyTorch can reach a GPU."""
        return bool(self.gpus) and self.torch_cuda is not None

    @property
    def why_not_cuda(self) -> str:
        """Why no GPU is used, and what would change that; empty where one is ready."""
        if not self.gpus:
            return "no CUDA GPU is visible"
        if self.torch_cuda is None:
            return (
                f"{self.gpus[0].name} is here, but the installed PyTorch is a CPU build "
                "(install one for CUDA)"
            )
        return ""


def look_at_machine(environ: Mapping[str, str]) -> Machine:
    """Find the GPUs that `environ` leaves visible, and what PyTorch is built for."""
    return Machine(gpus=visible(find_gpus(), environ), torch_cuda=torch_cuda_version())


def find_gpus() -> tuple[Gpu, ...]:
    """Ask the driver for its GPUs: through NVML, else through nvidia-smi."""
    nvml = open_nvml()
    if nvml is None:
        return gpus_by_smi()
    try:
        driver = str(nvml.nvmlSystemGetDriverVersion())
        return tuple(read_gpu(nvml, index, driver) for index in range(nvml.nvmlDeviceGetCount()))
    except nvml.NVMLError:
        return gpus_by_smi()
    finally:
        nvml.nvmlShutdown()


def cuda_driver_version() -> str | None:
    """Return the newest CUDA version that the driver serves; None without a driver."""
    nvml = open_nvml()
    if nvml is None:
        return None
    try:
        number = int(nvml.nvmlSystemGetCudaDriverVersion_v2())
    except nvml.NVMLError:
        return None
    finally:
        nvml.nvmlShutdown()
    return f"{number // 1000}.{number % 1000 // 10}"


def open_nvml() -> Any | None:
    """Return the driver's library, opened; None where it or the driver is absent."""
    try:
        nvml = importlib.import_module("pynvml")
    except ModuleNotFoundError:
        return None
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return None
    return nvml


def read_gpu(nvml: Any, index: int, driver: str) -> Gpu:
    """Read one GPU through NVML."""
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    return Gpu(
        index=index,
        uuid=str(nvml.nvmlDeviceGetUUID(handle)),
        name=str(nvml.nvmlDeviceGetName(handle)),
        memory_bytes=int(nvml.nvmlDeviceGetMemoryInfo(handle).total),
        driver=driver,
    )


def gpus_by_smi() -> tuple[Gpu, ...]:
    """Read the GPUs from nvidia-smi; none where it is absent or fails."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    command = [program, SMI_QUERY, "--format=csv,noheader,nounits"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse_smi(ran.stdout) if ran.returncode == 0 else ()


def parse_smi(output: str) -> tuple[Gpu, ...]:
    """Turn nvidia-smi's CSV lines into GPUs; a line of another shape is left out."""
    rows = [[field.strip() for field in line.split(",")] for line in output.splitlines()]
    return tuple(
        Gpu(
            index=int(row[0]),
            uuid=row[1],
            name=row[2],
            memory_bytes=int(row[3]) * 1024 * 1024,
            driver=row[4],
        )
        for row in rows
        if len(row) == 5 and row[0].isdigit() and row[3].isdigit()
    )


def visible(gpus: tuple[Gpu, ...], environ: Mapping[str, str]) -> tuple[Gpu, ...]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES names, in its order.

    Like CUDA, stop at the first name that is none of them.
    """
    asked = environ.get("CUDA_VISIBLE_DEVICES")
    if asked is None:
        return gpus
    chosen: list[Gpu] = []
    for name in (part.strip() for part in asked.split(",")):
        found = [gpu for gpu in gpus if is_named(gpu, name)]
        if not found:
            break
        chosen.append(found[0])
    return tuple(chosen)


def equal_gpus(gpus: Sequence[Gpu]) -> tuple[Gpu, ...]:
    """Return the GPUs of the first one's model: latencies on others don't compare."""
    return tuple(gpu for gpu in gpus if gpu.model == gpus[0].model)


def left_out(gpus: Sequence[Gpu]) -> str:
    """Say which visible GPUs are of another model and aren't used; empty where none is."""
    used = equal_gpus(gpus)
    others = sorted({gpu.name for gpu in gpus if gpu not in used})
    if not others:
        return ""
    return (
        f"{len(used)} of {len(gpus)} GPUs are used, those like the first ({gpus[0].name}): "
        f"latencies on {', '.join(others)} don't compare"
    )


def is_named(gpu: Gpu, name: str) -> bool:
    """Whether CUDA_VISIBLE_DEVICES means this GPU by `name`: its number or its UUID's start."""
    if name.isdigit():
        return gpu.index == int(name)
    return name.startswith("GPU-") and gpu.uuid.startswith(name)


def torch_cuda_version() -> str | None:
    """Return what the installed PyTorch is built for, read from its version file."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    version_file = Path(spec.origin).with_name("version.py")
    if not version_file.is_file():
        return None
    found = re.search(
        r"^cuda\b[^=\n]*=\s*['\"]([^'\"]+)['\"]",
        version_file.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return found.group(1) if found else None
