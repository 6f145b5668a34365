"""What the keys and signs mean; made from the table of actions."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from fie_tui.actions import ACTIONS
from fie_tui.ink import Line
from fie_tui.theme import SIGNS
from fie_tui.widgets.page import Page

PANEL_WORDS = (
    ("1 Islands", "populations that evolve apart and exchange their best"),
    ("2 Candidates", "every kernel tried, with its speedup and noise"),
    ("3 Workloads", "the chosen candidate's speedup on each input size"),
    ("4 Profile", "where its time goes, and what the profiler advises"),
    ("5 Diff", "what it changed in its parent's kernel"),
    ("6 About", "where it comes from, why it failed, what it printed"),
    ("7 Log", "every event"),
    ("8 Trend", "best score with its noise band; dots are single tries"),
)


def help_lines() -> list[Line]:
    """Return the help page's lines."""
    lines: list[Line] = []
    for group in dict.fromkeys(action.group for action in ACTIONS):
        lines.append(((group, "focus"),))
        for action in ACTIONS:
            if action.group == group:
                lines.append(
                    ((f"  {action.shown:<9} ", "key"), (f"{action.label:<14} ", "strong"),
                     (action.help, "text"))
                )
        lines.append(())
    lines.append((("Signs", "focus"),))
    lines += [((f"  {sign:<9} ", ink), (words, "text")) for sign, ink, words in SIGNS]
    lines += [(), (("Panels", "focus"),)]
    lines += [((f"  {name:<14}", "strong"), (words, "text")) for name, words in PANEL_WORDS]
    return lines


class Help(ModalScreen[None]):
    """A page over the board."""

    BINDINGS = [
        Binding("escape,question_mark,q,enter", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(10)", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Show the one page."""
        yield Page("Keys and signs", help_lines(), "j k scroll · Esc closes")

    def action_scroll(self, step: int) -> None:
        """Scroll the page."""
        self.query_one(Page).scroll_lines(step)
