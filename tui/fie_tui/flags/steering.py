"""The command line's grammar of what steers a run."""

import argparse
from pathlib import Path
from typing import TypeAlias

from fie_engine.plaintext import well_formed

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

RUN_VERBS = {
    "pause": "start nothing new; what is in flight lands",
    "resume": "go on after a pause (continue a stopped run with: run --resume RUN)",
    "stop": "end the engine now; the run can be resumed",
    "undo": "take back the newest pin, fork, hint or other act that still stands",
    "redo": "do again what was taken back last, unless another act came since",
}
CANDIDATE_VERBS = {
    "pin": "keep a candidate for good and favour it as a parent",
    "unpin": "make a pinned candidate an ordinary one again",
    "fork": "found a new island with a candidate",
    "promote": "judge a candidate officially and pack it",
}
ISLAND_VERBS = {
    "mute": "give an island no proposals; its members stay and still migrate",
    "unmute": "give a muted island proposals again",
    "retire": "let an island get no more children and take no migrants",
}
NUMBER_VERBS = {
    "unhint": ("hint", "take a hint out of the prompts"),
    "unrequire": ("constraint", "take a constraint out of the prompts"),
}
OTHER_VERBS = ("ab", "retime", "reseed", "migrate", "hint", "direct", "require", "set")
STEERING = (*RUN_VERBS, *CANDIDATE_VERBS, *ISLAND_VERBS, *NUMBER_VERBS, *OTHER_VERBS)
"Every subcommand that is one command to an engine."


def add_steering(commands: Commands) -> None:
    """Add the subcommands that steer."""
    for name, meaning in RUN_VERBS.items():
        _verb(commands, name, meaning)
    for name, meaning in CANDIDATE_VERBS.items():
        _verb(commands, name, meaning).add_argument("candidate", metavar="CANDIDATE")
    for name, meaning in ISLAND_VERBS.items():
        _verb(commands, name, meaning).add_argument("island", type=natural, metavar="ISLAND")
    for name, (what, meaning) in NUMBER_VERBS.items():
        number = _verb(commands, name, f"{meaning}; `fie-tui show RUN` numbers them")
        number.add_argument("number", type=natural, metavar=what.upper())
    meaning = "time a candidate again, in turns with a rival, and say who is faster"
    retime = _verb(commands, "ab", meaning, "retime")
    retime.add_argument("candidate", metavar="CANDIDATE")
    retime.add_argument(
        "rival", type=well_formed, metavar="RIVAL", nargs="?", default="", help="default: the best"
    )
    _add_islands(commands)
    _add_words(commands)
    _add_kernels(commands)


def _add_islands(commands: Commands) -> None:
    reseed = _verb(commands, "reseed", "start an island again; the record keeps its members")
    reseed.add_argument("island", type=natural, metavar="ISLAND")
    reseed.add_argument(
        "candidate", metavar="CANDIDATE", nargs="?", default="", help="default: the seed"
    )
    migrate = _verb(commands, "migrate", "let the best of islands join others now")
    migrate.add_argument(
        "source", type=natural, metavar="FROM", nargs="?", help="default: every island"
    )
    migrate.add_argument(
        "target", type=natural, metavar="TO", nargs="?", help="default: every other island"
    )


def _add_words(commands: Commands) -> None:
    hint = _verb(commands, "hint", "say something in the model's prompts")
    hint.add_argument("text", type=well_formed, metavar="TEXT", help="at most 2000 characters")
    where = hint.add_mutually_exclusive_group()
    where.add_argument("--island", type=natural, help="only there; default: everywhere")
    where.add_argument(
        "--children-of", type=well_formed, metavar="CANDIDATE", default="", help="only to these"
    )
    direct = _verb(commands, "direct", "say in an island's prompts where it should go")
    direct.add_argument("island", type=natural, metavar="ISLAND")
    direct.add_argument(
        "text", type=well_formed, metavar="TEXT", help='"" takes the direction back'
    )
    require = _verb(commands, "require", "demand something of every child, in every prompt")
    require.add_argument("text", type=well_formed, metavar="TEXT", nargs="?", default="")
    require.add_argument(
        "--failure",
        type=natural,
        metavar="N",
        help="the kind of failure that it is to end, as `fie-tui show RUN` numbers them; "
        "without TEXT the words come from there",
    )
    change = _verb(commands, "set", "change a setting while the search goes on")
    change.add_argument(
        "name", type=well_formed, metavar="NAME", help="for example proposals_in_flight"
    )
    change.add_argument(
        "value", type=well_formed, metavar="VALUE", help="as in YAML: 4, 0.3, true, null"
    )


def _add_kernels(commands: Commands) -> None:
    edit = _verb(commands, "edit", "change a candidate in $VISUAL or $EDITOR, as its child")
    edit.add_argument("candidate", metavar="CANDIDATE")
    edit.add_argument("--yes", action="store_true", help="don't ask after showing the diff")
    inject = _verb(commands, "inject", "take kernel files in as candidates")
    inject.add_argument("files", metavar="FILE", nargs="+", type=Path)
    inject.add_argument("--parent", metavar="CANDIDATE", default="", help="default: the best")
    inject.add_argument("--island", type=natural, help="default: the parent's")


def _verb(commands: Commands, name: str, meaning: str, *aliases: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, aliases=aliases, help=meaning, description=meaning)
    parser.add_argument("run", metavar="RUN", help="name or path")
    parser.add_argument("--reason", type=well_formed, default="", help="a word for the record")
    add_runs_root(parser)
    return parser


def add_runs_root(parser: argparse._ActionsContainer) -> None:
    """Add the flag that says where runs are."""
    parser.add_argument(
        "--runs-dir", type=Path, help="folder of all runs; default: $FIE_RUNS_DIR or ./runs"
    )


def natural(text: str) -> int:
    """Return a whole number from a command line."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
