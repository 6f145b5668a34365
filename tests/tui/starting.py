"""A start screen on a folder of real runs, driven by keys."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from fie_tui.session.answer import Answer
from fie_tui.start import StartApp

PATIENCE = 2000
"Looks until a thread's work must have come; each is a few milliseconds."

NOW = 1000.0 + 7200


@dataclass
class Start:
    """A running start screen and the hands on its keys."""

    app: StartApp
    pilot: Pilot[Answer]

    async def press(self, *keys: str) -> None:
        """Press keys and let the screen settle."""
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        await self.press(*("space" if one == " " else one for one in text))

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the threads work until something holds."""
        for _ in range(PATIENCE):
            if holds():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.005)
        raise AssertionError(f"it never came to hold:\n{self.text}")

    @property
    def lines(self) -> list[str]:
        """The screen's text, line by line."""
        strips = self.app.screen._compositor.render_strips()[: self.app.size.height]
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The screen's text."""
        return "\n".join(self.lines)


@asynccontextmanager
async def started(
    runs_root: Path,
    *,
    size: tuple[int, int] = (120, 40),
    environ: Mapping[str, str] | None = None,
    before: Answer | None = None,
    trouble: str = "",
    place: tuple[str, ...] = (),
) -> AsyncIterator[Start]:
    """Open the start screen and wait until every run is read."""
    app = StartApp(
        runs_root,
        environ or {},
        place=place,
        before=before or Answer(),
        trouble=trouble,
        clock=lambda: NOW,
    )
    async with app.run_test(size=size) as pilot:
        start = Start(app, pilot)
        await start.until(lambda: app.complete)
        yield start
