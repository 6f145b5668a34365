"""A person's own kernels as commands."""

from pathlib import Path

from fie_engine import commands as c
from fie_engine.launch.kernel_text import kernel_problem
from fie_tui.keys.editor import Draft


def injection(draft: Draft, parent: str, reason: str, author: str) -> c.Inject:
    """Return the command that makes a draft a child of the candidate it came from."""
    return c.Inject(source=draft.text, parent=parent, how="edit", reason=reason, author=author)


def read_kernel(path: Path) -> tuple[str, str]:
    """Return a kernel file's text, and why it can't be one; either is empty."""
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "", "is no UTF-8 text"
    except OSError as error:
        return "", f"can't be read: {error.strerror}"
    problem = kernel_problem(source)
    return ("", problem) if problem else (source, "")
