"""Whether as many evaluations can run at once as were asked for."""

from collections.abc import Iterable

from fie_engine.config.tree import Judging


def lease_notes(
    judging: Judging, leases: int, device: str, processors: int, told: Iterable[str]
) -> tuple[str, ...]:
    """Return what the judge says of its leases, and what is to be added about `fie.slots`."""
    known, asked = tuple(told), judging.slots or 0
    if asked > leases and not any("at once, not" in note for note in known):
        return *known, f"{leases} evaluations at once, not {asked} (fie.slots): no more leases"
    here = judging.evaluator == "local"
    if here and device == "cpu" and leases > processors:
        many = "is 1 processor" if processors == 1 else f"are {processors} processors"
        return *known, f"fie.slots is {asked}, but there {many}: evaluations slow each other down"
    return known
