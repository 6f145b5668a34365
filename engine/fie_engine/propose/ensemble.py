"""Several models as one proposer: one of them answers each ask."""

import random
import time
from collections.abc import Callable, Sequence

from fie_engine.loop.outage import Outage
from fie_engine.propose.bandit import by_weight, by_yield
from fie_engine.propose.base import Ask, NoProposal, Proposal, Proposer, ProviderDown

Clock = Callable[[], float]
"Returns monotonic seconds."


class Ensemble:
    """Asks one model per ask; where its server can't serve, the next one."""

    def __init__(
        self,
        members: Sequence[tuple[Proposer, float]],
        *,
        adaptive: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        self._members = {member.title: member for member, _ in members}
        self._weights = {member.title: weight for member, weight in members}
        self._adaptive = adaptive
        self._outages = {name: Outage(clock) for name in self._members}
        self.absent: dict[str, str] = {}
        "Those whose server could not serve when it was asked last, and why."

    @property
    def title(self) -> str:
        """The models' names."""
        return " + ".join(self._members)

    async def propose(self, ask: Ask) -> Proposal:
        """Return a child by the first model whose server serves."""
        failures: list[ProviderDown] = []
        for name in self._order(ask):
            try:
                return await self._ask(name, ask)
            except ProviderDown as down:
                self._note_outage(name, down)
                failures.append(down)
        reason = "; ".join(dict.fromkeys(map(str, failures)))
        raise ProviderDown(reason, min(down.wait_s for down in failures))

    def reweigh(self, weights: Sequence[float], *, adaptive: bool) -> None:
        """Go by other weights from now on, in the order of the members."""
        self._weights = dict(zip(self._members, weights, strict=True))
        self._adaptive = adaptive

    async def close(self) -> None:
        """Close every model's connections."""
        for member in self._members.values():
            await member.close()

    async def _ask(self, name: str, ask: Ask) -> Proposal:
        try:
            proposal = await self._members[name].propose(ask)
        except NoProposal:
            self._note_answer(name)
            raise
        self._note_answer(name)
        return proposal

    def _note_answer(self, name: str) -> None:
        self.absent.pop(name, None)
        self._outages[name].is_over()

    def _note_outage(self, name: str, down: ProviderDown) -> None:
        self.absent[name] = str(down)
        self._outages[name].goes_on(down.wait_s)

    def _order(self, ask: Ask) -> list[str]:
        """Return whom to ask, in order: first those whose server served last time."""
        rng = random.Random(f"{ask.seed_rng}:{ask.proposal}:model")
        order = (
            by_yield(self._weights, ask.models, rng)
            if self._adaptive
            else by_weight(self._weights, rng)
        )
        if ask.mend is not None:
            author = ask.mend.model
            order.sort(key=lambda name: name != author)
        up = [name for name in order if name not in self.absent or self._outages[name].is_due()]
        return up or order
