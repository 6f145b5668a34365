"""What ends a candidate's judging early, and the rules that need no process to be applied."""

from collections.abc import Sequence
from statistics import median

from flashinfer_bench.data import Definition, Solution

from fie_evaluator.policy.review import violations
from fie_evaluator.policy.signature import signature_error
from fie_evaluator.results import Status

CACHING_FACTOR = 1.5
CACHING_SLACK_MS = 0.003
"Unseen inputs that cost so many times as much as known ones, and so much more, betray a cache."
TIMED_FACTOR = 3.0
TIMED_SLACK_MS = 0.3
"The same beside the calls that were timed, which found the machine warmer."
LATE_SLACK_MS = 0.03
LATE_SHARE = 0.1
"Work that outlasts this wasn't timed; less is found by watching."


class Rejected(Exception):
    """The candidate failed a stage; carries the verdict."""

    def __init__(self, status: Status, error: str, workload: int | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.workload = workload


def check_source(source: str, parameters: Sequence[str]) -> None:
    """Raise Rejected on source that isn't Python, says what it must not, or can't be called."""
    check_policy(source)
    mistake = signature_error(source, parameters)
    if mistake:
        raise Rejected(Status.COMPILE_ERROR, mistake)


def check_policy(source: str) -> None:
    """Raise Rejected on source that isn't Python or says what it must not."""
    try:
        found = violations(source)
    except SyntaxError as error:
        raise Rejected(Status.COMPILE_ERROR, f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Rejected(Status.COMPILE_ERROR, f"the source cannot be parsed: {error}") from error
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise Rejected(Status.REFUSED, f"{found[0]}{more}")


def first_line(error: Exception) -> str:
    """Return an error's first line."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def check_solution(document: str, definition: Definition) -> Solution:
    """Return a solution given as JSON; Rejected unless it solves this definition by the rules.

    The policy reads Python; what is written in another language is only confined.
    """
    try:
        solution = Solution.model_validate_json(document)
    except ValueError as error:
        raise Rejected(Status.COMPILE_ERROR, f"not a solution: {first_line(error)}") from error
    if solution.definition != definition.name:
        mistake = f"the solution is for {solution.definition}, not for {definition.name}"
        raise Rejected(Status.COMPILE_ERROR, mistake)
    for source in solution.sources:
        if source.path.endswith(".py"):
            check_policy(source.content)
    return solution


def check_latencies(latencies_ms: Sequence[float], count: int, workload: int) -> None:
    """Raise Rejected unless there are so many latencies, all of them positive."""
    if len(latencies_ms) < count or not all(0 < each < float("inf") for each in latencies_ms):
        error = "what its process reports cannot have been measured"
        raise Rejected(Status.REFUSED, error, workload)


def looks_cached(known_ms: Sequence[float], unseen_ms: Sequence[float]) -> bool:
    """Whether every call on unseen inputs took far longer than any on known ones."""
    return min(unseen_ms) > CACHING_FACTOR * max(known_ms) + CACHING_SLACK_MS


def refuse_cached(
    workload: int, typical_ms: float, known_ms: Sequence[float], unseen_ms: Sequence[float]
) -> None:
    """Raise Rejected if inputs that were never seen cost far more than repeated ones."""
    unseen = min(unseen_ms)
    beside_timed = unseen > TIMED_FACTOR * typical_ms and unseen > typical_ms + TIMED_SLACK_MS
    if not (beside_timed or looks_cached(known_ms, unseen_ms)):
        return
    known = typical_ms if beside_timed else max(known_ms)
    raise Rejected(
        Status.REFUSED,
        f"inputs seen before take {known:.3g} ms, new ones {unseen:.3g} ms: results are cached",
        workload,
    )


def outlasts(late_ms: Sequence[float], latencies_ms: Sequence[float]) -> bool:
    """Whether the device, by these calls, still worked when their ends had been recorded."""
    return bool(late_ms) and median(late_ms) > LATE_SLACK_MS + LATE_SHARE * median(latencies_ms)


def escaped(late_ms: float) -> str:
    """Say that work wasn't timed."""
    return (
        f"work went on for {late_ms:.3g} ms after the call's end was recorded: it runs on a "
        "stream that the call does not wait for"
    )
