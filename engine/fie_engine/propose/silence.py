"""How long a server is silent: while it speaks to one ask, the others wait in its queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Silence:
    """The limits of all requests to one server; a word to any of them begins each anew."""

    def __init__(self) -> None:
        self._limits: dict[asyncio.Timeout, float] = {}

    @asynccontextmanager
    async def limited(self, seconds: float) -> AsyncIterator[None]:
        """Raise TimeoutError inside once the server says nothing to anyone for so long."""
        async with asyncio.timeout(seconds) as limit:
            self._limits[limit] = seconds
            try:
                yield
            finally:
                del self._limits[limit]

    def heard(self) -> None:
        """Take note that the server speaks."""
        now = asyncio.get_running_loop().time()
        for limit, seconds in self._limits.items():
            if not limit.expired():
                limit.reschedule(now + seconds)
