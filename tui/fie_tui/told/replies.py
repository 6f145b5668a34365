"""What models' replies came to, as lines: how many were of use, put right, or lost."""

from collections.abc import Iterator

from fie_engine.view.narrate_steering import first_line
from fie_engine.view.rows import ModelRow
from fie_engine.view.run import RunView


def replies_lines(view: RunView) -> Iterator[str]:
    """Yield a line for each model that answered, and for each that can't be asked."""
    for row in view.models.rows:
        yield f"replies of {row.model}: {_outcome(row)}{_mending(row)}"
    for model, reason in view.models.absent.items():
        yield f"{model} is left out until its server answers: {first_line(reason)}"


def _outcome(row: ModelRow) -> str:
    parts = [f"{row.candidates} of {row.replies} became candidates"]
    parts += [f"{row.duplicates} repeated one"] if row.duplicates else []
    parts += [f"{row.unusable} could not be used"] if row.unusable else []
    return ", ".join(parts)


def _mending(row: ModelRow) -> str:
    """Return how often a failed reply was put right, and what that cost."""
    if not row.mends:
        return ""
    tokens = f"{row.mend_tokens:,}".replace(",", " ")
    times = "reply was" if row.mends == 1 else "replies were"
    return f"; {row.mends} {times} to put one right ({tokens} tokens), {row.mended} passed"
