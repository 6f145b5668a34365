"""A board on a canned run, driven by keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tests.tui.canned import CannedRun
from textual.events import Key
from textual.pilot import Pilot
from textual.strip import Strip

from fie_engine.commands import Command
from fie_tui.app import DEFAULT_LOOKS, BoardApp
from fie_tui.keys.hand import NOBODY
from fie_tui.keys.table import USUAL_KEYS, KeyTable
from fie_tui.looks.wanted import Looks
from fie_tui.messages import Leaving

NAMES = {
    " ": "space",
    "/": "slash",
    ":": "colon",
    "-": "minus",
    "_": "underscore",
    ">": "greater_than_sign",
}
"Of the keys that no letter or digit names."
CHARACTERS = {name: character for character, name in NAMES.items()}

PATIENCE = 500
"Looks until a thread's work must have come; each is a few milliseconds."


class FakeEngine:
    """An engine in this process that only counts its wakings."""

    def __init__(self, alive: bool = True) -> None:
        self.wakings = 0
        self.living = alive

    def wake(self) -> None:
        self.wakings += 1

    def alive(self) -> bool:
        return self.living


@dataclass
class Board:
    """A running board and the hands on its keys."""

    app: BoardApp
    pilot: Pilot[Leaving]
    run: CannedRun

    async def press(self, *keys: str) -> None:
        """Press keys and let the board settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def burst(self, *keys: str) -> None:
        """Let all keys arrive at once, as a terminal over a slow link sends them."""
        for key in keys:
            character = CHARACTERS.get(key, key if len(key) == 1 else None)
            self.app.post_message(Key(NAMES.get(key, key), character))
        await self.pilot.pause()
        await self.until(lambda: not self.app._working)
        await self.pilot.pause()

    async def sent(self) -> list[Command]:
        """Return the commands once at least one has gone out."""
        await self.until(lambda: self.run.sent)
        return self.run.sent

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the threads work until something holds."""
        for _ in range(PATIENCE):
            if holds():
                return
            await self.pilot.pause(0.005)
        raise AssertionError("it never came to hold")

    async def caught_up(self) -> None:
        """Let the board take in the whole record and repaint."""
        record = self.run.record
        await self.until(lambda: self.app.view.last_seq == len(record) and not self.app.loading)
        self.app.tick()
        await self.pilot.pause()

    async def read_kernel(self) -> None:
        """Let the diff of what is shown arrive, in colours."""
        await self.until(lambda: self.app.board.scene().kernel is not None)
        kernel = self.app.board.scene().kernel
        assert kernel is not None
        if kernel.diff is not None and kernel.diff.lines:
            await self.until(self._is_coloured)
        await self.pilot.pause()

    def _is_coloured(self) -> bool:
        kernel = self.app.board.scene().kernel
        return bool(kernel and kernel.diff and any(one.pieces for one in kernel.diff.lines))

    @property
    def lines(self) -> list[str]:
        """The screen's text, line by line."""
        return [strip.text.rstrip() for strip in self.strips]

    @property
    def strips(self) -> list[Strip]:
        """The screen as it is drawn, line by line."""
        return self.app.screen._compositor.render_strips()[: self.app.size.height]

    @property
    def text(self) -> str:
        """The screen's text."""
        return "\n".join(self.lines)


@asynccontextmanager
async def opened(
    run: CannedRun,
    *,
    size: tuple[int, int] = (120, 40),
    engine: FakeEngine | None = None,
    read_only: bool = False,
    looks: Looks = DEFAULT_LOOKS,
    keys: KeyTable = USUAL_KEYS,
) -> AsyncIterator[Board]:
    """Open a board on a run and wait until it has shown everything."""
    app = BoardApp(
        run,
        engine=engine,
        read_only=read_only,
        looks=looks,
        hand=replace(NOBODY, keys=keys),
        clock=lambda: run.now + 0.5,
    )
    async with app.run_test(size=size) as pilot:
        board = Board(app, pilot, run)
        await board.caught_up()
        yield board
