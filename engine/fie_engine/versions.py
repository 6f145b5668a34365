"""What a run is made with."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "fie-tui",
    "flashinfer-bench",
    "genai-prices",
    "openevolve",
    "optuna",
    "torch",
    "triton",
)
"Whose versions the record holds."


def versions() -> tuple[tuple[str, str], ...]:
    """Return what the run is made with."""
    found = [("python", platform.python_version()), ("host", os.uname().nodename)]
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            found.append((package, "not installed"))
    return tuple(found)
