"""C code that Triton generates around kernels, compiled once for all candidates.

A candidate may only read what lies here. What it had to compile itself is compiled
again here, from its text, by a process that never loads it: so a file's content
is what its name says, whoever asked for it first.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from fie_evaluator.child.channel import Channel
from fie_evaluator.child.children import fork_child
from fie_evaluator.child.confinement import Confinement

LONGEST = 256 * 1024
"Bytes of one generated file."
MOST = 12
"Files that are learnt from one candidate."

LIMIT_S = 20.0

Build = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launchers:
    """A folder of compiled modules, by the hash of their name and text."""

    root: Path

    def lend(self, missed: Path) -> None:
        """Have Triton in this process look here first; what isn't here is noted in `missed`."""
        from triton import knobs
        from triton.runtime import build

        def look_up_or_build(name: str, source: str, folder: str, *rest: Any) -> str:
            text = Path(source).read_bytes()
            known = self._of(name, text)
            if known.is_file():
                return shutil.copy(str(known), str(Path(folder, f"{name}.so")))
            missed.mkdir(exist_ok=True)
            Path(missed, f"{name}-{known.stem}.c").write_bytes(text)
            knobs.build.impl = None
            try:
                return built(build._build, name, source, folder, rest)
            finally:
                knobs.build.impl = look_up_or_build

        knobs.build.impl = look_up_or_build

    def learn(self, missed: Path, confinement: Confinement) -> None:
        """Compile what a candidate had to compile itself, for the ones after it."""
        for path in sorted(missed.glob("*.c"))[:MOST]:
            name, _, key = path.stem.rpartition("-")
            if path.is_symlink() or path.stat().st_size > LONGEST:
                continue
            text = path.read_bytes()
            target = self._of(name, text)
            if target.stem == key and not target.exists():
                self._compile(text, target, confinement)

    def _compile(self, text: bytes, target: Path, confinement: Confinement) -> None:
        with tempfile.TemporaryDirectory(dir=self.root) as folder:
            Path(folder, "module.c").write_bytes(text)
            # What is included may be any file that the compiler can read: it may read few.
            compiler = fork_child(
                lambda channel: compile_module(channel, Path(folder), confinement),
                Path(folder),
                captured=True,
            )
            compiler.bury(LIMIT_S)
            for module in Path(folder).glob("module*.so"):
                if not module.is_symlink():
                    module.rename(target)

    def _of(self, name: str, text: bytes) -> Path:
        return self.root / f"{hashlib.sha256(name.encode() + bytes(1) + text).hexdigest()}.so"


def compile_module(channel: Channel, folder: Path, confinement: Confinement) -> None:
    """Be the process that compiles module.c in `folder`."""
    from triton.backends.nvidia import driver
    from triton.runtime import build

    dirs = (driver.library_dirs(), driver.include_dirs, driver.libraries)
    os.environ["TMPDIR"] = str(folder)
    confinement.enter(folder)
    with contextlib.suppress(CalledProcessError):
        built(build._build, "module", str(folder / "module.c"), str(folder), dirs)


def built(build: Build, name: str, source: str, folder: str, dirs: Sequence[Any]) -> str:
    """Call Triton's own build, whose last parameter not every version has."""
    try:
        return build(name, source, folder, *dirs)
    except TypeError:
        return build(name, source, folder, *dirs, [])
