"""What a measurement depends on, as names and values."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("torch", "triton", "flashinfer-bench", "numpy")


def describe_environment(device_label: str, confinement: str) -> tuple[tuple[str, str], ...]:
    """Return versions and settings, name and value, for this process's machine."""
    return (
        ("python", platform.python_version()),
        *((name, installed_version(name)) for name in PACKAGES),
        ("device", device_label),
        ("cpu", cpu_model()),
        ("cpu threads", "1"),
        ("kernel", platform.release()),
        ("confinement", confinement),
    )


def installed_version(package: str) -> str:
    """Return a package's version, or "not installed"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def cpu_model() -> str:
    """Return the processor's name."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
