"""What a run costs, in words."""

from fie_engine.events_money import BudgetNeared, MoneyEvent
from fie_engine.money.cost import amount_text


def money_words(event: MoneyEvent) -> tuple[str, str, str]:
    """Return glyph, text and no candidate."""
    if isinstance(event, BudgetNeared):
        share = event.spent / event.budget
        of = amount_text(event.limit, event.budget)
        spent = amount_text(event.limit, event.spent)
        return "!", f"{share:.0%} of the budget of {of} is spent: {spent}", ""
    spent = amount_text(event.unit, event.spent)
    lately = f"the last {event.iterations} iterations cost {spent}"
    run = f"{amount_text(event.unit, event.run_rate)} per +1 % over the whole run"
    if not event.run_rate:
        return "!", f"{lately}, and nothing has improved yet: stopping may pay", ""
    if not event.steps:
        return "!", f"{lately} and brought nothing, against {run}: stopping may pay", ""
    rate = amount_text(event.unit, event.spent / event.steps)
    gain = 1.01**event.steps - 1
    return "!", f"{lately} for +{gain:.1%}: {rate} per +1 %, against {run}: stopping may pay", ""
