"""The start screen's help; made from the table of its keys."""

from textual.app import ComposeResult
from textual.screen import ModalScreen

from fie_tui.keys.keymap_runs import FORM_KEYS, RUNS_KEYS, Key
from fie_tui.looks.ink import Line, wrapped
from fie_tui.screens.help import KEY_WIDTH, LABEL_WIDTH, Help
from fie_tui.widgets.page import MARGIN, Page

SIGNS = (
    ("▶ ‖ ✓ ■ ✗", "running, paused, finished, stopped, failed"),
    ("! LOST", "its engine died without a word; r starts it again, nothing judged is lost"),
    ("♥", "the engine gave a sign of life within the last 5 seconds"),
    ("! 12s", "an engine holds the run, but has been silent for so long"),
    ("●", "marked, to be compared"),
    ("±", "the half-width of the score's interval: what lies within it is noise"),
)


def help_lines(width: int) -> list[Line]:
    """Return the help page's lines, none wider than `width`."""
    lines: list[Line] = []
    for title, keys in (("Runs", RUNS_KEYS), ("The form of a new run", FORM_KEYS)):
        lines += [((title, "focus"),), *(line for key in keys for line in _key_lines(key, width))]
        lines.append(())
    lines.append((("Signs", "focus"),))
    for sign, words in SIGNS:
        first, *rest = wrapped(words, max(20, width - 13))
        lines.append(((f"  {sign:<11}", "strong"), (first, "text")))
        lines += [((" " * 13 + text, "text"),) for text in rest]
    return lines


def _key_lines(key: Key, width: int) -> list[Line]:
    indent = KEY_WIDTH + LABEL_WIDTH + 2
    first, *rest = wrapped(key.help, max(20, width - indent))
    start = f"  {key.shown:<{KEY_WIDTH}}"
    return [
        ((start, "key"), (f"{key.label:<{LABEL_WIDTH}}", "strong"), (first, "text")),
        *(((" " * indent + text, "text"),) for text in rest),
    ]


class RunsHelp(ModalScreen[None]):
    """A page over the start screen."""

    BINDINGS = Help.BINDINGS

    def compose(self) -> ComposeResult:
        """Show the one page."""
        lines = help_lines(self.app.size.width - MARGIN)
        yield Page("Keys and signs", lines, "j k scroll · Esc closes")

    def action_scroll(self, step: int) -> None:
        """Scroll the page."""
        self.query_one(Page).scroll_lines(step)
