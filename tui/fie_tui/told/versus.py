"""Two runs side by side: on what terms, how good, by which workloads, at what cost."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fie_engine.events import RunCreated
from fie_engine.record.rundir import RunDirectory
from fie_engine.view.run import RunView
from fie_evaluator.results import WorkloadResult
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, end_of, pad, wrapped
from fie_tui.told import costs
from fie_tui.told.history import read

TERMS = ("track", "definition", "device", "timing", "score_name")
"What must agree for scores to compare."


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two runs."""

    name: str
    state: str
    view: RunView
    settings: Mapping[str, str]
    "As launched, by dotted key."


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """Two runs, read."""

    left: Side
    right: Side


def versus_of(left: Path, right: Path) -> Versus:
    """Read two runs; raises RunError."""
    return Versus(left=_side(left), right=_side(right))


def _side(path: Path) -> Side:
    run = RunDirectory(path)
    history = read(run)
    run.close()
    return Side(
        name=path.name,
        state=history.state,
        view=history.view,
        settings=_settings(path / "run.toml"),
    )


def _settings(path: Path) -> dict[str, str]:
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(_flat(tree, ""))


def _flat(tree: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", f"{value}"


def differing_settings(versus: Versus) -> list[tuple[str, str, str]]:
    """Return key and both values where the two runs were launched with other settings."""
    left, right = versus.left.settings, versus.right.settings
    return [
        (key, left.get(key, "–"), right.get(key, "–"))
        for key in sorted(left.keys() | right.keys())
        if left.get(key) != right.get(key)
    ]


def not_comparable(versus: Versus) -> list[str]:
    """Return which terms differ, so that the scores must not be compared."""
    left, right = versus.left.view.created, versus.right.view.created
    if left is None or right is None:
        return []
    return [term.replace("_", " ") for term in TERMS if getattr(left, term) != getattr(right, term)]


def versus_lines(versus: Versus, width: int) -> list[Line]:
    """Return the comparison as lines of at most this width."""
    table = _Table(versus, width)
    lines: list[Line] = [table.heads()]
    if terms := not_comparable(versus):
        warning = f"! {', '.join(terms)} differ: the scores below must not be compared"
        lines += [((f" {line}", "warn"),) for line in wrapped(warning, width - 2)]
    lines += [table.row(*row) for row in _facts(versus)]
    lines += [(), *_verdict(versus, width), ()]
    lines += [(("Settings that differ", "focus"),)]
    settings = differing_settings(versus)
    lines += [table.row(*row) for row in settings] or [(("  none", "dim"),)]
    lines += [(), (("Workloads, the best of each", "focus"),), *_workloads(versus, table)]
    return lines


@dataclass(frozen=True, slots=True)
class _Table:
    """Three columns: what it is, and the two values."""

    versus: Versus
    width: int

    @property
    def label_width(self) -> int:
        return max(12, min(30, self.width // 4))

    @property
    def value_width(self) -> int:
        return max(8, (self.width - self.label_width - 5) // 2)

    def heads(self) -> Line:
        return self._line("", self.versus.left.name, self.versus.right.name, "strong")

    def row(self, label: str, left: str, right: str) -> Line:
        return self._line(label, left, right, "text" if left != right else "dim")

    def _line(self, label: str, left: str, right: str, ink: str) -> Line:
        room = self.value_width
        return (
            (f"  {pad(label, self.label_width)} ", "dim"),
            (pad(_told(left, room), room) + "  ", ink),
            (pad(_told(right, room), room), ink),
        )


def _told(value: str, room: int) -> str:
    return end_of(value, room) if value.startswith("/") else value


def _facts(versus: Versus) -> Iterator[tuple[str, str, str]]:
    left, right = versus.left, versus.right
    yield "state", left.state, right.state
    for term in (*TERMS, "proposer"):
        yield (
            term.replace("_", " "),
            _term(left.view.created, term),
            _term(right.view.created, term),
        )
    yield "best", _best(left.view), _best(right.view)
    yield "against its seed", _gain(left.view), _gain(right.view)
    yield "iterations", _tried(left.view), _tried(right.view)
    yield "failed", _failed(left.view), _failed(right.view)
    yield "searched for", _hours(left.view), _hours(right.view)
    yield "cost", _cost(left.view), _cost(right.view)


def _term(created: RunCreated | None, term: str) -> str:
    return "–" if created is None else str(getattr(created, term))


def _best(view: RunView) -> str:
    return f"{figures.of(view.best)} {view.best_candidate}" if view.best else "–"


def _gain(view: RunView) -> str:
    return figures.versus_seed(view.best, view.seed) or "–"


def _tried(view: RunView) -> str:
    return f"{view.iterations} of {view.created.iterations}" if view.created else "–"


def _failed(view: RunView) -> str:
    return f"{view.failures} of {view.evaluations}"


def _hours(view: RunView) -> str:
    return figures.duration(view.money.spent(view.last_at).hours * 3600)


def _cost(view: RunView) -> str:
    return costs.cost_told(view.money.total) or "–"


def _verdict(versus: Versus, width: int) -> list[Line]:
    text, ink = verdict(versus)
    return [((f"  {line}", ink),) for line in wrapped(text, width - 3)]


def verdict(versus: Versus) -> tuple[str, str]:
    """Say which is better, unless their noise says nothing; with the ink to say it in."""
    left, right = versus.left.view.best, versus.right.view.best
    if left is None or right is None or not_comparable(versus):
        return "no verdict: the two can't be compared", "dim"
    if not left.unit or left.score <= 0 or right.score <= 0:
        ahead = versus.left.name if left.score > right.score else versus.right.name
        return f"{ahead} has the higher score", "strong"
    noise = math.hypot(left.noise, right.noise)
    ratio = right.score / left.score
    if abs(ratio - 1) <= noise:
        return f"= no clear difference: {ratio - 1:+.1%}, within the noise of ±{noise:.1%}", "dim"
    name, times = (versus.right.name, ratio) if ratio > 1 else (versus.left.name, 1 / ratio)
    faster = f"{figures.change(times - 1)} ±{noise:.1%}"
    return f"▲ {name} is ahead: {faster} (each timed in its own run, not in turns)", "good"


def _workloads(versus: Versus, table: _Table) -> list[Line]:
    left, right = _results(versus.left.view), _results(versus.right.view)
    labels = list(dict.fromkeys((*left, *right)))
    if not labels:
        return [(("  nothing judged yet", "dim"),)]
    return [_workload(label, left.get(label), right.get(label), table) for label in labels]


def _results(view: RunView) -> dict[str, WorkloadResult]:
    judged = view.best.evaluation if view.best else None
    return {one.label: one for one in judged.results} if judged else {}


def _workload(
    label: str, left: WorkloadResult | None, right: WorkloadResult | None, table: _Table
) -> Line:
    change = _change(left, right)
    spans: list[Span] = [
        (f"  {pad(label, table.label_width)} ", "dim"),
        (pad(_latency(left), table.value_width) + "  ", "text"),
        (pad(_latency(right), max(8, table.value_width - 12)), "text"),
        change,
    ]
    return spans


def _latency(result: WorkloadResult | None) -> str:
    if result is None or result.median_ms is None:
        return "–"
    spread = f" ±{result.spread_ms / result.median_ms:.1%}" if result.spread_ms else ""
    speedup = f"  {result.reference_ms / result.median_ms:.2f}x" if result.reference_ms else ""
    return f"{figures.milliseconds(result.median_ms)}{spread}{speedup}"


def _change(left: WorkloadResult | None, right: WorkloadResult | None) -> Span:
    """Return what the right one gains on a workload; within the noise it is no change."""
    if left is None or right is None or not left.median_ms or not right.median_ms:
        return ("", "dim")
    ratio = left.median_ms / right.median_ms
    noise = math.hypot(
        (left.spread_ms or 0) / left.median_ms, (right.spread_ms or 0) / right.median_ms
    )
    if abs(ratio - 1) <= noise:
        return (f"= {ratio - 1:+.1%}", "dim")
    sign, ink = ("▲", "good") if ratio > 1 else ("▼", "bad")
    return (f"{sign} {figures.change(ratio - 1)}", ink)
