"""The asking half of an engine: when a child is asked for, and what becomes of the answer."""

from dataclasses import dataclass

from fie_engine import events as e
from fie_engine.inflight import InFlight
from fie_engine.model import Exchange, RunState
from fie_engine.propose.base import Ask, NoProposal, Proposal, Proposer, ProviderDown
from fie_engine.propose.source import digest
from fie_engine.record import Record

DUPLICATE = "a duplicate of an earlier candidate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be under way at once."""

    proposals: int
    "Asks in flight."
    ahead: int
    "Asks in flight plus candidates that wait for a lease: parents go stale while they wait."


class Proposing:
    """Keeps the proposer as busy as the limits allow."""

    def __init__(
        self, record: Record, in_flight: InFlight, proposer: Proposer, limits: Limits
    ) -> None:
        self._record = record
        self._in_flight = in_flight
        self._proposer = proposer
        self._limits = limits
        self._not_before = 0
        "Evaluations that must have landed before the next ask; keeps single file repeatable."

    def start(self) -> None:
        """Start as many asks as may start now."""
        while self._may_ask():
            self._ask()

    def _may_ask(self) -> bool:
        view, search = self._record.view, self._record.search
        asking = len(self._in_flight.proposing)
        waiting = len(view.unjudged) - len(self._in_flight.judging)
        return (
            search.ready
            and view.state is RunState.RUNNING
            and self._record.ending is None
            and not search.is_stale
            and asking < self._limits.proposals
            and asking + waiting < self._limits.ahead
            and view.iterations + asking + len(view.unjudged) < search.terms.iterations
            and view.evaluations >= self._not_before
            # In single file a child is asked for only once it is known who is best.
            and (self._limits.ahead > 1 or not view.challenges)
        )

    def _ask(self) -> None:
        ask = self._record.search.ask()
        started = e.ProposalStarted(
            proposal=ask.proposal,
            island=ask.island,
            parent=ask.parent.candidate.id,
            proposer=self._proposer.title,
        )
        self._record.commit(started)
        self._in_flight.propose(ask.proposal, self._propose(ask))

    async def _propose(self, ask: Ask) -> None:
        try:
            proposal = await self._proposer.propose(ask)
        except NoProposal as none:
            self._fail(ask, none.reason, exchange=none.exchange)
        except ProviderDown as down:
            self._fail(ask, str(down), spent=False)
            if self._record.view.state is RunState.RUNNING:
                self._record.commit(e.Paused(reason=str(down)))
        else:
            self._land(ask, proposal)

    def _land(self, ask: Ask, proposal: Proposal) -> None:
        search = self._record.search
        fingerprint = digest(proposal.source)
        if fingerprint in search.known:
            self._fail(ask, DUPLICATE, exchange=proposal.exchange)
            return
        candidate = search.candidate(ask, proposal, fingerprint)
        self._record.admit(ask.proposal, proposal.source, candidate, proposal.exchange)

    def _fail(
        self, ask: Ask, reason: str, *, exchange: Exchange | None = None, spent: bool = True
    ) -> None:
        failed = e.ProposalFailed(
            proposal=ask.proposal,
            island=ask.island,
            parent=ask.parent.candidate.id,
            reason=reason,
            spent=spent,
        )
        paid = (ask.proposal, "", exchange) if exchange else None
        self._record.commit(failed, exchange=paid)
        if self._in_flight.judging and self._limits.ahead == 1:
            self._not_before = self._record.view.evaluations + 1
