"""From the command line's flags to what a run is asked to do."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fie_tui.flags.budget import limits_of

if TYPE_CHECKING:
    from fie_engine.launch.start import LaunchOptions


def launch_options(args: Namespace, environ: Mapping[str, str]) -> "LaunchOptions":
    """Return what `run` was asked to do."""
    from fie_engine.launch.start import LaunchOptions

    return LaunchOptions(
        run_dir=args.run_dir,
        runs_root=runs_root_of(args, environ),
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
        islands=args.islands,
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


def runs_root_of(args: Namespace, environ: Mapping[str, str]) -> Path:
    """Return the folder that holds the runs: a flag wins over FIE_RUNS_DIR."""
    return args.runs_dir or Path(environ.get("FIE_RUNS_DIR") or "runs")


def _switch(told: str | None) -> bool | None:
    """Return what a variable that is 1 or 0 says; None where it isn't set."""
    return None if not told else told != "0"
