"""C code that Triton generates around kernels, compiled once for all candidates.

A candidate may only read what lies here. What it had to compile itself is compiled
again here, from its text, by a process that never loads it: so a file's content
is what its name says, whoever asked for it first.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

LONGEST = 256 * 1024
"Bytes of one generated file."
MOST = 12
"Files that are learnt from one candidate."

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

    def learn(self, missed: Path) -> None:
        """Compile what a candidate had to compile itself, for the ones after it."""
        for path in sorted(missed.glob("*.c"))[:MOST]:
            name, _, key = path.stem.rpartition("-")
            if path.is_symlink() or path.stat().st_size > LONGEST:
                continue
            text = path.read_bytes()
            target = self._of(name, text)
            if target.stem == key and not target.exists():
                self._compile(name, text, target)

    def _compile(self, name: str, text: bytes, target: Path) -> None:
        from triton.backends.nvidia import driver
        from triton.runtime import build

        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.root) as folder:
            source = Path(folder, "module.c")
            source.write_bytes(text)
            dirs = (driver.library_dirs(), driver.include_dirs, driver.libraries)
            try:
                module = built(build._build, "module", str(source), folder, dirs)
            except CalledProcessError:
                return
            Path(module).rename(target)

    def _of(self, name: str, text: bytes) -> Path:
        return self.root / f"{hashlib.sha256(name.encode() + bytes(1) + text).hexdigest()}.so"


def built(build: Build, name: str, source: str, folder: str, dirs: Sequence[Any]) -> str:
    """Call Triton's own build, whose last parameter not every version has."""
    try:
        return build(name, source, folder, *dirs)
    except TypeError:
        return build(name, source, folder, *dirs, [])
