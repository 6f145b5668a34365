"""The search's memory: what the record adds up to, and what to ask for next."""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from functools import partial

from openevolve.database import Program

from fie_engine import events as e
from fie_engine.checklist.progress import steps_done
from fie_engine.config.tree import Islands
from fie_engine.launch.terms import Terms
from fie_engine.loop.mending import Broken, Mending
from fie_engine.model import Candidate, Origin
from fie_engine.population.company import LARGER_POOL, company
from fie_engine.population.grid import checklist_metrics
from fie_engine.population.islands import Population
from fie_engine.population.members import candidate_of, named, program_of
from fie_engine.population.places import Places
from fie_engine.population.takeover import take_over
from fie_engine.prompt.told import Offspring, told_of
from fie_engine.propose.base import Ask, Mend, Proposal
from fie_engine.record.docket import Docket, Source
from fie_engine.steer.acts import Acts
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView

HISTORY = 400
"How many judged candidates a proposer sees: optuna's cost grows with them."

POLISHED_SHARE = 0.7
"How often an ask to polish is about a model's work, where an island has any."

REFUSALS = 2
"How many unusable answers per parent a proposer is told of."

EXHAUSTED = 8
"Parents in a row on which nothing is left to be tried, before an iteration counts as used."

PopulationMaker = Callable[[float, int], Population]
"Makes an empty population, given the seed's score and its length in characters."


def metrics_of(row: CandidateRow) -> dict[str, float]:
    """Return what OpenEvolve's database goes by: the score, and the metrics that may be axes."""
    own = row.evaluation.metrics if row.evaluation is not None else ()
    return {**dict(own), "combined_score": row.score}


