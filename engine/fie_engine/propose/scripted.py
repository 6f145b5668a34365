"""A proposer that replays known sources: for replays and deterministic tests."""

from collections.abc import Callable

from fie_engine.model import Origin
from fie_engine.propose.base import Ask, NoProposal, Proposal

Script = Callable[[Ask], str]
"Returns the child's source, or raises NoProposal or ProviderDown."


class ScriptedProposer:
    """Answers each ask with `script(ask)`, at once."""

    title = "scripted"

    def __init__(self, script: Script) -> None:
        self._script = script

    async def propose(self, ask: Ask) -> Proposal:
        """Return the script's child of the ask's parent."""
        return Proposal(
            source=self._script(ask),
            parents=(ask.parent.candidate.id,),
            origin=Origin.OPERATOR,
            model=self.title,
            note=f"scripted #{ask.proposal}",
        )

    async def close(self) -> None:
        """Nothing to let go of."""


def one_by_one(sources: tuple[str, ...]) -> Script:
    """Return a Script that gives source n to proposal n, and then no more."""

    def script(ask: Ask) -> str:
        if ask.proposal > len(sources):
            raise NoProposal("the script is over")
        return sources[ask.proposal - 1]

    return script
