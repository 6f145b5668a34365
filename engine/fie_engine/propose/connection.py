"""The SDK's client for one server, and what tells of each piece that it receives."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from fie_engine.propose.endpoint import Endpoint, is_loopback

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Heard = Callable[[], None]
"Called for whatever bytes a server sends, comments that keep a line open included."


def connect(endpoint: Endpoint) -> "AsyncOpenAI":
    """Return a client that took nothing from the environment but proxies; imports openai."""
    import openai

    client = openai.AsyncOpenAI(
        api_key=endpoint.api_key.reveal() or "none",
        admin_api_key="",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=endpoint.timeout_s,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=not is_loopback(endpoint.base_url)),
    )
    client.organization = client.project = client.webhook_secret = None
    client._custom_headers = {}  # OPENAI_CUSTOM_HEADERS may hold another server's key
    return client


def overhear(response: Any, heard: Heard) -> None:
    """Have `heard` called for each piece of a response's body; imports httpx2."""
    import httpx2

    class Overheard(httpx2.AsyncByteStream):
        """A body that tells of each piece."""

        def __init__(self, body: Any) -> None:
            self._body = body

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in self._body:
                heard()
                yield piece

        async def aclose(self) -> None:
            await self._body.aclose()

    response.stream = Overheard(response.stream)
