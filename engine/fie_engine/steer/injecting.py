"""A person's kernel on its way into the run."""

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.checklist.progress import steps_done
from fie_engine.launch.kernel_text import kernel_problem
from fie_engine.loop.search import Search
from fie_engine.model import Candidate, Origin
from fie_engine.propose.source import digest
from fie_engine.record.history import Record
from fie_engine.steer.inbox import Arrival
from fie_engine.steer.refusals import known_candidate, open_island, require


def inject(command: c.Inject, record: Record) -> None:
    """Write the kernel as a candidate and commit that it exists; raises Refused."""
    child = injected(command, record.search)
    record.writer.save_source(child.id, command.source)
    record.commit(
        e.Proposed(proposal=0, candidate=child),
        e.Injected(
            candidate=child.id,
            parent=child.parents[0],
            how=command.how,
            reason=command.reason or command.note,
            author=command.author,
        ),
    )


def take_in(arrival: Arrival, record: Record) -> None:
    """Add a file of the inbox as a child of the best; raises Refused.

    One that lay there before the engine began is passed over if the run has it.
    """
    require(not arrival.problem, f"inbox: {arrival.name}: {arrival.problem}")
    if arrival.is_old and digest(arrival.source) in record.search.known:
        return
    note = f"inbox: {arrival.name}"
    inject(c.Inject(source=arrival.source, note=note, how="inbox"), record)


def injected(command: c.Inject, search: Search) -> Candidate:
    """Return the candidate that a kernel becomes; raises Refused."""
    called = f"{command.note}: " if command.how != "edit" and command.note else ""
    problem = kernel_problem(command.source)
    require(not problem, f"{called}{problem}")
    require(bool(search.view.best_candidate), f"{called}the seed isn't judged yet: nothing to join")
    parent = known_candidate(search, command.parent or search.view.best_candidate).candidate
    fingerprint = digest(command.source)
    require(fingerprint not in search.known, f"{called}that kernel is in this run already")
    return Candidate(
        id=search.next_id(),
        parents=(parent.id,),
        island=_home(command, parent.island, search),
        generation=parent.generation + 1,
        origin=Origin.IMPORT if command.how == "import" else Origin.EDIT,
        model="by hand",
        note=command.note or "edited by hand",
        digest=fingerprint,
        done=steps_done(search.definition, command.source),
    )


def _home(command: c.Inject, parents: int, search: Search) -> int:
    """Return the island that is named, else the parent's, else one that still takes part."""
    if command.island is not None:
        return open_island(search, command.island).island
    return parents if parents in search.population.active else search.population.active[0]
