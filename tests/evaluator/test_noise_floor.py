"""The noise floor follows what the machine does over time, and is kept between workers."""

import json
import math
from pathlib import Path
from statistics import stdev

import pytest

from fie_evaluator.timing.noise_floor import FEWEST, FIRST_JUDGINGS, JUDGINGS, MOST, NoiseFloor


def latency(logarithm: float) -> list[list[float]]:
    """Return a sitting of one workload with one call."""
    return [[math.exp(logarithm)]]


class Sittings:
    """Each comes to the next latency."""

    def __init__(self) -> None:
        self.had = 0

    def __call__(self) -> list[list[float]]:
        self.had += 1
        return latency(0.01 * self.had)


@pytest.fixture
def sittings() -> Sittings:
    return Sittings()


def test_the_first_worker_sits_until_there_is_a_spread(tmp_path: Path, sittings: Sittings) -> None:
    noise = NoiseFloor(tmp_path / "sittings.json", sittings).begun()
    assert sittings.had == FEWEST
    assert noise == pytest.approx(stdev(0.01 * each for each in range(1, FEWEST + 1)))


def test_a_later_worker_adds_one_sitting_to_those_that_were_kept(
    tmp_path: Path, sittings: Sittings
) -> None:
    path = tmp_path / "sittings.json"
    path.write_text(json.dumps([latency(0.0)] * FEWEST))
    noise = NoiseFloor(path, lambda: latency(0.06)).begun()
    assert noise == pytest.approx(stdev([*[0.0] * FEWEST, 0.06]))


def test_a_long_search_looks_again_and_the_oldest_are_forgotten(
    tmp_path: Path, sittings: Sittings
) -> None:
    path = tmp_path / "sittings.json"
    floor = NoiseFloor(path, sittings)
    floor.begun()
    few = (MOST - FEWEST) * FIRST_JUDGINGS
    told = [floor.before_judging() for _ in range(few + 3 * JUDGINGS)]
    assert [at for at, noise in enumerate(told, 1) if noise is not None] == [
        *range(FIRST_JUDGINGS, few + 1, FIRST_JUDGINGS),
        *(few + JUDGINGS * turn for turn in (1, 2, 3)),
    ]
    kept = json.loads(path.read_text())
    assert (len(kept), kept[-1]) == (MOST, latency(0.01 * sittings.had))
