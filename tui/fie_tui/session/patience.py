"""Keys that are typed ahead wait for the screen that they are meant for."""

import asyncio
from collections import deque
from typing import TypeVar

from textual.app import App
from textual.events import Event, Key

Returned = TypeVar("Returned")

LOOK_S = 0.001
"Between two looks at whether a key has been dealt with."

PATIENCE_S = 0.5
"How long a key may take; a screen that closes may swallow one without a word."


class PatientApp(App[Returned]):
    """Deals with one key after the other.

    Textual hands on the next key before the last one has opened its screen, so that part of
    `:fork best` would be lost, and the rest would act on its own.
    """

    _typed: deque[Key]
    _working = False
    _back: Key | None = None
    "The key that went through all widgets and came back last."

    async def on_event(self, event: Event) -> None:
        """Take keys in turn; anything else at once."""
        if not isinstance(event, Key):
            await super().on_event(event)
        elif event.is_forwarded:
            await super().on_event(event)
            self._back = event
        else:
            self._line_up(event)

    def _line_up(self, key: Key) -> None:
        if not self._working:
            self._working, self._typed = True, deque()
            self._worker = asyncio.create_task(self._work_off())
        self._typed.append(key)

    async def _work_off(self) -> None:
        await asyncio.sleep(0)
        try:
            while self._typed and self.screen_stack:
                await self._deal_with(self._typed.popleft())
        except Exception as error:  # noqa: BLE001
            # As Textual does with what goes wrong while it deals with a key.
            self._handle_exception(error)
        finally:
            self._working = False

    async def _deal_with(self, key: Key) -> None:
        until = asyncio.get_running_loop().time() + PATIENCE_S
        await self.screen._mounted_event.wait()
        await super().on_event(key)
        while self._is_under_way(key) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(LOOK_S)

    def _is_under_way(self, key: Key) -> bool:
        """Whether a key, or a message that it led to, is still in some queue."""
        if not key.is_forwarded or not self.screen_stack:
            return False  # Without a screen the board is being left.
        if self._back is not key and not key._stop_propagation:
            return True
        front = self.focused or self.screen
        return any(node.message_queue_size for node in front.ancestors_with_self)
