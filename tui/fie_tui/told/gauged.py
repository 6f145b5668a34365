"""What this viewer has seen of each GPU since it came, for the trends."""

from collections.abc import Mapping

from fie_engine.live import Live
from fie_evaluator.timing.reading import Reading

KEPT = 60
"Readings of each GPU; about a minute."

Gauged = Mapping[str, tuple[Reading, ...]]
"Readings by the GPU's UUID, the newest last."


def remembered(gauged: Gauged, live: Live | None) -> Gauged:
    """Return what was seen with a heartbeat's readings added, each of them once."""
    if live is None:
        return gauged
    newest = {one.uuid: one for one in live.readings}
    if newest == {uuid: seen[-1] for uuid, seen in gauged.items()}:
        return gauged
    return {uuid: _added(gauged.get(uuid, ()), one) for uuid, one in newest.items()}


def _added(seen: tuple[Reading, ...], one: Reading) -> tuple[Reading, ...]:
    return seen if seen[-1:] == (one,) else (*seen, one)[-KEPT:]