class Search:
    """Folds events into population, history and view; live and on resume alike."""

    def __init__(self, terms: Terms, make_population: PopulationMaker, source: Source) -> None:
        self.terms = terms
        self.view = RunView()
        self.judged = Docket(self.view.candidates, source)
        self.known: dict[str, str] = {}
        "Digests of every kernel, and the candidate that was the first to be it."
        self._written: set[str] = set()
        "Candidates that a model wrote, and their descendants."
        self.mending = Mending()
        self._offspring = Offspring()
        self.acts = Acts()
        self.next_proposal = 1
        self._answered = 0
        "The highest number of a proposal that came to something; later ones are asked again."
        self._exhausted = 0
        "Parents drawn in a row on which nothing was left to be tried."
        self._refusals: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=REFUSALS))
        self._make_population = make_population
        self._population: Population | None = None
        self.iterations_before = 0
        "How many another search had made, whose checkpoint this one continues."

    @property
    def population(self) -> Population:
        """The islands; only once the seed has passed."""
        assert self._population is not None
        return self._population

    @property
    def places(self) -> Places:
        """What events make of the islands."""
        return Places(self.population, self.view.candidates, self._program)

    @property
    def ready(self) -> bool:
        """Whether the seed passed, so that there is something to evolve."""
        return self._population is not None

    @property
    def definition(self) -> str:
        """The name of what is searched for; empty before the record says it."""
        return self.view.created.definition if self.view.created else ""

    @property
    def is_stale(self) -> bool:
        """Whether so long passed without a new best that the search should end."""
        return 0 < self.terms.patience <= self.view.stale

    @property
    def may_draw_again(self) -> bool:
        """Whether another parent may be drawn for one on which nothing is left to be tried."""
        return self._exhausted < EXHAUSTED

    def apply(self, batch: Iterable[e.Recorded]) -> list[e.Event]:
        """Take in committed events; return what they bring about, to be committed next."""
        consequences: list[e.Event] = []
        for recorded in batch:
            self.view.fold((recorded,))
            if self.terms.mend:
                self.mending.apply(recorded.event, self.view.judged_by(recorded.event))
            if isinstance(recorded.event, e.Proposed | e.ProposalFailed):
                self._answered = max(self._answered, recorded.event.proposal)
            consequences += self._apply(recorded)
        return consequences

    def _apply(self, recorded: e.Recorded) -> list[e.Event]:
        match recorded.event:
            case e.EngineStarted():
                self.next_proposal = self._answered + 1
            case e.ProposalStarted(proposal=number):
                self.next_proposal = number + 1
            case e.ProposalFailed(exhausted=True, spent=False):
                self._exhausted += 1
            case e.ProposalFailed(parent=parent, reason=reason, spent=True):
                self._exhausted = 0
                self._refusals[parent].appendleft(reason)
            case e.Proposed(candidate=candidate):
                self._exhausted = 0
                self.known.setdefault(candidate.digest, candidate.id)
                if candidate.origin is Origin.LLM or self._written.intersection(candidate.parents):
                    self._written.add(candidate.id)
            case e.Evaluated() as judged:
                return self._remember(judged)
            case e.Retimed() as event:
                return self.places.settle(event)
            case e.IslandAdded(island=index, founder=founder):
                return self.places.found(index, founder)
            case e.Migrated(moves=moves):
                return self.places.migrate(moves)
            case e.TakenOver() as event:
                self._take_over(event)
            case _:
                self.acts = self.acts.after(recorded)
                return self.places.steer(recorded.event) if self.ready else []
        return []

    def tune(self, terms: Terms, islands: Islands) -> None:
        """Go by other terms from now on."""
        self.terms = terms
        if self.ready:
            self.population.breed_by(islands)

    # What is remembered of a verdict

    def _remember(self, event: e.Evaluated) -> list[e.Event]:
        row = self.view.candidates[event.candidate]
        candidate = row.candidate
        self.judged.enter(candidate.id)
        self._offspring.enter(candidate)
        if candidate.origin is Origin.SEED:
            if event.evaluation.passed and self._population is None:
                length = len(self.judged.source(candidate.id))
                self._population = self._make_population(event.score, length)
            return []
        if not self.ready:
            # A checkpoint's programs are on record before its population is.
            return []
        consequences = self.places.join(candidate.id, candidate.island) if row.counts else []
        self.population.increment_island_generation(candidate.island)
        return consequences

    def _program(self, name: str) -> Program:
        row = self.view.candidates[name]
        steps = checklist_metrics(self.definition, row.candidate.done)
        metrics = {**steps, **metrics_of(row)}
        return program_of(row.candidate, partial(self.judged.source, name), metrics, at=row.at)

    def _take_over(self, event: e.TakenOver) -> None:
        first = self.view.candidates[self.view.seed_candidate]
        length = len(self.judged.source(first.candidate.id))
        self._population = self._make_population(first.score, length)
        take_over(self._population, event, self._program)
        self.iterations_before = event.iteration

    # What to ask for

    def ask(self, *, polishing: bool = False) -> Ask:
        """Return the next ask: its island by turns, its draws by the run's seed and its number.

        Polishing, it is mostly about the island's best kernel that a model had a hand in.
        """
        number = self.next_proposal
        rng = random.Random(f"{self.terms.seed_rng}:{number}:draw")
        breeding = self.population.breeding
        island = breeding[number % len(breeding)]
        parent, others = self._drawn(island, rng)
        if polishing and rng.random() < POLISHED_SHARE:
            parent = self._best_written(island) or parent
        sampling = self.terms.strategy == "best-of-n"
        return Ask(
            proposal=number,
            seed_rng=self.terms.seed_rng,
            island=island,
            parent=self.judged[parent],
            inspirations=tuple(self.judged[name] for name in others if name != parent),
            history=(self.judged[parent],) if sampling else self.judged.newest(HISTORY),
            refused=tuple(self._refusals.get(parent, ())),
            angle=0 if sampling else self.view.backlog.angle_on(parent),
            known=frozenset(self.known),
            models=self.view.models.rows,
            told=told_of(self.view, self._offspring, island, parent),
        )

    def _drawn(self, island: int, rng: random.Random) -> tuple[str, tuple[str, ...]]:
        """Return a parent and others to learn from; in best-of-n the seed, and nobody."""
        if self.terms.strategy == "best-of-n":
            return self.view.seed_candidate, ()
        shown, rows = self.terms.inspirations, self.view.candidates
        parent, others = self.population.draw(island, shown * LARGER_POOL, rng)
        drawn = [rows[candidate_of(other)] for other in others]
        row = rows[candidate_of(parent)]
        chosen = company(row, drawn, shown=shown, best=self.terms.best_shown)
        return candidate_of(parent), tuple(chosen)

    def _best_written(self, island: int) -> str:
        """Return the island's best member that a model wrote, or that descends from such a one."""
        members = map(named, self.population.islands[island])
        written = [name for name in members if name in self._written]
        return max(written, key=lambda name: self.view.candidates[name].score, default="")

    def ask_to_mend(self, broken: Broken, mend: Mend) -> Ask:
        """Return the ask that has a failed reply put right."""
        return Ask(
            proposal=self.next_proposal,
            seed_rng=self.terms.seed_rng,
            island=broken.island,
            parent=self.judged[broken.parent],
            inspirations=(),
            history=self.judged.newest(HISTORY),
            known=frozenset(self.known),
            mend=mend,
            models=self.view.models.rows,
            told=told_of(self.view, self._offspring, broken.island, broken.parent),
        )

    def candidate(self, ask: Ask, proposal: Proposal, digest: str) -> Candidate:
        """Return the proposal as the run's next candidate."""
        return Candidate(
            id=self.next_id(),
            parents=proposal.parents,
            island=ask.island,
            generation=ask.parent.candidate.generation + 1,
            origin=proposal.origin,
            model=proposal.model,
            note=proposal.note,
            digest=digest,
            mends=ask.mend.name if ask.mend else "",
            done=steps_done(self.definition, proposal.source),
        )

    def next_id(self) -> str:
        """Return the id that the next candidate gets."""
        return f"c{len(self.view.candidates):04d}"

    def migration(self) -> tuple[tuple[str, int, int], ...]:
        """Return the moves that are due; empty when none are."""
        if not self.ready or not self.population.should_migrate():
            return ()
        return tuple(self.population.migration_moves())
