"""Work beside the board: in a thread of its own, with a word when it is done."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from fie_evaluator.errors import FieError

if TYPE_CHECKING:
    from fie_tui.app import BoardApp


def aside(app: "BoardApp", what: str, work: Callable[[], str]) -> None:
    """Do something slow, then say what it returned or why it failed."""

    def do() -> None:
        try:
            words = work()
        except (FieError, OSError) as error:
            words = f"{what}: {error}"
        try:
            app.call_from_thread(app.board.say, words)
        except RuntimeError:
            # The board was left meanwhile: nobody is there to tell.
            return

    # A daemon: leaving the board waits for no slow disk.
    threading.Thread(target=do, name=what, daemon=True).start()
