"""The `fie-tui` command: reads flags, hands over, and turns failures into one message."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from fie_evaluator.errors import FieError
from fie_tui.flags.grammar import parse
from fie_tui.flags.launching import launch_options, runs_root_of
from fie_tui.flags.steering import STEERING
from fie_tui.keys.author import author_of
from fie_tui.looks.wanted import looks_of
from fie_tui.speech import complain, fall_silent

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    args = parse(sys.argv[1:] if argv is None else argv)
    try:
        return COMMANDS[args.subcommand](args)
    except FieError as error:
        complain(error)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        fall_silent()
        return FAILED


def _run(args: Namespace) -> int:
    from fie_tui.session import launcher

    looks = looks_of(args, os.environ)
    return launcher.run(launch_options(args, os.environ), looks, plain=args.plain)


def _runs(args: Namespace) -> int:
    from fie_tui.session import beginning

    return beginning.begin(args, looks_of(args, os.environ))


def _attach(args: Namespace) -> int:
    from fie_tui.session import launcher

    looks = looks_of(args, os.environ)
    runs_root = runs_root_of(args, os.environ)
    return launcher.attach(
        args.run, runs_root, looks, read_only=args.read_only, plain=args.plain, at=args.at
    )


def _ls(args: Namespace) -> int:
    from fie_tui.commands import runs

    return runs.print_runs(runs_root_of(args, os.environ), as_json=args.json)


def _show(args: Namespace) -> int:
    from fie_tui.commands import show

    runs_root = runs_root_of(args, os.environ)
    return show.print_run(
        args.run,
        args.candidate,
        runs_root,
        as_json=args.json,
        prompt=args.prompt,
        at=args.at,
        since=args.since,
    )


def _steer(args: Namespace) -> int:
    from fie_tui.commands import steering

    return steering.steer(args, runs_root_of(args, os.environ), author_of(os.environ))


def _edit(args: Namespace) -> int:
    from fie_tui.commands import editing

    return editing.edit(args, runs_root_of(args, os.environ), os.environ, author_of(os.environ))


def _inject(args: Namespace) -> int:
    from fie_tui.commands import editing

    return editing.inject(args, runs_root_of(args, os.environ), author_of(os.environ))


def _budget(args: Namespace) -> int:
    from fie_tui.commands import budget as budgeting

    return budgeting.budget(args, runs_root_of(args, os.environ), author_of(os.environ))


def _doctor(args: Namespace) -> int:
    from fie_tui.commands import doctor

    return doctor.print_checks(args.dataset, runs_root_of(args, os.environ), os.environ)


def _bench(args: Namespace) -> int:
    from fie_tui.bench import run as bench

    return bench.bench(args, os.environ)


def _profile(args: Namespace) -> int:
    from fie_tui.commands import profiled as profile_command

    return profile_command.profile(args, os.environ)


def _dataset(args: Namespace) -> int:
    from fie_tui.commands import dataset as dataset_command

    return dataset_command.dataset(args)


def _import(args: Namespace) -> int:
    from fie_tui.commands import exchange as exchange_command

    return exchange_command.bring_in(args, runs_root_of(args, os.environ), os.environ)


def _export(args: Namespace) -> int:
    from fie_tui.commands import exchange as exchange_command

    return exchange_command.bring_out(args, runs_root_of(args, os.environ))


def _shot(args: Namespace) -> int:
    from fie_tui.commands import shot

    return shot.shoot(args, runs_root_of(args, os.environ))


def _keys(args: Namespace) -> int:
    from fie_tui.commands import keys

    return keys.print_keys(args.keys, os.environ, as_toml=args.toml)


def _report(args: Namespace) -> int:
    from fie_tui.report import files as account_files

    return account_files.write(args.run, args.output, runs_root_of(args, os.environ))


def _serve(args: Namespace) -> int:
    from fie_tui.web import serve

    return serve.serve(args, runs_root_of(args, os.environ))


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "runs": _runs,
    "run": _run,
    "attach": _attach,
    "ls": _ls,
    "show": _show,
    "shot": _shot,
    "report": _report,
    "serve": _serve,
    "keys": _keys,
    "doctor": _doctor,
    "bench": _bench,
    "profile": _profile,
    "dataset": _dataset,
    "import": _import,
    "export": _export,
    "edit": _edit,
    "budget": _budget,
    "inject": _inject,
    **dict.fromkeys(STEERING, _steer),
}
