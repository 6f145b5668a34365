"""The rights that a candidate's process gives up before its code is imported."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fie_evaluator.child import landlock, seccomp
from fie_evaluator.child.processes import drop_capabilities

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/proc", "/sys", "/run")
DEVICES = Path("/dev")
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What a candidate may still do, as far as this kernel can enforce it."""

    readable: tuple[Path, ...]
    "Folders that hold its inputs; the reference's outputs lie in none of them."
    may_start_programs: bool
    "Needed where Triton compiles, that is on a GPU."
    files: bool
    calls: bool

    @property
    def description(self) -> str:
        """What is enforced, in words."""
        enforced = [
            *(["files, signals and network by Landlock"] if self.files else []),
            *(["system calls by seccomp"] if self.calls else []),
        ]
        return "; ".join(enforced) or "none: this kernel has neither Landlock nor seccomp"

    def enter(self, directory: Path) -> None:
        """Give the rights up, for good; only `directory` stays writable."""
        drop_capabilities()
        if self.files:
            installed = {Path(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path}
            system = {Path(folder) for folder in SYSTEM}
            landlock.restrict(
                readable=sorted({PACKAGE, *installed, *system, *self.readable}),
                writable=(directory, DEVICES),
            )
        if self.calls:
            seccomp.restrict(may_start_programs=self.may_start_programs)


def confinement_for(device: str, readable: tuple[Path, ...]) -> Confinement:
    """Return the strictest confinement that this kernel offers and `device` bears."""
    starts = device != "cpu"
    return Confinement(
        readable=readable,
        may_start_programs=starts,
        files=landlock.supported() > 0
        and works(lambda: landlock.restrict(readable=(Path("/"),), writable=(DEVICES,))),
        calls=seccomp.supported() and works(lambda: seccomp.restrict(may_start_programs=starts)),
    )


def works(restrict: Callable[[], None]) -> bool:
    """Whether this machine lets a process restrict itself so; containers may forbid it."""
    pid = os.fork()
    if pid == 0:
        try:
            restrict()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    return status == 0
