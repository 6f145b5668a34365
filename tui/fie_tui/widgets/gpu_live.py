"""The lines of the GPU panel that say how the judges' GPUs are at this moment."""

from collections.abc import Sequence

from fie_engine.live import HEARTBEAT_LATE_S
from fie_engine.model import RunState
from fie_evaluator.timing.reading import Reading
from fie_tui.keys.actions import ENDED
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, pad, spark, wrapped
from fie_tui.told.scene import Scene
from fie_tui.widgets.gpu_figures import FIGURES, Figure, Share, mark

STALE_S = HEARTBEAT_LATE_S
"An older reading is shown with its age."
NAME_WIDTH = 13
TREND_WIDTH, LEAST_TREND = 20, 8


def is_fresh(one: Reading, scene: Scene) -> bool:
    """Whether a reading tells of now."""
    return is_at_work(scene) and scene.now - one.at <= STALE_S


def is_at_work(scene: Scene) -> bool:
    """Whether a search goes on, be it paused."""
    return scene.engine and scene.view.state not in ENDED


def live_lines(newest: Sequence[Reading], scene: Scene, width: int) -> list[Line]:
    """Return how the GPUs are now, or when and how they were when last read."""
    lines = _age(newest, scene, width)
    if len(newest) == 1:
        return [*lines, *_alone(newest[0], scene, width)]
    return [*lines, *_table(newest, scene, width)]


def labelled(name: str, words: str, longest: int, trend: str, ink: str = "strong") -> Line:
    """Return a figure's line: its name, its value and how it went."""
    said = f" {pad(name, NAME_WIDTH)}"
    return ((said, "text"), (pad(words, longest + 1), ink), (trend, "spark"))


def _age(newest: Sequence[Reading], scene: Scene, width: int) -> list[Line]:
    """Say how old the newest reading is, where that matters."""
    last = max(newest, key=lambda one: one.at)
    if is_fresh(last, scene):
        return []
    told = f"read at {figures.clock_time(last.at)}, {_ago(scene.now - last.at)}"
    if not is_at_work(scene):
        told += ": no search runs"
    elif scene.view.state is RunState.PAUSED:
        told += ": paused"
    return [((f" {text}", "warn"),) for text in wrapped(told, max(8, width - 2))]


def _ago(seconds: float) -> str:
    """Return an age that changes once a minute at most: a paused board sends nothing."""
    minutes = int(seconds) // 60
    return f"{figures.duration(minutes * 60).removesuffix('00s')} ago" if minutes else "moments ago"


def _alone(one: Reading, scene: Scene, width: int) -> list[Line]:
    """Return a line for each figure of the only GPU."""
    if one.trouble:
        return _trouble(one.trouble, width)
    calm = "strong" if is_fresh(one, scene) else "dim"
    shares = [each for each in FIGURES if each.share(one) is not None]
    longest = max((len(each.words(one)) for each in shares), default=0)
    room = max(0, min(TREND_WIDTH, width - NAME_WIDTH - longest - 3))
    lines = []
    for each in FIGURES:
        words, trend = each.words(one), _trend(each.share, one, scene, room)
        ink = "warn" if each.alarming(one) else calm
        lines.append(labelled(each.name, words, longest if trend else len(words), trend, ink))
    return lines


def _trouble(words: str, width: int) -> list[Line]:
    return [((f" {text}", "warn"),) for text in wrapped(f"! {words}", max(8, width - 2))]


def _trend(share: Share, one: Reading, scene: Scene, width: int) -> str:
    """Return how a figure went while this board looked."""
    seen = [share(each) for each in scene.gauged.get(one.uuid, ())]
    known = [value for value in seen if value is not None]
    return spark(known, width, most=1.0) if len(known) > 1 and width else ""


def _table(newest: Sequence[Reading], scene: Scene, width: int) -> list[Line]:
    """Return a line for each of several GPUs; what has no room is left out."""
    names = _names(newest)
    first = max(3, *map(len, names))
    kept = list(FIGURES)
    while kept and _room(first, kept, width) < LEAST_TREND:
        kept.remove(min(kept, key=lambda each: each.worth))
    trend = max(LEAST_TREND, min(TREND_WIDTH, _room(first, kept, width)))
    head = pad("GPU", first) + "".join(f"  {each.head:>{each.width}}" for each in kept)
    lines: list[Line] = [((f" {head}", "faint"),)]
    for name, one in zip(names, newest, strict=True):
        lines.append(_row(pad(name, first), one, kept, scene, trend))
    return lines


def _room(first: int, kept: Sequence[Figure], width: int) -> int:
    """Return the cells that columns leave to the trend."""
    return width - first - sum(each.width + 2 for each in kept) - 4


def _row(name: str, one: Reading, kept: Sequence[Figure], scene: Scene, room: int) -> Line:
    if one.trouble:
        return ((f" {name}", "text"), (f"  ! {one.trouble}", "warn"))
    fresh = is_fresh(one, scene)
    calm = "strong" if fresh else "dim"
    cells: list[Span] = []
    for each in kept:
        said = pad(each.short(one), each.width).strip()
        cells.append((f"  {said:>{each.width}}", "warn" if each.alarming(one) else calm))
    busy = FIGURES[0].share
    trend = _trend(busy, one, scene, room) if fresh else figures.clock_time(one.at)
    label: Span = (f" {name}", "warn" if one.other_processes else "text")
    return (label, *cells, (f"  {trend}", "spark" if fresh else "warn"))


def _names(newest: Sequence[Reading]) -> list[str]:
    """Return what tells the GPUs apart."""
    several = len({one.host for one in newest}) > 1
    hosts = [f"{pad(one.host, 10).strip()}:" if several else "" for one in newest]
    return [
        f"{host}{one.index}{mark(one.other_processes)}"
        for host, one in zip(hosts, newest, strict=True)
    ]
