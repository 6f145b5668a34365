"""`fie-tui budget`: what a run has cost of its budget, and another budget while it runs."""

from argparse import Namespace
from pathlib import Path

from fie_engine import commands as c
from fie_engine.money.budget import PREFIX
from fie_engine.record.rundir import find_run
from fie_tui.commands.steering import send
from fie_tui.flags.budget import changes_of
from fie_tui.speech import say
from fie_tui.told.costs import cost_lines
from fie_tui.told.history import read


def budget(args: Namespace, runs_root: Path, author: str) -> int:
    """Change the limits that are given, one after another; without any, print what is spent."""
    changes = changes_of(args)
    run = find_run(args.run, runs_root)
    if not changes:
        view = read(run).view
        limited = any(view.money.budget.limits())
        for line in (*cost_lines(view.money, view.last_at), *(() if limited else ("no budget",))):
            say(line)
        return 0
    codes = [
        send(
            run,
            c.SetSetting(name=f"{PREFIX}{name}", value=value, reason=args.reason, author=author),
            read(run),
        )
        for name, value in changes.items()
    ]
    return max(codes)
