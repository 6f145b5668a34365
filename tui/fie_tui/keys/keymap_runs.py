"""The keys of the start screen and of its form, said once: bindings, hints and help follow."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key and what it does."""

    id: str
    keys: tuple[str, ...]
    "Textual's names of the keys."
    shown: str
    label: str
    help: str
    hint: int = 0
    "Rank in the hint line, 1 first; 0 keeps it out."


RUNS_KEYS: tuple[Key, ...] = (
    Key(
        id="open",
        keys=("enter",),
        shown="Enter",
        label="open",
        help="open the run's board; a search that goes on can be steered from it",
        hint=1,
    ),
    Key(
        id="resume",
        keys=("r",),
        shown="r",
        label="resume",
        help="start the engine of a stopped, ended or lost run again, and open its board",
        hint=2,
    ),
    Key(
        id="new",
        keys=("n",),
        shown="n",
        label="new run",
        help="fill in a form that is checked as you type, and start a search",
        hint=3,
    ),
    Key(
        id="demo",
        keys=("d",),
        shown="d",
        label="demo",
        help="start the embedded demonstration: a small mixture of experts on the CPU, no model",
    ),
    Key(
        id="mark",
        keys=("space",),
        shown="Space",
        label="mark",
        help="mark the run, to compare it; again to take the mark away",
        hint=4,
    ),
    Key(
        id="compare",
        keys=("c",),
        shown="c",
        label="compare",
        help="put two side by side: the newest two marked, or a marked and the chosen one",
        hint=5,
    ),
    Key(
        id="delete",
        keys=("D",),
        shown="D",
        label="delete",
        help="move the run to the trash folder; says what goes and wants its name typed",
        hint=7,
    ),
    Key(
        id="filter",
        keys=("slash",),
        shown="/",
        label="filter",
        help="show only the runs whose name, state, track or proposer has every word",
        hint=6,
    ),
    Key(id="down", keys=("j", "down"), shown="j ↓", label="down", help="next run"),
    Key(id="up", keys=("k", "up"), shown="k ↑", label="up", help="previous run"),
    Key(
        id="page_down",
        keys=("pagedown", "ctrl+d"),
        shown="PgDn ^d",
        label="page down",
        help="ten runs down",
    ),
    Key(
        id="page_up",
        keys=("pageup", "ctrl+u"),
        shown="PgUp ^u",
        label="page up",
        help="ten runs up",
    ),
    Key(id="first", keys=("g", "home"), shown="g Home", label="first", help="the newest run"),
    Key(id="last", keys=("G", "end"), shown="G End", label="last", help="the oldest run"),
    Key(
        id="back",
        keys=("escape",),
        shown="Esc",
        label="back",
        help="drop the filter, then the marks",
    ),
    Key(
        id="theme",
        keys=("T",),
        shown="T",
        label="theme",
        help="the next theme: dark, light, high-contrast, ansi or mono",
    ),
    Key(id="help", keys=("question_mark",), shown="?", label="help", help="this page", hint=8),
    Key(
        id="leave",
        keys=("q",),
        shown="q",
        label="leave",
        help="back to the shell; searches in the background go on",
        hint=9,
    ),
)

FORM_KEYS: tuple[Key, ...] = (
    Key(
        id="start",
        keys=("ctrl+s",),
        shown="^s",
        label="start",
        help="start the search, as the command line shown does",
        hint=1,
    ),
    Key(
        id="next",
        keys=("tab", "down"),
        shown="Tab ↓",
        label="next field",
        help="next field; Enter does it too, and starts on the last line",
        hint=2,
    ),
    Key(
        id="previous",
        keys=("shift+tab", "up"),
        shown="S-Tab ↑",
        label="previous field",
        help="previous field",
    ),
    Key(
        id="leave",
        keys=("escape",),
        shown="Esc",
        label="to the runs",
        help="back to the runs; what was typed stays",
        hint=3,
    ),
)


def bindings_of(keys: tuple[Key, ...], *, priority: bool = False) -> list[BindingType]:
    """Return the keys as Textual's bindings; each calls the screen's action `do`."""
    return [
        Binding(",".join(key.keys), f"do('{key.id}')", key.label, show=False, priority=priority)
        for key in keys
    ]
