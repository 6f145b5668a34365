"""What the keys and signs mean; made from the table of actions."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from fie_tui.keys.actions import Action
from fie_tui.keys.command_line import told
from fie_tui.keys.table import KeyTable
from fie_tui.looks.ink import Line, wrapped
from fie_tui.looks.theme import SIGNS
from fie_tui.widgets.page import MARGIN, Page
from fie_tui.widgets.title import HEADINGS, panel_keys

PANEL_WORDS = {
    "islands": "populations that evolve apart and exchange their best",
    "candidates": "every kernel tried, with its speedup and noise",
    "workloads": "the chosen candidate's speedup on each input size; choose one to ask why",
    "profile": "where its time goes, and what the profiler advises",
    "diff": "what it changed in its parent's kernel, or a reply as it streams in",
    "about": "where it comes from, why it failed, what it printed",
    "log": "every event",
    "trend": "best score with its noise band, islands dim behind; dots are single tries",
    "lineage": "from the seed to the chosen candidate, and its children; Enter chooses",
    "failures": "what went wrong, by kind; Enter lists the candidates",
    "cost": "what models and islands cost, and what one percent costs",
    "gpu": "what the device does now, and did while candidates were timed",
    "checklist": "which steps of a fast kernel the chosen candidate has",
}


KEY_WIDTH, LABEL_WIDTH = 10, 15


def help_lines(keys: KeyTable, width: int) -> list[Line]:
    """Return the help page's lines, none wider than `width`."""
    lines: list[Line] = []
    for group in dict.fromkeys(action.group for action in keys.actions):
        lines.append(((group, "focus"),))
        for action in keys.actions:
            if action.group == group:
                lines += _action_lines(action, width)
        lines.append(())
    lines.append((((f"Said after {keys.shown('command')}, with Tab to complete"), "focus"),))
    for said, does in told():
        lines += _rows(f"  {said}", "key", does, width)
    lines += [(), (("Signs", "focus"),)]
    lines += [((f"  {sign:<9} ", ink), (words, "text")) for sign, ink, words in SIGNS]
    lines += [(), (("Panels", "focus"),)]
    named = panel_keys(keys)
    lines += [
        ((f"  {f'{named[name]} {HEADINGS[name]}':<15}", "strong"), (words, "text"))
        for name, words in PANEL_WORDS.items()
    ]
    return lines


def _action_lines(action: Action, width: int) -> list[Line]:
    indent = KEY_WIDTH + LABEL_WIDTH + 2
    first, *rest = wrapped(action.help, max(20, width - indent))
    key = f"  {action.shown:<{KEY_WIDTH}}"
    return [
        ((key, "key"), (f"{action.label:<{LABEL_WIDTH}}", "strong"), (first, "text")),
        *(((" " * indent + text, "text"),) for text in rest),
    ]


def _rows(head: str, ink: str, text: str, width: int) -> list[Line]:
    """Return a head and its text beside it, on as many lines as that takes."""
    indent = KEY_WIDTH + LABEL_WIDTH + 2
    first, *rest = wrapped(text, max(20, width - indent))
    return [
        ((f"{head:<{indent}}", ink), (first, "text")),
        *(((" " * indent + more, "text"),) for more in rest),
    ]


class Help(ModalScreen[None]):
    """A page over the board."""

    BINDINGS = [
        Binding("escape,question_mark,q,enter", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(10)", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", show=False),
    ]

    def __init__(self, keys: KeyTable) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Show the one page."""
        lines = help_lines(self._keys, self.app.size.width - MARGIN)
        yield Page("Keys and signs", lines, "j k scroll · Esc closes")

    def action_scroll(self, step: int) -> None:
        """Scroll the page."""
        self.query_one(Page).scroll_lines(step)
