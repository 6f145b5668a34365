"""Runs that are hostile wherever text goes: every field of every event is filled, old or new."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import count
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tests.tui.canned import CannedRun, candidate, crashed, passed
from tests.tui.hostile import CORPUS
from tests.tui.story import judge

from fie_engine import events as e
from fie_engine.live import Live
from fie_engine.model import Candidate, Exchange, Origin
from fie_engine.record.rundir import RunDirectory, RunWriter
from fie_evaluator.results import Evaluation, Status

KNOWN = "c0000"
"A candidate that exists."

NAMES = frozenset(
    ("candidate", "parent", "parents", "rival", "founder", "mends", "duplicate_of", "moves")
    + ("members", "apart", "archive")
)
"Fields that name candidates: the engine makes those names, nobody else."

SAID: dict[tuple[str, str], object] = {
    ("EngineStopped", "state"): "failed",
    ("Finished", "limit"): "usd",
    ("BudgetNeared", "limit"): "usd",
    ("StopSuggested", "unit"): "usd",
    ("Paused", "until"): "",
    ("Evaluation", "score"): None,
    ("Evaluation", "complete"): True,
    ("Evaluation", "status"): Status.PASSED,
    ("WorkloadResult", "status"): Status.PASSED,
    ("WorkloadResult", "median_ms"): 2.0,
    ("WorkloadResult", "reference_ms"): 4.0,
    ("Retimed", "verdict"): "slower",
}
"Fields whose words are the engine's own."

RECORDABLE = tuple(text.replace("\udc80", "\ufffd") for text in CORPUS)
"A record is UTF-8; no lone surrogate ever gets into one."


def filled(kind: Any, text: str, **said: object) -> Any:
    """Return a value of a dataclass with the text in every field that takes one."""
    hints = get_type_hints(kind)
    made = {
        one.name: SAID.get((kind.__name__, one.name), _value(hints[one.name], one.name, text))
        for one in fields(kind)
    }
    return kind(**(made | said))


def _value(kind: Any, name: str, text: str) -> object:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return inner[0]
    if origin in (Union, UnionType):
        return _value(next(one for one in inner if one is not NoneType), name, text)
    if origin is tuple:
        kinds = inner[:1] if inner[1:] == (...,) else inner
        return tuple(_value(one, name, text) for one in kinds)
    if is_dataclass(kind):
        return filled(kind, text)
    if issubclass(kind, Enum):
        return next(iter(kind))
    if kind is str:
        return KNOWN if name in NAMES else text
    return {bool: False, int: int(name != "island"), float: 1.0}[kind]


def hostile_events(text: str) -> Iterator[e.Event]:
    """Yield an event of every kind that tells of a search at work."""
    for kind in get_args(e.Event):
        if kind not in (e.RunCreated, e.Proposed, e.Evaluated):
            yield filled(kind, text)
    yield filled(e.EngineStarted, text)


def hostile_candidates(number: int, text: str) -> Iterator[tuple[Candidate, Evaluation]]:
    """Yield a candidate that passed and one that failed, with their verdicts."""
    good = filled(Candidate, text, id=f"c{number:04d}", origin=Origin.LLM)
    bad = filled(Candidate, text, id=f"c{number + 1:04d}", parents=(good.id,), origin=Origin.LLM)
    failed = filled(Evaluation, text, status=Status.COMPILE_ERROR, results=(), profile=None)
    yield good, filled(Evaluation, text)
    yield bad, failed


def hostile_run(path: Path) -> CannedRun:
    """Return a run in memory; texts may hold what no file could."""
    run = CannedRun(path, name=f"run {CORPUS[0]} {CORPUS[1]} {CORPUS[4]}")
    terms = {"iterations": 60, "islands": 3}
    run.add(filled(e.RunCreated, CORPUS[1], **terms), filled(e.EngineStarted, CORPUS[4]))
    seed = candidate(0, "", 0)
    run.sources[seed.id] = "# the seed\n"
    run.add(e.Proposed(proposal=0, candidate=seed))
    run.add(e.Evaluated(candidate=seed.id, evaluation=passed(1.0), score=1.0, noise=0.01))
    run.add(e.Improved(candidate=seed.id, score=1.0, previous=0.0))
    run.add(*(e.IslandAdded(island=island, founder=seed.id, reason="") for island in range(3)))
    numbers = count(1, 2)
    for text in CORPUS:
        for made, verdict in hostile_candidates(next(numbers), text):
            run.sources[made.id] = f'"""{text}"""\n'
            run.exchanges[made.id] = filled(Exchange, text)
            run.add(e.Proposed(proposal=1, candidate=made))
            score = 2.0 if verdict.passed else 0.0
            run.add(e.Evaluated(candidate=made.id, evaluation=verdict, score=score, noise=0.01))
        run.add(*hostile_events(text))
    run.heartbeat = filled(Live, CORPUS[2], at=run.now)
    return run


def recorded_run(path: Path) -> RunDirectory:
    """Write a run whose record is hostile wherever text goes."""
    ticks = count(1000)
    writer = RunWriter.create(path, lambda: float(next(ticks)))
    writer.append(filled(e.RunCreated, RECORDABLE[1], iterations=60, islands=3))
    writer.append(filled(e.EngineStarted, RECORDABLE[4]))
    judge(writer, candidate(0, "", 0), passed(1.0), score=1.0)
    judge(writer, candidate(1, KNOWN, 0), crashed(), score=0.0)
    writer.append(*(e.IslandAdded(island=i, founder=KNOWN, reason="") for i in range(3)))
    writer.append(e.Improved(candidate=KNOWN, score=1.0, previous=0.0))
    numbers = count(2, 2)
    for text in RECORDABLE:
        for made, verdict in hostile_candidates(next(numbers), text):
            exchange = filled(Exchange, text)
            score = 2.0 if verdict.passed else 0.0
            judge(writer, made, verdict, score=score, exchange=exchange)
        writer.append(*hostile_events(text))
    writer.append(e.Improved(candidate="c0002", score=2.0, previous=1.0))
    writer.close()
    return RunDirectory(path)
