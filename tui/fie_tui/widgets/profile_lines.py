"""A profile's figures and GPU kernels as lines, beside the parent's where it has them."""

from fie_evaluator.profiler.metrics import (
    ACHIEVED,
    BOUND_BY,
    DRAM,
    DURATION,
    LIMITED_BY,
    SM,
    THEORETICAL,
)
from fie_evaluator.results import Figure, KernelProfile, Profile
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, bar, pad

NAME_WIDTH = 22
VALUE_WIDTH = 9
SHARE_WIDTH = 5
CHANGE_WIDTH = 9
NOTABLE = 0.005
"A relative change below this is not worth a sign."
FEWER_IS_BETTER = frozenset({"ms", "µs"})

KERNEL_NAME_WIDTH = 34
SHORTEST_KERNEL_NAME = 10
COLUMNS = (("share", 6), ("time", 9), ("bound", 9), ("DRAM", 6), ("SM", 5), ("occup.", 8))
"Right-aligned titles and their widths; the occupancy is what was achieved of what was possible."
LIMIT_WIDTH = 27
"Room for what limits the occupancy."
FIRST_TO_GO = ("time", "bound", "occup.")
"What a narrow panel leaves out, in this order."


def figure_lines(
    profile: Profile, earlier: Profile | None, width: int, lit: frozenset[str] = frozenset()
) -> list[Line]:
    """Return a line for each figure of the whole candidate; those of a name in `lit` stand out."""
    before = {figure.name: figure.value for figure in earlier.figures} if earlier else {}
    changes = [relative_change(one.value, before.get(one.name)) for one in profile.figures]
    room = CHANGE_WIDTH if any(change is not None for change in changes) else 0
    longest = max((len(figure.name) for figure in profile.figures), default=0)
    name = min(NAME_WIDTH, longest, max(8, width - VALUE_WIDTH - SHARE_WIDTH - 2 - room))
    return [
        _figure_line(
            figure, name, width - room, _change(figure, change, room), lit=figure.name in lit
        )
        for figure, change in zip(profile.figures, changes, strict=True)
    ]


def kernel_lines(profile: Profile, earlier: Profile | None, width: int) -> list[Line]:
    """Return a table of the GPU kernels; empty where there are none."""
    if not profile.kernels:
        return []
    before = {kernel.name: kernel for kernel in earlier.kernels} if earlier else {}
    changes = [_time_change(kernel, before.get(kernel.name)) for kernel in profile.kernels]
    room = CHANGE_WIDTH if any(change is not None for _, change in changes) else 0
    columns = [column for column in COLUMNS if _fits(column[0], width - room)]
    taken = 2 + room + sum(size for _, size in columns)
    longest = max(len(kernel.name) for kernel in profile.kernels)
    name = max(SHORTEST_KERNEL_NAME, min(KERNEL_NAME_WIDTH, longest, width - taken))
    limits = width >= taken + name + LIMIT_WIDTH
    head = "".join(title.rjust(size) for title, size in columns)
    told = (" since" if room else "").ljust(room) + ("  occupancy limit" if limits else "")
    lines: list[Line] = [((f" {pad('GPU kernel', name)} {head}{told}", "faint"),)]
    for kernel, (time, change) in zip(profile.kernels, changes, strict=True):
        limit: Span = (f"  {_named(kernel, LIMITED_BY)}" if limits else "", "dim")
        row = (f" {pad(kernel.name, name)} ", "text"), (_row(kernel, columns), "strong")
        lines.append([*row, _change(time, change, room), limit])
    return lines


def relative_change(value: float | None, before: float | None) -> float | None:
    """Return by how much a figure changed; None where it didn't, or can't be told."""
    if value is None or not before:
        return None
    change = value / before - 1
    return change if abs(change) >= NOTABLE else None


def _figure_line(figure: Figure, name: int, width: int, change: Span, *, lit: bool) -> Line:
    start: Line = [
        (f"{'›' if lit else ' '}{pad(figure.name, name)} ", "focus" if lit else "text"),
        (_told(figure).rjust(VALUE_WIDTH), "strong"),
        change,
    ]
    if figure.share is None:
        return start
    share = f"{figure.share:.0%}".rjust(SHARE_WIDTH)
    room = width - name - VALUE_WIDTH - SHARE_WIDTH - 4
    drawn = f"  {bar(figure.share, room)}" if room >= 4 else ""
    return [*start, (share, "dim"), (drawn, "good")]


def _told(figure: Figure) -> str:
    return "n/a" if figure.value is None else figures.quantity(figure.value, figure.unit)


def _change(figure: Figure, change: float | None, room: int) -> Span:
    """Return a figure's change; only of times is it known which way is better."""
    if change is None:
        return (" " * room, "text")
    sign = "▲" if change > 0 else "▼"
    told = f" {sign} {figures.change(change)}".ljust(room)
    if figure.unit not in FEWER_IS_BETTER:
        return (told, "dim")
    return (told, "good" if change < 0 else "bad")


def _fits(column: str, width: int) -> bool:
    """Whether a panel of this width has room for a column, beside those that matter more."""
    if column not in FIRST_TO_GO:
        return True
    gone = FIRST_TO_GO[: FIRST_TO_GO.index(column)]
    kept = sum(size for title, size in COLUMNS if title not in gone)
    return width >= 2 + SHORTEST_KERNEL_NAME + kept


def _time_change(
    kernel: KernelProfile, before: KernelProfile | None
) -> tuple[Figure, float | None]:
    """Return a kernel's duration and its change since the parent."""
    time, earlier = (_figure(one, DURATION.name) for one in (kernel, before))
    return time, relative_change(time.value, earlier.value)


def _row(kernel: KernelProfile, columns: list[tuple[str, int]]) -> str:
    achieved, possible = _cell(kernel, ACHIEVED.name), _cell(kernel, THEORETICAL.name)
    cells = {
        "share": f"{kernel.share:.0%}",
        "time": _cell(kernel, DURATION.name),
        "bound": _named(kernel, BOUND_BY),
        "DRAM": _cell(kernel, DRAM.name),
        "SM": _cell(kernel, SM.name),
        "occup.": f"{achieved.removesuffix('%')}/{possible}" if possible != "n/a" else achieved,
    }
    texts = [(cells[title], size) for title, size in columns]
    return "".join(pad(text, min(len(text), size - 1)).rjust(size) for text, size in texts)


def _figure(kernel: KernelProfile | None, name: str) -> Figure:
    """Return one figure of a kernel; one without a value where it was not measured."""
    found = [figure for figure in kernel.figures if figure.name == name] if kernel else []
    return found[0] if found else Figure(name=name, value=None, unit="")


def _cell(kernel: KernelProfile, name: str) -> str:
    """Return one figure of a kernel, short; n/a where it was not measured."""
    figure = _figure(kernel, name)
    if figure.value is not None and figure.unit == "%":
        return f"{figure.value:.0f}%"
    return _told(figure)


def _named(kernel: KernelProfile, prefix: str) -> str:
    """Return what a figure's name says after `prefix`; n/a where there is none."""
    names = [figure.name for figure in kernel.figures if figure.name.startswith(prefix)]
    return names[0].removeprefix(prefix) if names else "n/a"
