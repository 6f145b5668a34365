"""A daemon thread that serves the board until it is told to close."""

import threading


class ServiceThread:
    """Sleeps until woken; leaving the board never waits for it longer than asked."""

    def __init__(self, name: str) -> None:
        self._waking = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    def start(self) -> None:
        """Begin serving."""
        self._thread.start()

    def close(self) -> None:
        """Ask the thread to end; doesn't wait for a slow disk."""
        self._closing = True
        self._waking.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread's end; whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _serve(self) -> None:
        raise NotImplementedError
