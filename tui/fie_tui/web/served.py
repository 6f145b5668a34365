"""The read-only board behind a page: `python -m fie_tui.web.served RUN`, for `fie-tui serve`."""

import os
import sys
from pathlib import Path

from fie_engine.record.rundir import RunDirectory
from fie_tui.app import BoardApp


class ServedBoard(BoardApp):
    """Ends with the server that started it, however that ends."""

    def __init__(self, run: RunDirectory) -> None:
        super().__init__(run, engine=None, read_only=True)
        self._server = os.getppid()

    def tick(self) -> None:
        """Leave once the server is gone."""
        if os.getppid() != self._server:
            self.exit("quit")
        else:
            super().tick()


def main() -> None:
    """Show the run until the page is closed."""
    ServedBoard(RunDirectory(Path(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
