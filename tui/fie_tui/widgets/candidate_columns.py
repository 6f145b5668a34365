"""Columns of the candidates' list that come with its width."""

from collections.abc import Callable
from dataclasses import dataclass

from fie_engine.view.rows import CandidateRow
from fie_tui.looks.ink import Span, pad
from fie_tui.told.costs import short
from fie_tui.told.scene import Scene

ROOM_FOR_NOTE = 13
"Cells that the last column keeps."


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its title and what it says of a candidate."""

    title: str
    width: int
    "With the blank after it."
    cell: Callable[[Scene, CandidateRow], tuple[str, str]]
    "Returns the text and its ink."
    is_known: Callable[[Scene], bool] = lambda scene: True
    "Whether a run has such figures at all."


def columns(scene: Scene, room: int) -> list[Column]:
    """Return the columns that fit into `room` cells beside the note, the most telling first."""
    chosen: list[Column] = []
    for column in filter(lambda one: one.is_known(scene), COLUMNS):
        taken = sum(one.width for one in chosen) + column.width
        if taken + ROOM_FOR_NOTE > room:
            break
        chosen.append(column)
    return chosen


def cells(chosen: list[Column], scene: Scene, row: CandidateRow) -> list[Span]:
    """Return a candidate's cells."""
    spans: list[Span] = []
    for column in chosen:
        text, ink = column.cell(scene, row)
        spans.append((pad(text, column.width - 1) + " ", ink))
    return spans


def _parent(scene: Scene, row: CandidateRow) -> tuple[str, str]:
    return (*row.candidate.parents, "–")[0], "dim"


def _registers(scene: Scene, row: CandidateRow) -> tuple[str, str]:
    """Return the most registers of its kernels, and the bytes that they spill."""
    build = row.evaluation.build if row.evaluation else ()
    if not build:
        return "–", "faint"
    spills = sum(kernel.spills for kernel in build)
    most = max(kernel.registers for kernel in build)
    return (f"{most} !{spills}B", "warn") if spills else (str(most), "dim")


def _proposer(scene: Scene, row: CandidateRow) -> tuple[str, str]:
    return row.candidate.model, "dim"


def _cost(scene: Scene, row: CandidateRow) -> tuple[str, str]:
    money = scene.view.money
    amount = money.of(row.candidate.id).amount(money.unit)
    return (short(money.unit, amount), "dim") if amount else ("–", "faint")


def _is_built(scene: Scene) -> bool:
    reference = scene.view.best or scene.view.seed
    return bool(reference and reference.evaluation and reference.evaluation.build)


COLUMNS = (
    Column(title="registers", width=10, cell=_registers, is_known=_is_built),
    Column(title="parent", width=7, cell=_parent),
    Column(
        title="cost",
        width=8,
        cell=_cost,
        is_known=lambda scene: scene.view.money.total.replies > 0,
    ),
    Column(title="gen", width=4, cell=lambda scene, row: (str(row.candidate.generation), "dim")),
    Column(title="proposed by", width=15, cell=_proposer),
)
"The most telling first."
