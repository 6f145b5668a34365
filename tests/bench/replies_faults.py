"""The faults of bench_replies: which replies are disturbed, how, and who judges the rest."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any

from tests.engine.lab import evaluation
from tests.engine.propose.openai_server import Step, answer
from werkzeug import Request, Response

from fie_evaluator.job import EvalJob
from fie_evaluator.results import Evaluation, Status

SEED = """\
# EVOLVE-BLOCK-START
STEPS = [1.0]


def kernel():
    return sum(STEPS)


# EVOLVE-BLOCK-END
"""
STEP = re.compile(r"^STEPS \+= \[(\S+)\]$", re.MULTILINE)
UNKNOWN = "unknown_name"
TRANSPORT = (429, 500, 503, "disconnect", "truncate", "malformed", "stall")
CONTENT = ("lost block", "not Python", "does not compile", "twin", "cut", "empty", "refusal")


def judge(job: EvalJob) -> Evaluation:
    """Judge a kernel by its steps; a name that nobody defined doesn't compile."""
    steps = STEP.findall(job.source)
    if UNKNOWN in steps:
        failed = evaluation(1.0, Status.COMPILE_ERROR, f"name {UNKNOWN!r} is not defined")
        return replace(failed, results=())
    return evaluation(1.0 + sum(map(float, steps)))


def idea(step: str, search: str = "def kernel():") -> str:
    """Return a reply that adds a step to any descendant of the seed."""
    return (
        f"Idea: step {step}.\n\n<<<<<<< SEARCH\n{search}\n=======\n"
        f"STEPS += [{step}]\n\n\ndef kernel():\n>>>>>>> REPLACE\n"
    )


class FaultyQueue:
    """Takes the place of llmock's queue: a new reply for each request, some with a fault."""

    def __init__(self, rate: float, rng: int) -> None:
        self.sent: Counter[str] = Counter()
        self._rate = rate
        self._rng = random.Random(rng)
        self._numbers = count(1)

    def plan_for(self, info: Any) -> Any:
        """Return what llmock is to do with a request."""
        from llmock.scenarios import Fail, Plan, Reply, StreamFault

        if not info.stream:
            return Plan()
        reply = Reply(text=idea(f"{next(self._numbers) / 1e6:.6f}"))
        if self._rng.random() >= self._rate:
            return Plan(reply=reply)
        fault = self._rng.choice(TRANSPORT)
        self.sent[str(fault)] += 1
        if isinstance(fault, int):
            wait = 0.5 if fault == 429 else None
            return Plan(fail=Fail(fault, retry_after=wait))
        after = self._rng.randint(1, 6)
        kind: Any = fault
        return Plan(
            reply=reply, stream_fault=StreamFault(kind, after_chunks=after, stall_seconds=6.0)
        )

    def add(self, *behaviours: Any) -> None:
        """Take nothing: every plan is drawn."""

    def clear(self) -> None:
        """Forget nothing: there is nothing kept."""

    def pending(self) -> list[Any]:
        """Return what waits: nothing."""
        return []


def faulty_content(rate: float, rng: int) -> tuple[Step, Counter[str]]:
    """Return a model that goes wrong at this rate, also when it puts right, and its count."""
    draws, numbers, sent = random.Random(rng), count(1), Counter[str]()

    def step(request: Request) -> Response:
        fault = draws.choice(CONTENT) if draws.random() < rate else ""
        if fault:
            sent[fault] += 1
        asked = json.loads(request.get_data())["messages"][1]["content"]
        number = f"{next(numbers) / 1e6:.6f}"
        if not fault and f"STEPS += [{UNKNOWN}]" in asked.partition("# The program")[2]:
            return answer(mended(number))(request)
        return _faulty(fault, number)(request)

    return step, sent


def mended(step: str) -> str:
    """Return a reply that puts the unknown name right."""
    return (
        f"Idea: a number.\n<<<<<<< SEARCH\nSTEPS += [{UNKNOWN}]\n=======\n"
        f"STEPS += [{step}]\n>>>>>>> REPLACE\n"
    )


def _faulty(fault: str, number: str) -> Step:
    match fault:
        case "lost block":
            return answer(idea(number, "def kernel(x):\n    return prod(STEPS)"))
        case "not Python":
            return answer(idea(number).replace("]\n", "\n"))
        case "does not compile":
            return answer(idea(UNKNOWN))
        case "twin":
            return answer(idea("0.5").replace("STEPS += [0.5]", "# the same"))
        case "cut":
            return answer(idea(number)[:60], finish="length")
        case "empty":
            return answer("")
        case "refusal":
            return answer("", refusal="I can't help with that.")
        case _:
            return answer(idea(number))
