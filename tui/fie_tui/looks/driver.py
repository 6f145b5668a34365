"""Textual's terminal driver with a gauge on what it writes."""

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from fie_tui.looks.link import Gauge


class GaugedDriver(LinuxDriver):
    """Writes to the terminal through a gauge."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        assert self._file is not None, "a board is opened on a terminal only"
        self.gauge = Gauge(self._file)
        self._file = self.gauge  # type: ignore[assignment]
