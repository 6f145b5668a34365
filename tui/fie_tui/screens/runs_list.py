"""What the start screen shows, as lines: the runs, the chosen one in full, what can be pressed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fie_tui.keys.keymap_runs import RUNS_KEYS, Key
from fie_tui.looks.ink import Line, Span, end_of, fitting, spread, width_of, wrapped
from fie_tui.screens.runs_rows import columns, row, state_of, tried
from fie_tui.told import costs
from fie_tui.told.glance import LOST, Glance, is_searching
from fie_tui.widgets.sheet import chosen, framed

DETAIL_LINES = 4
FIXED_LINES = 4 + DETAIL_LINES
"Everything but the runs: two heads, the rule and detail, what is said, the keys."

DEMO = (
    "d starts the embedded demonstration: a mixture-of-experts layer, shrunk until a CPU can "
    "judge it, is made faster by the embedded operators. It needs no GPU, no data set, no model "
    "and no network, and costs nothing.",
    "It judges up to 60 kernels in about 3 minutes where the processor has nothing else to do; the "
    "best is some 20 times as fast as the seed. You can pause, fork and pin meanwhile. q on its "
    "board asks whether it searches on or stops, and comes back here; r resumes a stopped one.",
    "n opens the form for a search of your own: your kernel, your data set, your model.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The start screen at one moment."""

    runs_root: Path
    runs: Sequence[Glance]
    "Those that the filter leaves, newest first."
    total: int
    searching: int
    at: int
    "Index of the chosen run."
    marks: tuple[str, ...]
    words: tuple[str, ...]
    "The filter."
    now: float
    complete: bool
    "Whether every run has been read."
    said: str
    "What the screen itself has to say."
    top: int = 0
    "Index of the first run in sight."


def holds(glance: Glance, words: Sequence[str]) -> bool:
    """Whether every word of the filter is in the run's name, state, track or proposer."""
    created = glance.created
    terms = f"{created.track} {created.proposer} {created.device}" if created else ""
    told = f"{glance.name} {state_of(glance)[1]} {glance.state} {terms}".lower()
    return all(word in told for word in words)


def rows_in_sight(height: int) -> int:
    """Return how many runs fit."""
    return max(1, height - FIXED_LINES)


def screen_lines(now: Listing, width: int, height: int) -> list[Line]:
    """Return the whole screen."""
    body = _runs(now, width, rows_in_sight(height)) if now.runs else _nothing(now, width, height)
    rows = rows_in_sight(height) + 1
    filled = [*body, *([()] * rows)][:rows]
    return [
        _head(now, width),
        *filled,
        *_detail(now, width),
        _saying(now),
        hint_line(keys_now(now), width),
    ]


def keys_now(now: Listing) -> list[Key]:
    """Return the keys that do something here."""
    if not now.runs:
        used = [key for key in RUNS_KEYS if key.id in ("demo", "new", "help", "leave")]
        return [replace(key, hint=2) if key.id == "demo" else key for key in used]
    idle = {"delete"} if now.runs[now.at].running else set()
    idle |= set() if now.runs[now.at].resumable and not now.runs[now.at].used_up else {"resume"}
    idle |= {"compare", "filter"} if now.total < 2 else set()
    return [key for key in RUNS_KEYS if key.id not in idle]


def hint_line(keys: Sequence[Key], width: int) -> Line:
    """Return the keys that are worth a hint; help and leaving stay longest."""
    ranked = sorted((key for key in keys if key.hint), key=lambda key: key.hint)
    parts = [(100 if key.id in ("help", "leave") else 50 - key.hint, _hint(key)) for key in ranked]
    return ((" ", "text"), *fitting(parts, width - 2, (("  ", "text"),)))


def _hint(key: Key) -> Line:
    return ((key.shown, "key"), (f" {key.label}", "dim"))


