"""Sections of a report on the search itself: its checklist, its course and its cost."""

from fie_engine.checklist.progress import findings
from fie_engine.errors import NoSuchCandidate
from fie_engine.money.cost import Cost, Unit
from fie_engine.view.run import RunView
from fie_tui.report.values import Section, Table
from fie_tui.told.costs import budget_told, cost_told, rate_told
from fie_tui.told.course import scope
from fie_tui.told.history import History

FAILURES_TOLD = 12
PROPOSERS_TOLD = 12


def checklist_table(history: History) -> Section:
    """Return how far the best has come with its family's checklist."""
    view = history.view
    source = source_of_best(history)
    found = findings(view.created.definition, source) if view.created and source else ()
    rows = tuple((one.step.title, one.state.value, one.reason) for one in found)
    words = (f"As the text of {view.best_candidate} shows it.",) if rows else ()
    tables = (Table(head=("step", "state", "why"), rows=rows),)
    return Section(title="Checklist", words=words, tables=tables)


def source_of_best(history: History) -> str:
    """Return the best kernel's text; empty where there is none to read."""
    try:
        return history.run.source(history.view.best_candidate) if history.view.best else ""
    except (NoSuchCandidate, UnicodeDecodeError):
        return ""


def course_section(view: RunView) -> Section:
    """Return what a person asked for and what went wrong."""
    told = [f"Hint ({scope(hint)}): {hint.text}" for hint in view.hints]
    told += [f"Constraint: {demand.text}" for demand in view.constraints]
    told += [f"Island {island}: {text}" for island, text in sorted(view.steered.directions.items())]
    clusters = view.failed.clusters()
    rows = tuple((str(one.count), one.example) for one in clusters[:FAILURES_TOLD])
    if len(clusters) > FAILURES_TOLD:
        told.append(f"Of {len(clusters)} kinds of failures the {FAILURES_TOLD} most frequent:")
    failures = Table(head=("times", "failure"), rows=rows)
    return Section(title="Words and failures", words=tuple(told), tables=(failures,))


def cost_section(view: RunView) -> Section:
    """Return what the run cost, and what one more percent cost each model and island."""
    money, unit = view.money, view.money.unit
    told = cost_told(money.total)
    budget = [f"Budget: {line}" for line in budget_told(money, view.last_at)]
    efforts = money.efforts.by_model
    dearest = sorted(efforts, key=lambda name: _dearness(efforts[name].cost, unit), reverse=True)
    some = f"The {PROPOSERS_TOLD} dearest of {len(efforts)} that proposed:"
    cut = some if len(efforts) > PROPOSERS_TOLD else ""
    words = tuple(one for one in (f"In all: {told}" if told else "", *budget, cut) if one)
    models = tuple(
        (name, cost_told(efforts[name].cost), rate_told(efforts[name], unit))
        for name in dearest[:PROPOSERS_TOLD]
    )
    head = ("proposed by", "cost", "for 1 %")
    return Section(
        title="Cost",
        words=words,
        tables=(Table(head=head, rows=models), _by_island(view, unit)),
    )


def _dearness(cost: Cost, unit: Unit) -> tuple[float, float]:
    """Return what proposers are sorted by; those that cost nothing, by their judging."""
    return cost.amount(unit), cost.gpu_seconds


def _by_island(view: RunView, unit: Unit) -> Table:
    efforts = sorted(view.money.efforts.by_island.items())
    rows = tuple((str(i), cost_told(one.cost), rate_told(one, unit)) for i, one in efforts)
    return Table(head=("island", "cost", "for 1 %"), rows=rows)
