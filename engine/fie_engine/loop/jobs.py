"""What the judge is asked: for a search's verdict, a timing in turns, a promotion."""

from fie_engine.model import Origin
from fie_engine.record.history import Record
from fie_engine.view.rows import CandidateRow
from fie_evaluator.job import EvalJob
from fie_evaluator.scoring import ScoreRule, mean_speedup

BY_HAND = frozenset({Origin.SEED, Origin.EDIT, Origin.FORK, Origin.IMPORT})
"Origins of kernels that are timed in full, however slow: a person wants to know."


def search_job(record: Record, name: str) -> EvalJob:
    """Return the job for a candidate's verdict."""
    terms, best = record.search.terms, record.view.best
    by_hand = record.view.candidates[name].candidate.origin in BY_HAND
    cut = terms.quick_cut if best is not None and not by_hand else 0.0
    only_better = terms.profiling.when == "new-best" and best is not None
    return EvalJob(
        candidate=name,
        source=record.writer.source(name),
        directory=record.writer.folder(name),
        profile=terms.profiling.wants(int(name[1:])),
        profile_above=geometric(best) if only_better else None,
        bar=cut * geometric(best) if cut else None,
        leave_out=record.view.held_out,
    )


def retiming_job(record: Record, name: str, rival: str) -> EvalJob:
    """Return the job that times a candidate in turns with a rival.

    Where only new bests are profiled, a challenger that becomes one here has had no profile yet.
    """
    row, best = record.view.candidates[name], record.view.best
    profiled = row.evaluation is not None and row.evaluation.profile is not None
    wanted = record.search.terms.profiling.when == "new-best" and not profiled
    return EvalJob(
        candidate=name,
        source=record.writer.source(name),
        directory=record.writer.folder(name),
        profile=wanted,
        profile_above=geometric(best) if wanted else None,
        rival=record.writer.source(rival),
        leave_out=record.view.held_out,
    )


def official_job(record: Record, name: str) -> EvalJob:
    """Return the job for a promotion."""
    return EvalJob(
        candidate=name,
        source=record.writer.source(name),
        directory=record.writer.folder(name),
        mode="official",
        profile=False,
        fresh=True,
    )


def geometric(best: CandidateRow | None) -> float:
    """Return the best's score by the judge's own rule, whatever rule the search goes by."""
    if best is None or best.evaluation is None:
        return 0.0
    return mean_speedup(best.evaluation.results, ScoreRule(), weighted=False)
