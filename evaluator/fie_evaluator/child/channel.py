"""Messages between processes: one JSON line each, over a socket."""

import contextlib
import socket
from typing import Any, TypeVar

import msgspec

LONGEST_MESSAGE = 16 * 1024 * 1024
"Bytes; a peer that sends a longer line is treated as gone."

M = TypeVar("M")


class ChannelClosed(Exception):
    """The other end is gone, or sends what no message can be."""


class Channel:
    """One end of a socket that carries JSON lines."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()

    def fileno(self) -> int:
        """The socket's descriptor, for `select`."""
        return self._connection.fileno()

    def send(self, message: object) -> None:
        """Send one message; ChannelClosed when nobody listens."""
        line = msgspec.json.encode(message, enc_hook=str) + b"\n"
        try:
            self._connection.sendall(line)
        except OSError as error:
            raise ChannelClosed(str(error)) from error

    def fill(self) -> None:
        """Read what has arrived; blocks only when nothing has."""
        try:
            received = self._connection.recv(1 << 16)
        except OSError as error:
            raise ChannelClosed(str(error)) from error
        if not received or len(self._buffer) > LONGEST_MESSAGE:
            raise ChannelClosed("end of messages")
        self._buffer += received

    def take(self, kind: type[M] | Any) -> M | None:
        """Return the next message that has arrived whole, decoded as `kind`; None if none has."""
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            message: M = msgspec.json.decode(line, type=kind, dec_hook=_from_text)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise ChannelClosed(f"not a message: {error}") from error
        return message

    def receive(self, kind: type[M] | Any) -> M:
        """Wait for the next message."""
        while True:
            message: M | None = self.take(kind)
            if message is not None:
                return message
            self.fill()

    def shut_down(self) -> None:
        """End the conversation for both ends; a reader here or there wakes up."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close this end."""
        self._connection.close()


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets; neither is inherited by a started program."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def _from_text(kind: Any, text: Any) -> Any:
    return kind(text)
