"""What ends a candidate's judging early, and the rules that need no process to be applied."""

from collections.abc import Sequence
from statistics import median

from fie_evaluator.messages import Timed
from fie_evaluator.policy import violations
from fie_evaluator.results import Status
from fie_evaluator.signature import signature_error

CACHING_FACTOR = 3.0
CACHING_SLACK_MS = 0.3
"Unseen inputs that cost so many times as much, and so much more, betray a cache of results."


class Rejected(Exception):
    """The candidate failed a stage; carries the verdict."""

    def __init__(self, status: Status, error: str, workload: int | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.workload = workload


def check_source(source: str, parameters: Sequence[str]) -> None:
    """Raise Rejected on source that isn't Python, says what it must not, or can't be called."""
    try:
        found = violations(source)
        mistake = signature_error(source, parameters)
    except SyntaxError as error:
        raise Rejected(Status.COMPILE_ERROR, f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Rejected(Status.COMPILE_ERROR, f"the source cannot be parsed: {error}") from error
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise Rejected(Status.REFUSED, f"{found[0]}{more}")
    if mistake:
        raise Rejected(Status.COMPILE_ERROR, mistake)


def plausible(timed: Timed, workloads: int) -> bool:
    """Whether there are latencies for each workload, and all of them positive."""
    measured = (*timed.samples_ms, *timed.unseen_ms)
    return (
        len(timed.samples_ms) == len(timed.unseen_ms) == workloads
        and all(measured)
        and all(0 < latency < float("inf") for latencies in measured for latency in latencies)
    )


def refuse_cached(workload: int, timed: Timed) -> None:
    """Raise Rejected if inputs that were never seen cost far more than repeated ones."""
    typical = median(timed.samples_ms[workload])
    unseen = min(timed.unseen_ms[workload])
    if unseen > CACHING_FACTOR * typical and unseen > typical + CACHING_SLACK_MS:
        raise Rejected(
            Status.REFUSED,
            f"inputs seen before take {typical:.3g} ms, new ones {unseen:.3g} ms: "
            "results are cached",
            workload,
        )
