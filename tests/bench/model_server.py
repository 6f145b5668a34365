"""A model server that takes a fixed time to answer, however many ask: a whole new program each.

python -m tests.bench.model_server --seconds 2 prints its base URL and serves until it is ended.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from itertools import count
from typing import Any

PROGRAM = """# EVOLVE-BLOCK-START
VERSION = {version}


def kernel(x):
    return x * VERSION
# EVOLVE-BLOCK-END
"""
MODEL = "fixed-time"


def program(version: int) -> str:
    """Return a program that no other version equals."""
    return PROGRAM.format(version=version)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True)
    args = parser.parse_args(argv)
    asyncio.run(serve(args.seconds))
    return 0


async def serve(seconds: float) -> None:
    """Listen on a free loopback port and say which."""
    versions = count(1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await read_request(reader):
                await answer(request, writer, seconds, versions)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def read_request(reader: asyncio.StreamReader) -> dict[str, Any]:
    """Return a request's path and JSON body; empty at the connection's end."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return {"path": first.split(" ")[1], "body": json.loads(body) if body else {}}


async def answer(
    request: dict[str, Any], writer: asyncio.StreamWriter, seconds: float, versions: "count[int]"
) -> None:
    """Answer one request, in one piece or as a stream."""
    if not request["path"].endswith("/chat/completions"):
        await say(writer, "application/json", json.dumps(models()))
        return
    await asyncio.sleep(seconds)
    text = f"```python\n{program(next(versions))}```\n"
    if request["body"].get("stream"):
        await say(writer, "text/event-stream", streamed(text))
    else:
        await say(writer, "application/json", json.dumps(whole(text)))


async def say(writer: asyncio.StreamWriter, kind: str, body: str) -> None:
    """Write one response."""
    payload = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(payload)}\r\n\r\n"
    writer.write(head.encode() + payload)
    await writer.drain()


def models() -> dict[str, Any]:
    """Return the model list."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model"}]}


def whole(text: str) -> dict[str, Any]:
    """Return a completion in one piece."""
    message = {"role": "assistant", "content": text}
    return frame(message=message, finish_reason="stop") | {"usage": usage(text)}


def streamed(text: str) -> str:
    """Return a completion as server-sent events."""
    frames = [
        frame(delta={"content": text}, finish_reason=None),
        frame(delta={}, finish_reason="stop"),
        frame() | {"choices": [], "usage": usage(text)},
    ]
    return "".join(f"data: {json.dumps(each)}\n\n" for each in frames) + "data: [DONE]\n\n"


def frame(**choice: Any) -> dict[str, Any]:
    """Return what both kinds of answers have in common."""
    kind = "chat.completion" if "message" in choice else "chat.completion.chunk"
    choices = [{"index": 0, **choice}]
    return {"id": "1", "object": kind, "created": 1, "model": MODEL, "choices": choices}


def usage(text: str) -> dict[str, int]:
    """Return made-up token counts."""
    tokens = len(text) // 4
    return {"prompt_tokens": 1000, "completion_tokens": tokens, "total_tokens": 1000 + tokens}


if __name__ == "__main__":
    sys.exit(main())
