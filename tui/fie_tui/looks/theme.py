"""Colours and signs: blue for better, orange for attention, never colour alone."""

from dataclasses import replace

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from fie_engine.model import RunState
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_tui.looks.palettes import Palette

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
    ("♥", "good", "the engine is well; before it stands how long ago the run began"),
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
    ("●", "focus", "marked, to be compared"),
    ("▼", "warn", "on the trend: something that you did"),
    ("◇", "warn", "another board controls the run; this one only looks"),
)
"What the signs mean, for the help screen."


def textual_theme(palette: Palette) -> Theme:
    """Return the theme of what Textual draws itself: the filter's box, the command palette."""
    if palette.ansi:
        plain = BUILTIN_THEMES["ansi-dark"]
        return replace(plain, name=f"fie-{palette.name}")
    inks = {name: _hex(palette.inks[name]) for name in ("good", "focus", "bad", "warn", "text")}
    return Theme(
        name=f"fie-{palette.name}",
        primary=inks["good"],
        secondary=inks["focus"],
        accent=inks["bad"],
        warning=inks["warn"],
        error=inks["bad"],
        success=inks["good"],
        foreground=inks["text"],
        background=_ground(palette.base),
        surface=palette.surface,
        panel=palette.surface,
        dark=palette.dark,
    )


def _hex(style: Style) -> str:
    assert style.color is not None and style.color.triplet is not None
    return style.color.triplet.hex


def _ground(style: Style) -> str:
    assert style.bgcolor is not None and style.bgcolor.triplet is not None
    return style.bgcolor.triplet.hex


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
