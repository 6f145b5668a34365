"""What a person types to see only some candidates: words that must all hold."""

import difflib
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from fie_engine.view.clusters import error_of, normalised
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_engine.view.run import RunView
from fie_evaluator.results import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One candidate, and what a term may ask about it."""

    row: CandidateRow
    view: RunView
    now: float
    "Unix time, seconds."
    marks: tuple[str, ...]


Holds = Callable[[Subject], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Terms, and what is wrong with those that are none."""

    terms: tuple[Holds, ...] = ()
    problem: str = ""
    "The first bad term and what would do; bad terms are left out."
    asks_time: bool = False
    "Whether what holds depends on the clock."

    def holds(self, subject: Subject) -> bool:
        """Whether every term holds."""
        return all(term(subject) for term in self.terms)


WORD = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
"Blanks part words, except between quotes."

COMPARISON = re.compile(r"([a-z_]+)(>=|<=|>|<|=)(.*)")
FIELD = re.compile(r"([a-z_]+):(.*)")

COMPARES: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}

SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def split(text: str) -> tuple[str, ...]:
    """Return the words of a filter as typed, in lower case."""
    return tuple(WORD.findall(text.lower()))


@lru_cache(maxsize=64)
def parsed(words: tuple[str, ...]) -> Query:
    """Return what the words ask for; a bad one is named and left out."""
    terms: list[Holds] = []
    problems: list[str] = []
    for word in words:
        found = _term(word)
        if isinstance(found, str):
            problems.append(found)
        else:
            terms.append(found)
    problem = (*problems, "")[0]
    timed = any(word.lstrip("-").startswith("age") for word in words)
    return Query(terms=tuple(terms), problem=problem, asks_time=timed)


def _term(word: str) -> Holds | str:
    negated = word.startswith("-") and len(word) > 1
    found = _positive(word[1:] if negated else word)
    if isinstance(found, str) or not negated:
        return found
    return lambda subject: not found(subject)


def _positive(word: str) -> Holds | str:
    if word in STATES:
        return STATES[word]
    if match := COMPARISON.fullmatch(word):
        return _comparison(*match.groups())
    if match := FIELD.fullmatch(word):
        return _field(*match.groups())
    text = word.replace('"', "")
    return lambda subject: text in _text(subject.row)


def _comparison(name: str, sign: str, value: str) -> Holds | str:
    if name not in NUMBERS:
        return f"{name} is no figure: {_nearest(name, NUMBERS)}"
    wanted = _number(name, value)
    if wanted is None:
        return f"{name}{sign}{value} needs a number, such as {EXAMPLES[name]}"
    figure, compare = NUMBERS[name], COMPARES[sign]

    def holds(subject: Subject) -> bool:
        own = figure(subject)
        return own is not None and compare(own, wanted)

    return holds


def _field(name: str, value: str) -> Holds | str:
    wanted = value.replace('"', "")
    if name in NUMBERS:
        return _comparison(name, "=", value) if value else f"{name}: needs a number"
    if name not in TEXTS:
        known = _nearest(name, (*TEXTS, *NUMBERS))
        return f"{name}: is no field: {known} Between quotes it is a text"
    if not wanted:
        return f"{name}: needs a value"
    text = TEXTS[name]
    return lambda subject: text(subject).lower() == wanted


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return what may have been meant, else all that there is."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}."


def _number(name: str, text: str) -> float | None:
    """Return a number as a person writes it: 1.5x, 3%, $0.2, 10m."""
    unit = SECONDS.get(text[-1:], 1.0) if name == "age" else 1.0
    bare = text.strip("$x%" if name != "age" else "smhd")
    try:
        return float(bare) * unit
    except ValueError:
        return None


def _has(state: CandidateState) -> Holds:
    return lambda subject: subject.row.state is state


def _failed_as(*statuses: Status) -> Holds:
    def holds(subject: Subject) -> bool:
        judged = subject.row.evaluation
        return judged is not None and judged.status in statuses

    return holds


def _text(row: CandidateRow) -> str:
    made = row.candidate
    words = f"{made.id} {made.origin} {made.model} {made.note}"
    if row.state is CandidateState.FAILED and row.evaluation is not None:
        words += f" {error_of(row.evaluation)}"
    return words.lower()


def _score(subject: Subject) -> float | None:
    return subject.row.score if subject.row.counts else None


def _delta(subject: Subject) -> float | None:
    change = subject.row.versus_parent
    return None if change is None else change * 100


def _cost(subject: Subject) -> float:
    money = subject.view.money
    return money.of(subject.row.candidate.id).amount(money.unit)


def _kind(subject: Subject) -> float | None:
    """Return the number of the kind of failure."""
    row = subject.row
    if row.state is not CandidateState.FAILED or row.evaluation is None:
        return None
    kind = subject.view.failed.cluster(normalised(error_of(row.evaluation)))
    return None if kind is None else float(kind.number)


WRONG = (Status.INCORRECT_NUMERICAL, Status.INCORRECT_SHAPE, Status.INCORRECT_DTYPE)

STATES: dict[str, Holds] = {
    "ok": _has(CandidateState.PASSED),
    "passed": _has(CandidateState.PASSED),
    "failed": _has(CandidateState.FAILED),
    "judging": _has(CandidateState.JUDGING),
    "queued": _has(CandidateState.QUEUED),
    "wrong": _failed_as(*WRONG),
    "timeout": _failed_as(Status.TIMEOUT),
    "crashed": _failed_as(Status.CRASHED),
    "refused": _failed_as(Status.REFUSED),
    "pinned": lambda subject: subject.row.pinned,
    "best": lambda subject: subject.row.improved or subject.row.champion,
    "promoted": lambda subject: bool(subject.row.promoted),
    "marked": lambda subject: subject.row.candidate.id in subject.marks,
    "noise": lambda subject: subject.row.within_noise,
}

NUMBERS: dict[str, Callable[[Subject], float | None]] = {
    "speedup": _score,
    "score": _score,
    "delta": _delta,
    "gen": lambda subject: float(subject.row.candidate.generation),
    "island": lambda subject: float(subject.row.candidate.island),
    "age": lambda subject: subject.now - subject.row.at,
    "cost": _cost,
    "failure": _kind,
}

EXAMPLES = {
    "speedup": "speedup>1.5",
    "score": "score>1.5",
    "delta": "delta>2%",
    "gen": "gen<5",
    "island": "island:2",
    "age": "age<10m",
    "cost": "cost>0.01",
    "failure": "failure:1",
}

TEXTS: dict[str, Callable[[Subject], str]] = {
    "parent": lambda subject: (*subject.row.candidate.parents, "")[0],
    "by": lambda subject: subject.row.candidate.model,
    "origin": lambda subject: subject.row.candidate.origin.value,
}