def _head(now: Listing, width: int) -> Line:
    counted = f"{now.total:,} run{'' if now.total == 1 else 's'}"
    busy = f"{now.searching} searching · " if now.searching else ""
    if now.words:
        counted = f"{len(now.runs):,} of {counted}"
    left: list[Span] = [(" fie-tui ", "inverse"), (" runs of ", "dim")]
    right = ((f"{busy}{counted} ", "dim"),)
    room = width - width_of(left) - width_of(right) - 1
    left.append((end_of(str(now.runs_root.absolute()), room), "text"))
    return spread(left, right, width)


def _runs(now: Listing, width: int, rows: int) -> list[Line]:
    lines: list[Line] = [columns(width)]
    for index in range(now.top, min(len(now.runs), now.top + rows)):
        glance = now.runs[index]
        line = row(glance, width, marked=glance.name in now.marks, now=now.now)
        lines.append(chosen(line, width) if index == now.at else line)
    return lines


def _detail(now: Listing, width: int) -> list[Line]:
    """Return the chosen run in full."""
    if not now.runs:
        return [()] * (DETAIL_LINES)
    glance = now.runs[now.at]
    created = glance.created
    told: list[Line] = []
    if glance.trouble:
        told = [((f" {line}", "warn"),) for line in wrapped(glance.trouble, width - 2)]
    elif created is not None:
        terms = (created.track, created.device, created.proposer, created.timing)
        told = [
            ((" " + " · ".join(terms), "text"), (f"  ! {created.caveat}", "warn"))
            if created.caveat
            else ((" " + " · ".join(terms), "text"),),
            _best_line(glance, created.score_name),
            _effort_line(glance),
        ]
    lines = framed(glance.name, told, width)
    return [*lines, *([()] * DETAIL_LINES)][:DETAIL_LINES]


def _best_line(glance: Glance, score_name: str) -> Line:
    if not glance.best:
        return ((" no candidate passed yet", "dim"),)
    gain = f"  {glance.gain}" if glance.gain else ""
    return (
        (" best ", "dim"),
        (glance.best, "best"),
        (f" {glance.best_candidate}{gain}", "text"),
        (f"  {score_name}", "dim"),
    )


def _effort_line(glance: Glance) -> Line:
    cost = costs.cost_told(glance.cost)
    stood = "" if glance.running and is_searching(glance) and not glance.reason else glance.reason
    why = f"{state_of(glance)[1].lower()}: {stood}" if stood else ""
    if glance.state == LOST:
        why = "its engine died without a word: r starts it again, nothing judged is lost"
    parts = [f"{tried(glance)} iterations", cost, why]
    return ((" " + " · ".join(part for part in parts if part), "dim"),)


def _nothing(now: Listing, width: int, height: int) -> list[Line]:
    room = max(20, min(76, width - 4))
    if not now.complete:
        return [(), (("  looking for runs…", "dim"),)]
    if now.words:
        words = " ".join(now.words)
        return [(), ((f'  no run matches "{words}": Esc drops the filter', "dim"),)]
    lines: list[Line] = [(), (("  No runs here yet.", "strong"),), ()]
    for paragraph in DEMO:
        key, _, rest = paragraph.partition(" ")
        first, *others = wrapped(paragraph, room)
        if len(key) == 1:
            lines.append((("  ", "text"), (key, "key"), (first[1:], "text")))
        else:
            lines.append(((f"  {first}", "text"),))
        lines += [((f"  {line}", "text"),) for line in others]
        lines.append(())
    return lines


def _saying(now: Listing) -> Line:
    if now.said:
        return ((" » ", "focus"), (now.said, "strong"))
    if now.words:
        words = " ".join(now.words)
        return ((f" / {words}", "warn"), ("  Esc drops it", "dim"))
    if now.marks:
        ready = "c compares them" if len(now.marks) == 2 else "mark another, or c on another"
        return (("  ● ", "focus"), (f"{', '.join(now.marks)} marked: {ready}", "dim"))
    return ()
