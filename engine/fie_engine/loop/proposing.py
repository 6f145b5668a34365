"""The asking half of an engine: when a child is asked for, and what becomes of the answer."""

from collections.abc import Mapping

from fie_engine import events as e
from fie_engine.loop.inflight import InFlight
from fie_engine.loop.lanes import Lane, Lanes
from fie_engine.loop.outage import Outage
from fie_engine.loop.pace import Limits
from fie_engine.model import Exchange, RunState, Usage
from fie_engine.propose.base import Ask, Mend, NoProposal, Proposal, Proposer, ProviderDown
from fie_engine.propose.ensemble import Ensemble
from fie_engine.propose.source import digest
from fie_engine.record.history import Record

SERVER = "the model server answers"
"What a pause waits for that a server brought about."


class Proposing:
    """Keeps the proposers as busy as the lanes allow."""

    def __init__(self, record: Record, in_flight: InFlight, lanes: Lanes) -> None:
        self._record = record
        self._in_flight = in_flight
        self._lanes = lanes
        self._outage = Outage(record.writer.clock)

    def limit(self, limits: Limits) -> None:
        """Go by other limits from now on; what is in flight lands."""
        self._lanes.pace.adopt(limits)

    def start(self) -> None:
        """Start as many asks as may start now."""
        while lane := self._lanes.next(trying=self._may_try_again()):
            self._ask(lane)
        self._pause_without_filler()

    def _may_try_again(self) -> bool:
        """Whether a server that couldn't serve may be asked once more, one ask at a time."""
        view, lanes = self._record.view, self._lanes
        away = view.state is RunState.RUNNING and lanes.main_is_away
        waits = view.waiting_for == SERVER or away
        return waits and not lanes.main.asking and self._outage.is_due()

    def _pause_without_filler(self) -> None:
        """Pause once the operators have nothing left to do while the model can't be reached."""
        view, lanes = self._record.view, self._lanes
        if view.state is not RunState.RUNNING or not lanes.main_is_away or lanes.filler_goes_on:
            return
        if not (self._in_flight or self._record.search.is_stale or self._record.limit_reached):
            reason = view.models.absent[lanes.main.proposer.title]
            self._record.commit(e.Paused(reason=reason, until=SERVER))

    def _ask(self, lane: Lane) -> None:
        mending = None if lane.fills else self._ask_to_mend()
        ask = mending or self._record.search.ask(polishing=lane.fills)
        started = e.ProposalStarted(
            proposal=ask.proposal,
            island=ask.island,
            parent=ask.parent.candidate.id,
            proposer=lane.proposer.title,
            mends=ask.mend.name if ask.mend else "",
            angle=ask.angle,
        )
        self._record.commit(started)
        lane.asking.add(ask.proposal)
        self._in_flight.propose(ask.proposal, self._propose(ask, lane))

    def _ask_to_mend(self) -> Ask | None:
        """Return the ask that has a failed reply put right, if one is due."""
        search, writer = self._record.search, self._record.writer
        broken = search.mending.next
        if broken is None:
            return None
        name, is_reply = broken.name, broken.name.startswith("#")
        exchange = writer.reply(int(name[1:])) if is_reply else writer.exchange(name)
        if exchange is None:
            search.mending.drop(name)
            return None
        mend = Mend(
            name=name,
            source=writer.source(broken.parent if is_reply else name),
            reply=exchange.reply,
            error=broken.error,
            model=exchange.model,
        )
        return search.ask_to_mend(broken, mend)

    async def _propose(self, ask: Ask, lane: Lane) -> None:
        clock = self._record.writer.clock
        started = clock()
        try:
            proposal = await lane.proposer.propose(ask)
        except NoProposal as none:
            self._is_served(lane, clock() - started)
            self._refuse(ask, none)
            self._lanes.refused(lane)
        except ProviderDown as down:
            self._wait(ask, lane, down)
        else:
            self._is_served(lane, clock() - started)
            if not self._land(ask, proposal):
                self._lanes.refused(lane)
        finally:
            lane.asking.discard(ask.proposal)

    def _wait(self, ask: Ask, lane: Lane, down: ProviderDown) -> None:
        """Leave the server alone for a while; what it was asked for is not spent.

        The search pauses, unless the operators go on meanwhile.
        """
        view, lanes, reason = self._record.view, self._lanes, str(down)
        self._fail(ask, reason, spent=False)
        if view.waiting_for == SERVER or lanes.main_is_away:
            if lane.asking == {ask.proposal}:
                self._outage.goes_on(down.wait_s)
        elif view.state is RunState.RUNNING:
            lanes.pace.overtaxed()
            self._outage.goes_on(down.wait_s)
            left_out = e.ModelLeftOut(model=lane.proposer.title, reason=reason)
            paused = e.Paused(reason=reason, until=SERVER)
            self._record.commit(left_out if lanes.filler_goes_on else paused)

    def _is_served(self, lane: Lane, seconds: float) -> None:
        if lane.fills:
            return
        self._lanes.pace.answered(seconds)
        self._outage.is_over()
        changes = absences(self._record.view.models.absent, lane.proposer)
        if self._record.view.waiting_for == SERVER:
            changes.append(e.Resumed(reason=SERVER))
        if changes:
            self._record.commit(*changes)

    def _refuse(self, ask: Ask, none: NoProposal) -> None:
        mendable = none.mendable and ask.mend is None and self._record.search.terms.mend
        redrawn = none.exhausted and self._record.search.may_draw_again
        self._fail(
            ask,
            none.reason,
            exchange=none.exchange,
            spent=not (mendable or redrawn),
            mendable=mendable,
            exhausted=none.exhausted,
        )

    def _land(self, ask: Ask, proposal: Proposal) -> bool:
        """Admit the proposal as a candidate, unless it is a duplicate; return whether it was."""
        search = self._record.search
        fingerprint = digest(proposal.source)
        if twin := search.known.get(fingerprint):
            reason = f"the same kernel as {twin}, which is not judged again"
            self._fail(ask, reason, exchange=proposal.exchange, duplicate_of=twin)
            return False
        candidate = search.candidate(ask, proposal, fingerprint)
        self._record.admit(ask.proposal, proposal.source, candidate, proposal.exchange)
        return True

    def _fail(
        self,
        ask: Ask,
        reason: str,
        *,
        exchange: Exchange | None = None,
        spent: bool = True,
        mendable: bool = False,
        exhausted: bool = False,
        duplicate_of: str = "",
    ) -> None:
        failed = e.ProposalFailed(
            proposal=ask.proposal,
            island=ask.island,
            parent=ask.parent.candidate.id,
            reason=reason,
            spent=spent,
            mendable=mendable,
            exhausted=exhausted,
            duplicate_of=duplicate_of,
            model=exchange.model if exchange else "",
            usage=exchange.usage if exchange else Usage(),
        )
        paid = (ask.proposal, "", exchange) if exchange else None
        self._record.commit(failed, exchange=paid)


def absences(told: Mapping[str, str], proposer: Proposer) -> list[e.Event]:
    """Return which models are left out and which are back, where that is not on record."""
    now = proposer.absent if isinstance(proposer, Ensemble) else {}
    left_out = [
        e.ModelLeftOut(model=name, reason=reason)
        for name, reason in now.items()
        if name not in told
    ]
    back = [e.ModelBack(model=name) for name in told if name not in now]
    return [*left_out, *back]
