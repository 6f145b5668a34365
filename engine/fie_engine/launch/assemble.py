"""Builds an engine from a prepared run; imports what is heavy, so only its thread calls this."""

import os
import time
from dataclasses import replace
from pathlib import Path

from fie_engine import events as e
from fie_engine.commands import Command
from fie_engine.config.load import Config, openevolve_config
from fie_engine.config.models import single_models
from fie_engine.exchange.project_shelf import ProjectPacker, ProjectShelf
from fie_engine.exchange.project_terms import asks_for_project
from fie_engine.launch.leases import lease_notes
from fie_engine.launch.start import PreparedRun
from fie_engine.launch.terms import Terms
from fie_engine.loop.duels import Retiming
from fie_engine.loop.engine import Engine, Gauge
from fie_engine.loop.inflight import Patience
from fie_engine.loop.judging import Keeper, Promoter, Promotion
from fie_engine.loop.lanes import Filler
from fie_engine.loop.overheard import Overheard
from fie_engine.loop.pace import Limits
from fie_engine.loop.search import Search
from fie_engine.model import Candidate
from fie_engine.money.launch import asked_models, budget_of, check_budget
from fie_engine.population.islands import Population
from fie_engine.propose.base import Proposer
from fie_engine.propose.choose import ProposerChoice
from fie_engine.record.opening import score_rule
from fie_engine.record.shelf import AUTHOR, Shelf
from fie_engine.steer.tuning import Tuned, Tuning
from fie_evaluator.base import Evaluator
from fie_evaluator.pool.opened import open_evaluator
from fie_evaluator.pool.places import Pool
from fie_evaluator.promotion.solution import SubmissionError
from fie_evaluator.promotion.submission import Submission, pack, promotion_refusals
from fie_evaluator.results import Evaluation
from fie_evaluator.stages.gate import Drawn, gate_of
from fie_evaluator.track import Track

GPU_QUICK_CUT = 0.4


def assemble(prepared: PreparedRun, *, linger: bool, errands: tuple[Command, ...] = ()) -> Engine:
    """Return the engine of a prepared run, its record read and its judge started."""
    run = f"run {prepared.directory.name}"
    judge = evaluator(prepared.track, prepared.config, prepared.cache, run)
    processors = len(os.sched_getaffinity(0))
    told = lease_notes(
        prepared.config.judging, judge.slots, prepared.track.device, processors, judge.notes
    )
    prepared.writer.append(*(e.Noted(text=note, level="warning") for note in told))
    try:
        return engine(prepared, judge, linger=linger, errands=errands, gauge=judge.readings)
    except BaseException:
        judge.close()
        raise


def engine(
    prepared: PreparedRun,
    judge: Evaluator,
    *,
    linger: bool,
    errands: tuple[Command, ...],
    gauge: Gauge = tuple,
) -> Engine:
    """Return the engine around a judge that has started."""
    config = prepared.config
    search = Search(
        terms(config, prepared),
        lambda score, length: population(config, score, length),
        prepared.writer.source,
    )
    search.apply(prepared.writer.events())
    overheard = Overheard()
    made = Engine(
        prepared.writer,
        search,
        proposer(prepared.choice, config, prepared.track, overheard),
        judge,
        packer(prepared, config),
        limits(config, prepared.choice, judge.slots),
        shelf(prepared),
        tuning=Tuning(config, lambda changed: tuned(changed, prepared, judge.slots)),
        filler=filler(prepared.choice, config),
        linger=linger,
        overheard=overheard,
        errands=errands,
        patience=patience(config, prepared.track),
        gauge=gauge,
    )
    made.retune()
    return made


def tuned(config: Config, prepared: PreparedRun, leases: int) -> Tuned:
    """Return what a search goes by, as far as a person may change it; raises ConfigError."""
    check_budget(budget_of(config), asked_models(config, prepared.choice))
    return Tuned(
        terms=terms(config, prepared),
        limits=limits(config, prepared.choice, leases),
        islands=config.islands,
        weights=tuple(weight for weight, _ in single_models(config)),
        adaptive=config.search.model_choice == "adaptive",
        evaluations=config.judging.slots,
        leases=leases,
    )


def terms(config: Config, prepared: PreparedRun) -> Terms:
    """Return what the search is asked to do."""
    return Terms(
        seed_rng=config.search.seed_rng,
        iterations=config.search.iterations,
        patience=config.search.stale_limit or 0,
        profiling=prepared.profiling,
        retiming=retiming(config, prepared.track),
        quick_cut=quick_cut(config, prepared.track),
        checkpoint_interval=config.search.checkpoint_interval,
        islands=config.islands.count,
        strategy=config.search.strategy,
        inspirations=config.prompting.top_programs + config.prompting.diverse_programs,
        best_shown=config.prompting.top_programs,
        score_rule=score_rule(config, prepared.track),
        mend=config.search.mend,
    )


def retiming(config: Config, track: Track) -> Retiming:
    """Return when a candidate is timed again; a project's evaluator times nothing in turns."""
    enabled = config.judging.retime and track.project is None
    return Retiming(enabled=enabled, margin=config.judging.retime_margin)


