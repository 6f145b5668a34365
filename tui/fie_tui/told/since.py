"""What happened while a person was away, in lines."""

from collections.abc import Iterator

from fie_engine.view.digest import Digest
from fie_engine.view.rows import LogLine
from fie_evaluator.timing.telling import score_told
from fie_tui.looks import figures
from fie_tui.told.cost_objects import cost_report
from fie_tui.told.costs import cost_told

NAMED_BESTS = 5


def since_lines(digest: Digest) -> Iterator[tuple[str, str]]:
    """Yield a sign and a text each: the best first, then the figures, the newest acts last."""
    if digest.bests:
        yield "★", _bests(digest)
    elif digest.best_now is not None:
        yield (
            "=",
            f"no new best: still {digest.best_now.candidate.id} {figures.of(digest.best_now)}",
        )
    if digest.judged:
        yield "✓", f"{digest.judged:,} judged, {_failed(digest)}"
    if cost := cost_told(digest.cost):
        yield "$", cost
    yield from (_act(line) for line in digest.acts)


def since_report(digest: Digest) -> dict[str, object]:
    """Return what scripts may rely on about what happened between two moments."""
    best = digest.best_now
    return {
        "events": digest.events,
        "seconds": digest.seconds,
        "judged": digest.judged,
        "failed": digest.failed,
        "bests": list(digest.bests),
        "best_candidate": best.candidate.id if best else None,
        "gain": digest.gain,
        "cost": cost_report(digest.cost),
        "acts": [{"event": line.seq, "at": line.at, "text": line.text} for line in digest.acts],
    }


def _failed(digest: Digest) -> str:
    if not digest.failed:
        return "none failed"
    return f"{digest.failed:,} of them failed ({digest.failed / digest.judged:.0%})"


def _bests(digest: Digest) -> str:
    then, now = digest.best_then, digest.best_now
    count = len(digest.bests)
    names = ", ".join(digest.bests[-NAMED_BESTS:])
    told = f"{count} new best{'s' if count > 1 else ''}: {names}"
    if then is None or now is None:
        return told
    gain = f" ({figures.change(digest.gain)})" if digest.gain is not None else ""
    return f"{score_told(then.score, then.unit)} → {figures.of(now)}{gain} · {told}"


def _act(line: LogLine) -> tuple[str, str]:
    return line.glyph, f"{figures.clock_time(line.at)} {line.text}"
