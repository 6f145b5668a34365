"""What each model's replies came to."""

from dataclasses import replace

from fie_engine import events as e
from fie_engine.model import Origin, Usage
from fie_engine.view.rows import CandidateRow, ModelRow

GREATEST_GAIN = 1.0
"What one candidate counts at most: one lucky leap shall not decide for a model for good."


class ModelsTally:
    """Folds events into a row per model, in the order of their first replies."""

    def __init__(self) -> None:
        self._rows: dict[str, ModelRow] = {}
        self._mending: set[int] = set()
        self.absent: dict[str, str] = {}
        "Models that are left out now, and why."

    @property
    def rows(self) -> tuple[ModelRow, ...]:
        """The models that answered."""
        return tuple(self._rows.values())

    def apply(self, event: e.Event, row: CandidateRow | None) -> None:
        """Take in an event, with the row of the candidate that it judges."""
        match event:
            case e.EngineStarted():
                self.absent.clear()
            case e.ModelLeftOut(model=model, reason=reason):
                self.absent[model] = reason
            case e.ModelBack(model=model):
                self.absent.pop(model, None)
            case e.ProposalStarted(proposal=number, mends=name) if name:
                self._mending.add(number)
            case e.ProposalFailed(model=model, usage=usage) if model:
                duplicate = bool(event.duplicate_of)
                self._reply(model, usage, event.proposal, duplicates=int(duplicate))
            case e.Proposed(candidate=made, usage=usage) if made.origin is Origin.LLM:
                self._reply(made.model, usage, event.proposal, candidates=1)
            case e.Evaluated() if row is not None and row.candidate.origin is Origin.LLM:
                self._judge(row, event)

    def _reply(self, model: str, usage: Usage, proposal: int, **counts: int) -> None:
        mends = int(proposal in self._mending)
        self._mending.discard(proposal)
        self._add(
            model,
            replies=1,
            mends=mends,
            mend_tokens=mends * usage.tokens,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            **counts,
        )
        spent, paid = self._rows[model].usd, usage.usd
        usd = None if spent is None or paid is None else spent + paid
        self._rows[model] = replace(self._rows[model], usd=usd)

    def _judge(self, row: CandidateRow, event: e.Evaluated) -> None:
        gain = row.versus_parent or 0.0
        clear = gain > row.noise
        self._add(
            row.candidate.model,
            passed=int(event.evaluation.passed),
            mended=int(event.evaluation.passed and bool(row.candidate.mends)),
            improved=int(clear),
            gain=min(gain, GREATEST_GAIN) if clear else 0.0,
        )

    def _add(self, model: str, **counts: float) -> None:
        row = self._rows.get(model) or ModelRow(model=model)
        sums = {name: getattr(row, name) + count for name, count in counts.items()}
        self._rows[model] = replace(row, **sums)
