"""What the device does now, and what it was doing while candidates were timed."""

from collections.abc import Callable, Sequence
from itertools import islice

from fie_engine.model import RunState
from fie_engine.view.rows import CandidateRow
from fie_evaluator.results import Conditions
from fie_evaluator.timing.reading import Reading
from fie_evaluator.timing.telling import disturbances
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, spark, wrapped
from fie_tui.told.scene import Scene
from fie_tui.widgets.gpu_live import NAME_WIDTH, is_at_work, is_fresh, labelled, live_lines
from fie_tui.widgets.panel import Panel

HISTORY = 20
"Judgings that a trend covers."
LOOK_BACK = 200

Row = tuple[str, Callable[[Conditions], str], Callable[[Conditions], float]]
"A name, the value in words, and the value of the trend."


class Gpu(Panel):
    """The GPUs now, and beside the chosen candidate's judging; without a GPU the CPU."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []
        self._about: tuple[str, str] = ("", "")
        "Of which devices, and when or in whose judging."

    def begin(self, scene: Scene, width: int) -> None:
        """Read the newest heartbeat, and what was recorded beside the evaluations."""
        newest = list(islice(_with_conditions(scene), HISTORY))
        chosen = scene.chosen
        own = chosen if chosen is not None and _conditions(chosen) else (*newest, None)[0]
        told = _cpu_lines(scene, width) if own is None else _gpu_lines(own, newest, width)
        name = own.candidate.id if own is not None else ""
        live = scene.live.readings if scene.live else ()
        now = live_lines(live, scene, width) if live else []
        leads = bool(live) and is_at_work(scene)
        self._about = (_device(scene, live), _moment(live, scene) if leads else name)
        if not leads:
            self._lines = [*told, *(now or (_unread(scene) if own else []))]
            return
        heading: list[Line] = [((f" while {name} was timed", "dim"),)] if name else []
        self._lines = [*now, *heading, *told]

    def caption(self) -> Line:
        """Say which device, and when or in whose judging."""
        device, moment = self._about
        return ((f"{device} · ", "faint"), (moment, "title")) if moment else ()

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Line:
        """Return one line."""
        return self._lines[index]

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        return ("what the device was doing appears", "with the first judging")


def _device(scene: Scene, live: Sequence[Reading]) -> str:
    """Return the name of what is judged on, and how many there are."""
    device = scene.view.created.device if scene.view.created else ""
    return f"{len(live)} × {device}" if len(live) > 1 else device


def _unread(scene: Scene) -> list[Line]:
    """Say of a watched GPU that nobody reads it live, as on a cluster that has no job yet."""
    if scene.live is None or not is_at_work(scene):
        return []
    return [((" nothing is read live, only beside each judging", "dim"),)]


def _moment(live: Sequence[Reading], scene: Scene) -> str:
    """Return when the newest reading was taken."""
    newest = max(live, key=lambda one: one.at)
    return "now" if is_fresh(newest, scene) else f"as of {figures.clock_time(newest.at)}"


def _conditions(row: CandidateRow) -> Conditions | None:
    return row.evaluation.conditions if row.evaluation else None


def _with_conditions(scene: Scene) -> "islice[CandidateRow] | filter[CandidateRow]":
    """Return the newest candidates whose device was watched."""
    newest = islice(reversed(scene.view.candidates.values()), LOOK_BACK)
    return filter(_conditions, newest)


def _gpu_lines(own: CandidateRow, newest: list[CandidateRow], width: int) -> list[Line]:
    now = _conditions(own)
    assert now is not None, "only a candidate that was watched is told"
    history = [found for row in reversed(newest) if (found := _conditions(row))]
    trouble = "  ".join(f"! {one}" for one in disturbances(now))
    lines: list[Line] = [
        ((f" {text}", "warn"),) for text in wrapped(trouble, max(8, width - 2)) if text
    ]
    told = [(name, words(now), value) for name, words, value in READINGS if words(now)]
    longest = max(len(words) for _, words, _ in told)
    room = max(0, min(HISTORY, width - NAME_WIDTH - longest - 3))
    for name, words, value in told:
        trend = spark([value(one) for one in history], room) if len(history) > 1 and room else ""
        lines.append(labelled(name, words, longest, trend))
    throttled = sum(bool(one.throttled) for one in history)
    told_of = f" throttled in {throttled} of the last {len(history)} judgings"
    return [*lines, ((told_of, "warn" if throttled else "dim"),)]


def _cpu_lines(scene: Scene, width: int) -> list[Line]:
    """Say plainly that there is no GPU, and what is known of the CPU."""
    rows = (scene.chosen, scene.view.best, scene.view.seed)
    judged = next((row.evaluation for row in rows if row and row.evaluation), None)
    if judged is None:
        return []
    if not judged.device.startswith("CPU"):
        return [((f" {judged.device}: its driver told nothing of this judging", "dim"),)]
    told = [f"no GPU: judged on {judged.device}"]
    known = dict(judged.environment)
    if "cpu" in known:
        told.append(f"{known['cpu']}, {known.get('cpu threads', '?')} thread a judging")
    lines: list[Line] = [
        ((f" {text}", "text"),) for one in told for text in wrapped(one, max(8, width - 2))
    ]
    # While a search rests nothing is timed, and a resting board sends nothing.
    live = scene.live if scene.engine and scene.view.state is RunState.RUNNING else None
    if live is not None and live.load is not None:
        busy = live.load > live.cores
        words = f" load {live.load:.1f} on {live.cores} cores of {live.host}"
        lines.append(
            ((words + (": timings suffer" if busy else ""), "warn" if busy else "strong"),)
        )
    lines.append(((f" judged in {figures.duration(judged.seconds)} · {judged.timing}", "dim"),))
    return lines


def _clock(one: Conditions) -> str:
    lowest, median, highest = one.sm_clock_mhz
    return f"{median} MHz" + (f" ({lowest}–{highest})" if lowest != highest else "")


def _memory(one: Conditions) -> str:
    used, total = one.memory_used_mb, one.memory_total_mb
    return "" if used is None or not total else f"{used / 1024:.1f} of {total / 1024:.0f} GiB"


READINGS: tuple[Row, ...] = (
    ("SM clock", _clock, lambda one: one.sm_clock_mhz[1]),
    ("power", lambda one: f"{one.power_w:.0f} W", lambda one: one.power_w),
    ("temperature", lambda one: f"{one.temperature_c} °C", lambda one: one.temperature_c),
    (
        "busy",
        lambda one: "" if one.utilisation_pct is None else f"{one.utilisation_pct} %",
        lambda one: one.utilisation_pct or 0,
    ),
    ("memory", _memory, lambda one: one.memory_used_mb or 0),
    (
        "memory clock",
        lambda one: f"{one.memory_clock_mhz} MHz",
        lambda one: one.memory_clock_mhz,
    ),
)
