"""What models are saying at this moment: kept in memory only, for the heartbeat to show."""

from collections.abc import Container

from fie_engine.live import Utterance
from fie_engine.propose.replies import spoken

LONGEST_SHOWN = 48_000
"Characters of all replies together that a heartbeat carries."


class Overheard:
    """The newest state of each reply under way; a hook for whoever streams them."""

    def __init__(self) -> None:
        self._said: dict[int, str] = {}

    def hear(self, proposal: int, text: str) -> None:
        """Take in all that a reply says so far; called for each piece that arrives."""
        self._said[proposal] = text

    def replies(self, under_way: Container[int]) -> tuple[Utterance, ...]:
        """Return the replies that are still under way, and forget the others."""
        self._said = {one: text for one, text in self._said.items() if one in under_way}
        room = LONGEST_SHOWN // max(1, len(self._said))
        return tuple(
            Utterance(proposal=number, text=spoken(text)[:room], characters=len(text))
            for number, text in self._said.items()
        )
