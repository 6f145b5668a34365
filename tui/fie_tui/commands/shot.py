"""`fie-tui shot`: a picture of a run's board, drawn from the record without a terminal."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from fie_engine.record.rundir import RunDirectory, find_run
from fie_evaluator.errors import FieError
from fie_tui.app import BoardApp
from fie_tui.commands.show import find_row
from fie_tui.looks.picture import picture_of
from fie_tui.looks.plan import PANELS
from fie_tui.looks.wanted import Looks, looks_of_picture
from fie_tui.speech import note
from fie_tui.told.history import History, read
from fie_tui.told.moments import moment_of

LOOK_S = 0.05
"How long between two looks at a board that is being drawn."
SAME_LOOKS = 8
"Looks without a change after which a board counts as drawn: colours come last."
MOST_LOOKS = 400

BEST = "best"
"Stands for the best candidate, whichever that is."


class NoSuchPanel(FieError):
    """The board has no such panel: name one of its panels in lower case."""


class PictureNotDrawn(FieError):
    """The board did not come to rest: look at the run with `fie-tui attach` instead."""


def shoot(args: Namespace, runs_root: Path) -> int:
    """Write the picture; raises NoSuchRun, NoSuchCandidate or NoSuchPanel."""
    run = find_run(args.run, runs_root)
    picture = draw(
        run,
        args.size,
        looks_of_picture(args),
        candidate=args.candidate,
        panel=args.panel,
        at=args.at,
    )
    if str(args.output) == "-":
        sys.stdout.write(picture)
        return 0
    path = args.output or Path(f"{run.name}.svg")
    path.write_text(picture, encoding="utf-8")
    note(f"{args.size[0]}x{args.size[1]} written to {path}")
    return 0


def draw(
    run: RunDirectory,
    size: tuple[int, int],
    looks: Looks,
    *,
    candidate: str = "",
    panel: str = "",
    at: str | None = None,
) -> str:
    """Return the board as SVG, at the time of the run's last sign of life."""
    history = read(run)
    event = moment_of(history.view, at) if at is not None else 0
    if candidate == BEST:
        candidate = history.view.best_candidate
    if candidate:
        find_row(history, candidate)
    if panel and panel not in PANELS:
        raise NoSuchPanel(f"the board has no panel {panel!r}: {', '.join(PANELS)}")
    still = _last_sign(history)
    board = BoardApp(run, engine=None, looks=looks, clock=lambda: still, at=event)
    pictures: list[str] = []

    async def pose(pilot: Pilot[object]) -> None:
        await _until(lambda: board.view.last_seq >= history.view.last_seq and not board.loading)
        if event:
            await _until(lambda: board.replay.view is not None)
        _arrange(board, candidate, panel)
        pictures.append(await _at_rest(board))
        board.exit()

    board.run(headless=True, size=size, auto_pilot=pose)
    if not pictures:
        raise PictureNotDrawn("the board did not come to rest")
    return pictures[0]


def _last_sign(history: History) -> float:
    live = history.run.live() if history.running else None
    return max(history.view.last_at, live.at if live else 0.0)


def _arrange(board: BoardApp, candidate: str, panel: str) -> None:
    if candidate:
        board.board.pick(candidate)
    if panel:
        board.board.focus_panel(panel)
        board.board.sight = replace(board.board.sight, zoomed=True)
        board.board.rearrange()
    board.tick()


async def _at_rest(board: BoardApp) -> str:
    """Return the picture once it has stopped changing."""
    seen, same = "", 0
    for _ in range(MOST_LOOKS):
        await asyncio.sleep(LOOK_S)
        picture = picture_of(board)
        same = same + 1 if picture == seen else 0
        seen = picture
        if same == SAME_LOOKS:
            break
    return seen


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(MOST_LOOKS):
        if holds():
            return
        await asyncio.sleep(LOOK_S)
    raise PictureNotDrawn("the record was not read in time")
