"""How far the score of one and the same kernel varies between sittings: the A/A noise."""

import math
from collections.abc import Sequence
from statistics import fmean, median, stdev

Samples = Sequence[float]
"Timed calls of one workload, in milliseconds."
Sitting = Sequence[Samples]
"One run through every workload."


def aa_noise(sittings: Sequence[Sitting]) -> float:
    """Return the relative standard deviation of the geometric score between sittings.

    All are of one kernel and have the same workloads; ValueError for fewer than two.
    """
    if len(sittings) < 2:
        raise ValueError("the noise between sittings needs at least two of them")
    if len({len(sitting) for sitting in sittings}) > 1:
        raise ValueError("the sittings have different workloads")
    return stdev(log_latency(sitting) for sitting in sittings)


def log_latency(sitting: Sitting) -> float:
    """Return the logarithm of the geometric mean latency; the score is its reciprocal's.

    Where differences are small, those of logarithms are the relative ones.
    """
    return fmean(math.log(median(samples)) for samples in sitting)
