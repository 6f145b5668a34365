"""A kernel in the person's own editor."""

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fie_engine.launch.kernel_text import kernel_problem
from fie_evaluator.errors import FieError

FALLBACKS = ("nano", "vim", "vi")


class NoEditor(FieError):
    """No editor was found: set $VISUAL or $EDITOR."""


class EditorFailed(FieError):
    """The editor ended with an error; what it saved is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What came out of an editor."""

    path: Path
    "The copy that was edited; kept until the draft is dropped."
    text: str
    changed: bool
    problem: str
    "Why it is no kernel; empty where it may be one."

    def drop(self) -> None:
        """Delete the copy."""
        shutil.rmtree(self.path.parent, ignore_errors=True)


def edited(source: str, name: str, environ: Mapping[str, str]) -> Draft:
    """Let a person edit a copy of a kernel; raises NoEditor or EditorFailed."""
    command = editor_command(environ)
    path = Path(tempfile.mkdtemp(prefix="fie-tui-edit-")) / f"{name}.py"
    path.write_text(source, encoding="utf-8", newline="")
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EditorFailed(f"{command[0]}: {error}; your copy is {path}") from error
    if code:
        raise EditorFailed(f"{command[0]} ended with code {code}; your copy is {path}")
    return Draft(path=path, text=text, changed=text != source, problem=kernel_problem(text))


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """Return the words that start the person's editor; raises NoEditor."""
    told = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        words = shlex.split(told)
    except ValueError as error:
        raise NoEditor(f"$VISUAL or $EDITOR is {told!r}: {error}") from error
    if words:
        if shutil.which(words[0]) is None:
            raise NoEditor(f"the editor {words[0]!r} is not installed: set $EDITOR to another")
        return words
    found = next((name for name in FALLBACKS if shutil.which(name)), None)
    if found is None:
        raise NoEditor("no editor was found: set $EDITOR")
    return [found]
