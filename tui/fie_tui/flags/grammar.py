"""The command line's grammar: subcommands, flags and their help."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from fie_tui import __version__
from fie_tui.flags.budget import add_budget, add_limits
from fie_tui.flags.exchange import add_exchange
from fie_tui.flags.looks import add_keymap, add_looks, add_pictures
from fie_tui.flags.reading import add_readers
from fie_tui.flags.steering import add_runs_root, add_steering, natural

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

SCORES = ("geometric", "arithmetic", "geometric-vs-baseline", "arithmetic-vs-baseline")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the parsed command line; nothing at all is `runs`, flags alone are `run`'s."""
    words = list(argv)
    if not words:
        words.append("runs")
    elif words[0].startswith("-") and words[0] not in ("-h", "--help", "--version"):
        words.insert(0, "run")
    return build_parser().parse_args(words)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="fie-tui",
        description="Watch and steer an evolutionary search for faster kernels.",
        epilog="Without anything: runs. With flags alone: run. "
        "Exit codes: 0 ok, 1 failed, 2 usage or bad input.",
    )
    parser.add_argument("--version", action="version", version=f"fie-tui {__version__}")
    commands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    _add_start(commands)
    _add_run(commands)
    _add_judges(commands)
    _add_dataset(commands)
    add_readers(commands)
    _add_doctor(commands)
    add_pictures(commands)
    add_keymap(commands)
    add_budget(commands)
    add_exchange(commands)
    add_steering(commands)
    return parser


def _add_start(commands: Commands) -> None:
    meaning = "open the start screen: the runs of a folder, and a form for a new one (the default)"
    start = commands.add_parser("runs", help=meaning, description=meaning)
    add_runs_root(start)
    add_looks(start)


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", help="start a search and watch it")
    _add_problem(run.add_argument_group("what is searched"))
    _add_proposer(run.add_argument_group("what proposes"))
    _add_place_to_judge(run.add_argument_group("what judges"))
    add_limits(run.add_argument_group("what it may cost"))
    _add_place(run.add_argument_group("where the record goes"))
    add_looks(run)
    run.add_argument(
        "--headless",
        "--plain",
        action="store_true",
        dest="plain",
        help="print lines instead of opening the board; automatic without a terminal",
    )


def _add_problem(group: argparse._ArgumentGroup) -> None:
    _add_judged_track(group)
    _add_terms(group)
    group.add_argument("--kernel", type=Path, help="seed kernel file; default: the track's own")
    group.add_argument("--islands", type=positive, help="how many populations; default: 3")
    group.add_argument("--iterations", type=positive, help="how many proposals in all")
    group.add_argument("--seed-rng", type=natural, help="number that decides every random draw")


def _add_judges(commands: Commands) -> None:
    bench = commands.add_parser("bench", help="judge kernels side by side, outside a run")
    judged = bench.add_argument_group("what is judged")
    judged.add_argument("--kernel", nargs="+", type=Path, default=[], help="kernel files")
    judged.add_argument(
        "--solution",
        nargs="+",
        type=Path,
        default=[],
        help="flashinfer-bench solutions as JSON, in any language",
    )
    judged.add_argument("--rival", type=Path, help="a kernel file to time each in turns with")
    _add_judged_track(judged)
    _add_place_to_judge(judged)
    how = bench.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="only the track's quick subset")
    how.add_argument(
        "--official", action="store_true", help="the exact counts; default: adaptive sampling"
    )
    _add_terms(bench)
    bench.add_argument("--output", type=Path, help="write everything as JSON to this file")
    bench.add_argument(
        "--pack", type=Path, metavar="DIR", help="judge officially, pack submissions into DIR"
    )
    profile = commands.add_parser("profile", help="say where a kernel's time goes, and what to do")
    profile.add_argument("kernel", type=Path, metavar="KERNEL", help="kernel file or solution.json")
    profile.add_argument("--workload", default="", help="T=55, 55 or a uuid; default: the judge's")
    _add_judged_track(profile)
    _add_place_to_judge(profile)
    _add_timing(profile)
    profile.add_argument("--output", type=Path, help="write the profile as JSON to this file")


def _add_judged_track(group: argparse._ActionsContainer) -> None:
    group.add_argument("--track", help="track name; chosen by itself from GPU and data set")
    group.add_argument("--definition", help="definition in the data set")
    group.add_argument("--dataset", type=Path, help="root of a flashinfer-trace data set")
    group.add_argument("--config", type=Path, help="OpenEvolve config.yaml, or ours")


def _add_dataset(commands: Commands) -> None:
    parser = commands.add_parser("dataset", help="write the MoE data set, or check any")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    make = actions.add_parser("make", help="write the MoE data set with synthetic routing")
    make.add_argument("dir", type=Path, metavar="DIR", help="its root; a new or an empty folder")
    make.add_argument("--mini", action="store_true", help="the shrunk one, for the CPU")
    check = actions.add_parser("check", help="say what is wrong with a data set")
    check.add_argument("dir", type=Path, metavar="DIR", help="its root")


def _add_terms(group: argparse._ActionsContainer) -> None:
    _add_timing(group)
    group.add_argument(
        "--score",
        choices=SCORES,
        help="mean speedup against the reference, or against the track's stored baseline",
    )


def _add_timing(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--timing",
        choices=("library", "span"),
        help="a GPU's clock: as flashinfer-bench times (the default), or kernels only",
    )


def _add_proposer(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--proposer",
        choices=("auto", "operators", "llm", "mixed"),
        help="default: auto; mixed: operators tune what the model wrote while it thinks",
    )
    group.add_argument(
        "--strategy",
        choices=("evolve", "best-of-n"),
        help="default: evolve; best-of-n: every child comes from the seed, as a baseline",
    )
    group.add_argument("--model", help="model name on an OpenAI-compatible server")
    group.add_argument("--base-url", help="that server, for example http://localhost:11434/v1")


def _add_place_to_judge(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--evaluator",
        metavar="WHERE",
        help="local (the default); ray: over a Ray of this machine; ray://auto: over the cluster "
        "that it is in; ray://HOST:PORT: over a Ray Client server; or an OpenEvolve evaluator's "
        "FILE.py: search in that project, from its initial program given with --kernel",
    )
    group.add_argument(
        "--slots", type=positive, help="evaluations at once; default: one per GPU, one on a CPU"
    )


def _add_place(group: argparse._ArgumentGroup) -> None:
    add_runs_root(group)
    group.add_argument("--name", help="the run's name; default: time and track")
    group.add_argument("--run-dir", type=Path, help="the run's folder, instead of RUNS_DIR/NAME")
    group.add_argument(
        "--from", dest="from_run", metavar="RUN:CANDIDATE", help="start from another run's kernel"
    )
    group.add_argument("--resume", metavar="RUN", help="continue a run, by name or by path")


def _add_doctor(commands: Commands) -> None:
    doctor = commands.add_parser(
        "doctor", help="check what this machine can do, and say what to do"
    )
    doctor.add_argument("--dataset", type=Path, help="data set to look at")
    add_runs_root(doctor)


def positive(text: str) -> int:
    """Read a whole number above 0."""
    number = natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