def quick_cut(config: Config, track: Track) -> float:
    """Return the share of the best's speed below which a candidate is cut short; 0 for never."""
    if not track.quick:
        return 0.0
    share = config.judging.quick_cut
    if share is not None:
        return share
    return 0.0 if track.device == "cpu" else GPU_QUICK_CUT


def limits(config: Config, choice: ProposerChoice, leases: int) -> Limits:
    """Return how much may be under way at once.

    Operators are far quicker than one lease: in single file the run repeats exactly.
    """
    search = config.search
    adaptive = search.proposals_in_flight == "auto"
    most = search.most_in_flight if adaptive else int(search.proposals_in_flight)
    if adaptive and choice.kind == "operators" and leases == 1:
        adaptive, most = False, 1
    return Limits(
        proposals=most,
        ahead=most,
        waiting=search.waiting_limit,
        stale=search.outdated_limit,
        adaptive=adaptive,
    )


def filler(choice: ProposerChoice, config: Config) -> Filler | None:
    """Return what proposes while a model thinks, if anything does."""
    if not choice.mixed:
        return None
    from fie_engine.propose.operators import OperatorProposer

    return Filler(proposer=OperatorProposer(), share=config.search.operator_share)


def population(config: Config, seed_score: float, seed_length: int) -> Population:
    """Return the run's empty islands.

    A project's score may be negative or have a ceiling: only speedups have doublings.
    """
    start = 0.0 if asks_for_project(config) else seed_score
    return Population(openevolve_config(config).database, start, seed_length)


def proposer(
    choice: ProposerChoice, config: Config, track: Track, overheard: Overheard
) -> Proposer:
    """Return what proposes; models are overheard while they answer."""
    if choice.kind == "operators":
        from fie_engine.propose.operators import OperatorProposer

        return OperatorProposer()
    from fie_engine.propose.ensemble import Ensemble
    from fie_engine.propose.llm import ModelProposer

    if not choice.team:
        return ModelProposer(choice, config, track, sink=overheard.hear, check_first=True)
    singles = (single for _, single in single_models(config))
    members = [
        (ModelProposer(one, single, track, sink=overheard.hear, check_first=True), one.weight)
        for one, single in zip(choice.team, singles, strict=True)
    ]
    return Ensemble(members, adaptive=config.search.model_choice == "adaptive")


def evaluator(track: Track, config: Config, cache: Path, run: str = "") -> Pool:
    """Return what judges; `run` signs its leases of GPUs."""
    judging = config.judging
    if judging.timeout_s is not None:
        timeout_s = float(judging.timeout_s)
        track = replace(track, search=replace(track.search, timeout_s=timeout_s))
    return open_evaluator(judging.evaluator, track, cache, judging.slots, run)


def patience(config: Config, track: Track) -> Patience:
    """Return how long work may take: an answer's or a judge's own limit, and as much for the rest.

    A judging compiles and profiles besides; a model's first answer may wait for its weights.
    """
    from fie_engine.propose.client import FIRST_REPLY_PATIENCE

    usual_s = track.project.timeout_s if track.project else track.search.timeout_s
    judging_s = float(config.judging.timeout_s or usual_s)
    return Patience(
        proposing_s=FIRST_REPLY_PATIENCE * float(config.model.timeout_s or 120),
        judging_s=2 * judging_s,
        promoting_s=2 * track.official.timeout_s,
    )


def shelf(prepared: PreparedRun) -> Keeper:
    """Return what keeps a verdict's files."""
    if prepared.track.project is not None:
        return ProjectShelf(prepared.writer)
    return Shelf(prepared.writer, prepared.track)


def packer(prepared: PreparedRun, config: Config) -> Promoter:
    """Return what packs a promoted candidate."""
    if prepared.track.project is not None:
        return ProjectPacker(prepared.directory.path, prepared.track.project)
    return Packer(prepared, config)


class Packer:
    """Packs what passed the official judging into the run's promoted/ folder."""

    def __init__(self, prepared: PreparedRun, config: Config) -> None:
        self._prepared = prepared
        self._rule = score_rule(config, prepared.track)

    def __call__(
        self, candidate: Candidate, source: str, evaluation: Evaluation, drawn: Drawn
    ) -> Promotion:
        """Return the submission's folder and score, or the reasons for none."""
        from fie_evaluator.scoring import score

        track = self._prepared.track
        refusals = promotion_refusals(evaluation, track)
        if refusals:
            return Promotion(refusals=refusals)
        run = self._prepared.directory
        submission = Submission(
            name=f"{run.name}-{candidate.id}",
            author=AUTHOR,
            run=run.name,
            candidate=candidate.id,
            source=source,
            track=track,
            evaluation=evaluation,
            rule=self._rule,
            gate=gate_of(evaluation, self._rule, drawn),
            date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        )
        try:
            path = pack(submission, run.path / "promoted")
        except SubmissionError as error:
            return Promotion(refusals=(str(error),))
        return Promotion(path=str(path), score=score(evaluation, self._rule))
