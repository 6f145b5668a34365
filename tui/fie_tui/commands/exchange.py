"""`fie-tui import` and `fie-tui export`: checkpoints of OpenEvolve, in and out."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from fie_engine.exchange.kernels import FILES, export_file
from fie_tui.speech import note, say


def bring_in(args: Namespace, runs_root: Path, environ: Mapping[str, str]) -> int:
    """Make a run from a checkpoint and say how it is continued."""
    from fie_engine.exchange.incoming import import_checkpoint
    from fie_engine.launch.start import LaunchOptions

    options = LaunchOptions(
        runs_root=runs_root,
        run_dir=args.run_dir,
        name=args.name,
        config=args.config,
        evaluator=args.evaluator,
        track=args.track,
        definition=args.definition,
        dataset=args.dataset,
        iterations=args.iterations,
    )
    made = import_checkpoint(args.checkpoint, options, environ, args.scores or "auto")
    if made.judged_again and made.why:
        note(f"every program will be judged here first: {made.why}")
    say(f"{made.programs} programs on {made.islands} islands in {made.path}")
    say(f"continue with: fie-tui run --resume {made.path}")
    return 0


def bring_out(args: Namespace, runs_root: Path) -> int:
    """Write a run's checkpoint, or one candidate's files, and say where they are."""
    from fie_engine.record.rundir import find_run

    run = find_run(args.run, runs_root)
    if args.candidate:
        args.dir.mkdir(parents=True, exist_ok=True)
        for what in FILES:
            say(str(export_file(run.path, args.candidate, what, args.dir)))
    else:
        from fie_engine.exchange.outgoing import export_run

        say(str(export_run(run, args.dir)))
    return 0
