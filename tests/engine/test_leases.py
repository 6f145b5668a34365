"""More evaluations at once than there can be: what is said of it at the launch."""

import pytest

from fie_engine.config.tree import Judging
from fie_engine.launch.leases import lease_notes

FEWER = "2 evaluations at once, not 8: there is one per GPU"


@pytest.mark.parametrize(
    ("slots", "leases", "device", "told", "notes"),
    [
        (None, 1, "cpu", (), ()),
        (2, 2, "cpu", (), ()),
        (8, 2, "cuda:0", (FEWER,), (FEWER,)),
        (8, 2, "cuda:0", ("other",),
         ("other", "2 evaluations at once, not 8 (fie.slots): no more leases")),
        (8, 8, "cuda:0", (), ()),
        (8, 8, "cpu", (),
         ("fie.slots is 8, but there are 2 processors: evaluations slow each other down",)),
    ],
)  # fmt: skip
def test_what_the_leases_cannot_do_is_said(
    slots: int | None, leases: int, device: str, told: tuple[str, ...], notes: tuple[str, ...]
) -> None:
    assert lease_notes(Judging(slots=slots), leases, device, 2, told) == notes
