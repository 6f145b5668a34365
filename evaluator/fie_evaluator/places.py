"""Where things are kept that outlive a run."""

from collections.abc import Mapping
from pathlib import Path


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return where inputs and references are kept between runs."""
    if environ.get("FIE_CACHE_DIR"):
        return Path(environ["FIE_CACHE_DIR"])
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "fie-tui"
