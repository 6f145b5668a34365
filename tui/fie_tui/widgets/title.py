"""A panel's upper edge: its name, those that share its place, and what it is about."""

from collections.abc import Mapping, Sequence

from fie_tui.keys.table import KeyTable
from fie_tui.looks.ink import Line, Span, width_of
from fie_tui.looks.plan import KEYS, LETTERED

HEADINGS = {
    "islands": "Islands",
    "candidates": "Candidates",
    "workloads": "Workloads",
    "profile": "Profile",
    "diff": "Diff",
    "about": "About",
    "log": "Log",
    "trend": "Trend",
    "lineage": "Lineage",
    "failures": "Failures",
    "cost": "Cost",
    "gpu": "GPU",
    "checklist": "Checklist",
}

START, END = "╭─", "─╮"
FIRST_TO_SHRINK = ("lineage", *LETTERED)
"Tabs that show their keys alone where there is no room for every name."
GAP = 3
"Cells around a caption."


def panel_keys(table: KeyTable) -> dict[str, str]:
    """Return the key in force of each panel."""
    return KEYS | {name: table.shown(f"panel_{name}") for name in LETTERED}


def title(
    panel: str,
    sharing: Sequence[str],
    *,
    keys: Mapping[str, str],
    focused: bool,
    caption: Line,
    width: int,
) -> list[Span]:
    """Return the edge in exactly `width` cells, if that is at least the name's."""
    tabs = _tabs(panel, sharing, keys, width - len(START) - len(END))
    left: list[Span] = [(START, "frame"), *_drawn(tabs, panel, focused=focused)]
    room = width - width_of(left) - len(END)
    said = list(caption)
    # The end of a caption says most; what comes before it yields when room is short.
    while said and width_of(said) > room - GAP:
        del said[0]
    right: list[Span] = [(" ", "frame"), *said, (" ", "frame")] if said else []
    rule = "─" * (room - width_of(right))
    return [*left, (rule, "frame"), *right, (END, "frame")]


def tab_at(
    panel: str, sharing: Sequence[str], *, keys: Mapping[str, str], x: int, width: int
) -> str:
    """Return the panel whose tab lies at a column of the edge; "" where there is none."""
    at = len(START)
    for name, text in _tabs(panel, sharing, keys, width - len(START) - len(END)):
        at += 1 + len(text)
        if x < at:
            return name if x >= at - len(text) else ""
    return ""


def _tabs(
    panel: str, sharing: Sequence[str], keys: Mapping[str, str], room: int
) -> list[tuple[str, str]]:
    """Return the tabs and their texts: with as many names as there is room for."""
    short_for: tuple[Sequence[str], ...] = ((), FIRST_TO_SHRINK, sharing)
    for shrunk in short_for:
        tabs = [
            (name, keys[name] if name in shrunk and name != panel else _named(name, keys))
            for name in sharing
        ]
        if sum(1 + len(text) for _, text in tabs) + 1 <= room:
            return tabs
    return [(panel, _named(panel, keys))]


def _named(panel: str, keys: Mapping[str, str]) -> str:
    return f"{keys[panel]} {HEADINGS[panel]}"


def _drawn(tabs: Sequence[tuple[str, str]], panel: str, *, focused: bool) -> list[Span]:
    spans: list[Span] = []
    before = ""
    for name, text in tabs:
        mine = focused and name == panel
        bracket = "[" if mine else "]" if focused and before == panel else " "
        ink = "focus" if mine else "title" if name == panel else "faint"
        spans += [(bracket, "focus" if bracket != " " else "faint"), (text, ink)]
        before = name
    closing = "]" if focused and before == panel else " "
    return [*spans, (closing, "focus" if closing == "]" else "faint")]
