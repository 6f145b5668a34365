"""`fie-tui edit` and `fie-tui inject`: a person's kernels on their way into a run."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from fie_engine import commands as c
from fie_engine.record.rundir import find_run
from fie_tui.commands.own_kernels import injection, read_kernel
from fie_tui.commands.show import find_row
from fie_tui.commands.steering import send
from fie_tui.diff.lines import DiffLine, unified
from fie_tui.keys.editor import edited
from fie_tui.speech import note, say
from fie_tui.told.history import read

SIGNS = {"same": " ", "added": "+", "removed": "-", "hunk": "@"}


def edit(args: Namespace, runs_root: Path, environ: Mapping[str, str], author: str) -> int:
    """Let a person edit a candidate's kernel, show the diff, and inject it as its child."""
    run = find_run(args.run, runs_root)
    history = read(run)
    find_row(history, args.candidate)
    before = run.source(args.candidate)
    draft = edited(before, args.candidate, environ)
    if not draft.changed:
        draft.drop()
        note("nothing was changed, so nothing is injected")
        return 1
    if draft.problem:
        note(f"not injected: {draft.problem}; your copy is {draft.path}")
        return 1
    for line in unified(before, draft.text).lines:
        say(as_text(line))
    if not (args.yes or _agreed()):
        note(f"not injected; your copy is {draft.path}")
        return 1
    code = send(run, injection(draft, args.candidate, args.reason, author), history)
    if code == 0:
        draft.drop()
    else:
        note(f"your copy is {draft.path}")
    return code


def inject(args: Namespace, runs_root: Path, author: str) -> int:
    """Take kernel files in as candidates; those that are none are named and left out."""
    run = find_run(args.run, runs_root)
    codes = []
    for path in args.files:
        source, problem = read_kernel(path)
        if problem:
            note(f"{path}: {problem}")
            codes.append(1)
            continue
        command = c.Inject(
            source=source,
            parent=args.parent,
            island=args.island,
            note=f"import: {path.name}",
            how="import",
            reason=args.reason,
            author=author,
        )
        codes.append(send(run, command, read(run)))
    return max(codes)


def as_text(line: DiffLine) -> str:
    """Return a line of a diff as a terminal's line."""
    return f"{SIGNS[line.kind]} {line.text}".rstrip()


def _agreed() -> bool:
    if not sys.stdin.isatty():
        note("without a terminal to ask on, --yes is needed")
        return False
    sys.stderr.write("inject it? [Y/n] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return bool(answer) and answer.strip().lower() in ("", "y", "yes")
