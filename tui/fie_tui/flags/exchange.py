"""The flags of `import` and `export`: a search that goes on elsewhere, or came from there."""

from pathlib import Path

from fie_tui.flags.steering import Commands, add_runs_root


def add_exchange(commands: Commands) -> None:
    """Declare both subcommands."""
    _add_import(commands)
    _add_export(commands)


def _add_import(commands: Commands) -> None:
    parser = commands.add_parser(
        "import", help="make a run that continues a checkpoint of OpenEvolve, or of ours"
    )
    parser.add_argument(
        "checkpoint", type=Path, metavar="CHECKPOINT", help="its folder, such as checkpoint_100"
    )
    parser.add_argument("--name", help="the run's name; default: time and track")
    parser.add_argument("--run-dir", type=Path, help="the run's folder, instead of RUNS_DIR/NAME")
    parser.add_argument("--config", type=Path, help="OpenEvolve config.yaml, or ours")
    parser.add_argument(
        "--evaluator", metavar="FILE.py", help="the project's own; or where kernels are judged"
    )
    parser.add_argument("--track", help="track name, for kernels")
    parser.add_argument("--definition", help="definition in the data set, for kernels")
    parser.add_argument("--dataset", type=Path, help="root of a flashinfer-trace data set")
    parser.add_argument("--iterations", type=int, help="how many proposals the run adds")
    scores = parser.add_mutually_exclusive_group()
    scores.add_argument(
        "--judge-again",
        action="store_const",
        const="judge",
        dest="scores",
        help="measure every program here; done by itself where scores can't be compared",
    )
    scores.add_argument(
        "--keep-scores",
        action="store_const",
        const="keep",
        dest="scores",
        help="take the scores as they are, whatever device and clock they are of",
    )
    add_runs_root(parser)


def _add_export(commands: Commands) -> None:
    parser = commands.add_parser(
        "export",
        help="write a run's population as a checkpoint for OpenEvolve and its visualizer, "
        "or a candidate's kernel",
    )
    parser.add_argument("run", metavar="RUN", help="name or path")
    parser.add_argument("dir", type=Path, metavar="DIR", help="gets a folder checkpoint_N")
    parser.add_argument(
        "--candidate", default="", help="write this one's kernel and solution.json there instead"
    )
    add_runs_root(parser)
