"""The command palette's entries; made from the table of actions."""

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from fie_tui.keys.actions import Action
from fie_tui.keys.keymap import offered

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


class ActionCommands(Provider):
    """Offers what can be done now."""

    @property
    def _board(self) -> "BoardScreen":
        from fie_tui.screens.board import BoardScreen

        assert isinstance(self.screen, BoardScreen)
        return self.screen

    def _title(self, action: Action) -> str:
        return f"{action.label_in(self._board.situation)}  ({action.shown})"

    async def discover(self) -> Hits:
        """Offer everything while nothing is typed."""
        for action in offered(self._board.situation):
            yield DiscoveryHit(
                self._title(action), lambda one=action: self._board.act(one.id), help=action.help
            )

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for action in offered(self._board.situation):
            title = self._title(action)
            score = max(matcher.match(title), matcher.match(action.help))
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(title),
                    lambda one=action: self._board.act(one.id),
                    help=action.help,
                )
