"""The `fie-tui` command: reads flags, hands over, and turns failures into one message."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fie_evaluator.errors import FieError
from fie_tui.flags.budget import limits_of
from fie_tui.flags.grammar import parse
from fie_tui.flags.steering import STEERING
from fie_tui.keys.hand import author_of
from fie_tui.looks.wanted import looks_of
from fie_tui.speech import complain, fall_silent

if TYPE_CHECKING:
    from fie_engine.launch.start import LaunchOptions

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


def _attach(args: Namespace) -> int:
    from fie_tui.session import launcher

    looks = looks_of(args, os.environ)
    runs_root = _runs_root(args, os.environ)
    return launcher.attach(args.run, runs_root, looks, read_only=args.read_only)


def _ls(args: Namespace) -> int:
    from fie_tui.commands import runs

    return runs.print_runs(_runs_root(args, os.environ), as_json=args.json)


def _show(args: Namespace) -> int:
    from fie_tui.commands import show

    runs_root = _runs_root(args, os.environ)
    return show.print_run(
        args.run, args.candidate, runs_root, as_json=args.json, prompt=args.prompt
    )


def _steer(args: Namespace) -> int:
    from fie_tui.commands import steering

    return steering.steer(args, _runs_root(args, os.environ), author_of(os.environ))


def _edit(args: Namespace) -> int:
    from fie_tui.commands import editing

    return editing.edit(args, _runs_root(args, os.environ), os.environ, author_of(os.environ))


def _inject(args: Namespace) -> int:
    from fie_tui.commands import editing

    return editing.inject(args, _runs_root(args, os.environ), author_of(os.environ))


def _budget(args: Namespace) -> int:
    from fie_tui.commands import budget as budgeting

    return budgeting.budget(args, _runs_root(args, os.environ), author_of(os.environ))


def _doctor(args: Namespace) -> int:
    from fie_tui.commands import doctor

    return doctor.print_checks(args.dataset, _runs_root(args, os.environ), os.environ)


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

    return exchange_command.bring_in(args, _runs_root(args, os.environ), os.environ)


def _export(args: Namespace) -> int:
    from fie_tui.commands import exchange as exchange_command

    return exchange_command.bring_out(args, _runs_root(args, os.environ))


def _shot(args: Namespace) -> int:
    from fie_tui.commands import shot

    return shot.shoot(args, _runs_root(args, os.environ))


def _report(args: Namespace) -> int:
    from fie_tui.report import files as account_files

    return account_files.write(args.run, args.output, _runs_root(args, os.environ))


def _serve(args: Namespace) -> int:
    from fie_tui.web import serve

    return serve.serve(args, _runs_root(args, os.environ))


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "run": _run,
    "attach": _attach,
    "ls": _ls,
    "show": _show,
    "shot": _shot,
    "report": _report,
    "serve": _serve,
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


def launch_options(args: Namespace, environ: Mapping[str, str]) -> "LaunchOptions":
    """Return what `run` was asked to do."""
    from fie_engine.launch.start import LaunchOptions

    return LaunchOptions(
        run_dir=args.run_dir,
        runs_root=_runs_root(args, environ),
        name=args.name,
        track=args.track,
        definition=args.definition,
        dataset=args.dataset,
        kernel=args.kernel,
        config=args.config,
        timing=args.timing,
        score=args.score,
        evaluator=args.evaluator,
        slots=args.slots,
        iterations=args.iterations,
        seed_rng=args.seed_rng,
        from_run=args.from_run,
        resume=args.resume,
        proposer=args.proposer,
        strategy=args.strategy,
        model=args.model,
        base_url=args.base_url,
        budget=limits_of(args),
        ncu=_switch(environ.get("OE_ENABLE_NCU")),
    )


def _switch(told: str | None) -> bool | None:
    """Return what a variable that is 1 or 0 says; None where it isn't set."""
    return None if not told else told != "0"


def _runs_root(args: Namespace, environ: Mapping[str, str]) -> Path:
    return args.runs_dir or Path(environ.get("FIE_RUNS_DIR") or "runs")
