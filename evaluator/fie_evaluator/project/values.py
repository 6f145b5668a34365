"""What evaluators return, as values that can be sent and stored."""

import math
from typing import Any

LONGEST_TEXT = 20_000
"Characters of an artifact that are kept, from its start."


def number(value: Any) -> float | None:
    """Return a metric as a finite float; a flag, a text or a NaN is none."""
    if isinstance(value, bool | str | bytes):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def text(value: object) -> str:
    """Return anything as a text of bounded length."""
    whole = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    whole = whole.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= LONGEST_TEXT else whole[:LONGEST_TEXT] + "…"
