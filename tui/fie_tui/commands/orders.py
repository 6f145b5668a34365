"""Subcommands as commands to an engine."""

from argparse import Namespace

from fie_engine import commands as c
from fie_engine.config.adjustable import read_value
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError


class NoSuchFailure(FieError):
    """The run has no kind of failure of that number."""


def order_of(args: Namespace, view: RunView, author: str) -> c.Command:
    """Return the command that a subcommand stands for; raises NoSuchFailure."""
    signed = {"reason": args.reason, "author": author}
    match args.subcommand:
        case "pause":
            return c.Pause(**signed)
        case "resume":
            return c.Resume(**signed)
        case "stop":
            return c.Stop(**signed)
        case "undo":
            return c.Undo(**signed)
        case "redo":
            return c.Redo(**signed)
        case "pin":
            return c.Pin(candidate=args.candidate, **signed)
        case "unpin":
            return c.Unpin(candidate=args.candidate, **signed)
        case "fork":
            return c.Fork(candidate=args.candidate, **signed)
        case "promote":
            return c.Promote(candidate=args.candidate, **signed)
        case "ab" | "retime":
            return c.Retime(candidate=args.candidate, rival=args.rival, **signed)
        case _:
            return _course_of(args, view, signed)


def _course_of(args: Namespace, view: RunView, signed: dict[str, str]) -> c.Command:
    match args.subcommand:
        case "mute":
            return c.Mute(island=args.island, **signed)
        case "unmute":
            return c.Unmute(island=args.island, **signed)
        case "retire":
            return c.Retire(island=args.island, **signed)
        case "reseed":
            return c.Reseed(island=args.island, candidate=args.candidate, **signed)
        case "migrate":
            return c.Migrate(source=args.source, target=args.target, **signed)
        case "hint":
            reached = args.children_of
            return c.Hint(text=args.text, island=args.island, candidate=reached, **signed)
        case "unhint":
            return c.RemoveHint(hint=args.number, **signed)
        case "direct":
            return c.Direct(island=args.island, text=args.text, **signed)
        case "require":
            cluster = "" if args.failure is None else failure_key(view, args.failure)
            return c.AddConstraint(text=args.text, cluster=cluster, **signed)
        case "unrequire":
            return c.RemoveConstraint(constraint=args.number, **signed)
        case "set":
            return c.SetSetting(name=args.name, value=read_value(args.value), **signed)
        case other:
            raise AssertionError(f"{other} is no single command")


def failure_key(view: RunView, number: int) -> str:
    """Return the key of a kind of failure by its number, 1 for the one that came first."""
    clusters = view.failed.clusters()
    found = [cluster.key for cluster in clusters if cluster.number == number]
    if not found:
        there = f"there are {len(clusters)}" if clusters else "nothing has failed yet"
        raise NoSuchFailure(f"this run has no kind of failure {number}: {there}")
    return found[0]
