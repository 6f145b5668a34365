"""A headless Chromium, driven over its debugging protocol."""

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "")
"Empty where there is none: the tests that need it are skipped."

PATIENCE_S = 60.0


@dataclass
class Tab:
    """A page, what its web sockets received, and what it asked for."""

    socket: aiohttp.ClientWebSocketResponse
    received: bytearray = field(default_factory=bytearray)
    requested: list[str] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    "Status by address."
    _number: int = 0

    async def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        number = self._number
        await self.socket.send_json({"id": number, "method": method, "params": params})
        while True:
            message = await self._next()
            if message.get("id") == number:
                result: dict[str, Any] = message.get("result", {})
                return result

    async def until(self, holds: Callable[[], object]) -> None:
        """Listen until something holds."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await self._next()

    async def evaluate(self, expression: str) -> Any:
        """Return what an expression comes to in the page."""
        result = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def go(self, address: str) -> None:
        """Open another address in the page."""
        await self.ask("Page.navigate", url=address)

    async def type(self, keys: str) -> None:
        """Press keys in the terminal that the page shows."""
        await self.evaluate("document.querySelector('.xterm-helper-textarea').focus()")
        for key in keys:
            await self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def shows(self, expression: str) -> None:
        """Wait until an expression holds in the page."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.evaluate(expression):
                await asyncio.sleep(0.05)

    async def picture(self) -> bytes:
        """Return the page as PNG."""
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])

    async def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = await self.socket.receive_json(timeout=PATIENCE_S)
        params = message.get("params", {})
        if message.get("method") == "Network.webSocketFrameReceived":
            payload = params["response"]
            if payload["opcode"] == 2:
                self.received += base64.b64decode(payload["payloadData"])
        if message.get("method") == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])
        if message.get("method") == "Network.responseReceived":
            self.answered[params["response"]["url"]] = params["response"]["status"]
        return message


@asynccontextmanager
async def opened_tab(profile: Path, address: str) -> AsyncIterator[Tab]:
    """Open a page in a browser of its own."""
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--no-first-run", "--disable-extensions", "--window-size=1400,900"),
        *("--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(profile)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                pages = json.loads(await answer.text())
            target = next(one for one in pages if one["type"] == "page")
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab = Tab(socket)
                await tab.ask("Network.enable")
                await tab.ask("Page.enable")
                await tab.go(address)
                yield tab
    finally:
        process.terminate()
        await process.communicate()


async def _port(profile: Path) -> int:
    """Return the debugging port, which the browser writes into its profile."""
    told = profile / "DevToolsActivePort"
    async with asyncio.timeout(PATIENCE_S):
        while not (told.exists() and told.read_text()):
            await asyncio.sleep(0.02)
    return int(told.read_text().splitlines()[0])
