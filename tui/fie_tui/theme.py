"""Colours and signs: blue for better, orange for attention, never colour alone."""

from rich.style import Style
from textual.theme import Theme

from fie_engine.model import RunState
from fie_engine.rows import CandidateRow, CandidateState

BACKGROUND = "#121212"
CHOSEN = "#303030"
ADDED = "#00005f"
REMOVED = "#262626"

INKS: dict[str, Style] = {
    "text": Style(color="#c6c6c6"),
    "strong": Style(color="#eeeeee", bold=True),
    "dim": Style(color="#8a8a8a"),
    "faint": Style(color="#5f5f5f"),
    "frame": Style(color="#444444"),
    "title": Style(color="#9e9e9e"),
    "focus": Style(color="#87d7ff", bold=True),
    "key": Style(color="#87d7ff", bold=True),
    "good": Style(color="#5fafff"),
    "best": Style(color="#5fafff", bold=True),
    "bad": Style(color="#ff8700"),
    "warn": Style(color="#ffaf5f", bold=True),
    "spark": Style(color="#5f87af"),
    "band": Style(color="#005f87"),
    "added": Style(color="#87d7ff", bgcolor=ADDED),
    "removed": Style(color="#d7875f", bgcolor=REMOVED),
    "hunk": Style(color="#8a8a8a", italic=True),
    "inverse": Style(color="#121212", bgcolor="#5fafff", bold=True),
    "alarm": Style(color="#121212", bgcolor="#ff8700", bold=True),
    "calm": Style(color="#121212", bgcolor="#a8a8a8", bold=True),
}
"Every style that a panel may use; the colours lie on the 256-colour cube."

SYNTAX: dict[str, Style] = {
    "keyword": Style(color="#afafff"),
    "name": Style(color="#d7d7af"),
    "string": Style(color="#afd7af"),
    "number": Style(color="#d7afd7"),
    "comment": Style(color="#808080", italic=True),
    "plain": Style(color="#c6c6c6"),
}
"Colours of a kernel's text, where the diff shows unchanged lines."

BASE = Style(color="#c6c6c6", bgcolor=BACKGROUND)

BOARD_THEME = Theme(
    name="fie",
    primary="#5fafff",
    secondary="#87d7ff",
    accent="#ff8700",
    warning="#ffaf5f",
    error="#ff8700",
    success="#5fafff",
    foreground="#c6c6c6",
    background=BACKGROUND,
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
)

STATES: dict[RunState, tuple[str, str, str]] = {
    RunState.STARTING: ("◌", "STARTING", "calm"),
    RunState.RUNNING: ("▶", "RUNNING", "inverse"),
    RunState.PAUSED: ("‖", "PAUSED", "alarm"),
    RunState.STOPPED: ("■", "STOPPED", "calm"),
    RunState.FINISHED: ("✓", "FINISHED", "calm"),
    RunState.FAILED: ("✗", "FAILED", "alarm"),
}
"A run state's sign, word and ink."

SIGNS: tuple[tuple[str, str, str], ...] = (
    ("★", "best", "the best candidate of the run"),
    ("☆", "good", "was a new best when it was judged"),
    ("=", "dim", "its change against the parent is within the noise"),
    ("✗", "bad", "failed; the reason is in its row and in panel 6"),
    ("◌", "dim", "waiting for the judge"),
    ("◐", "good", "being judged now"),
    ("¶", "warn", "pinned: never dropped, favoured as a parent"),
    ("▲", "good", "promoted: a submission folder was written"),
    ("⇆", "dim", "timed in turns with another; panel 6 says what came of it"),
    ("~", "dim", "an estimate: so slow on a few workloads that the others were left out"),
    ("▼", "warn", "on the trend: something that you did"),
)
"What the signs mean, for the help screen."


def sign_of(row: CandidateRow) -> tuple[str, str]:
    """Return a candidate's sign and its ink."""
    if row.champion:
        return "★", "best"
    match row.state:
        case CandidateState.FAILED:
            return "✗", "bad"
        case CandidateState.JUDGING:
            return "◐", "good"
        case CandidateState.QUEUED:
            return "◌", "dim"
    if row.improved:
        return "☆", "good"
    return ("=", "dim") if row.within_noise else (" ", "text")


def badge_of(row: CandidateRow) -> tuple[str, str]:
    """Return the sign of what was done with a candidate since its verdict, and its ink."""
    if row.promoted:
        return "▲", "good"
    if row.pinned:
        return "¶", "warn"
    return ("⇆", "dim") if row.turns else (" ", "text")
