"""Looks for the lowest point of a hilly landscape within a budget of looks."""

import random

# EVOLVE-BLOCK-START
CHUNK_SIZE = 8
REACH = 5


def search(landscape, seed):
    """Return the lowest point of two chunks of random tries."""
    rng = random.Random(seed)
    best = (0.0, 0.0)
    for _ in range(2):
        tries = [
            (rng.uniform(-REACH, REACH), rng.uniform(-REACH, REACH)) for _ in range(CHUNK_SIZE)
        ]
        best = min([best, *tries], key=lambda point: landscape(*point))
    return best


# EVOLVE-BLOCK-END


def run(landscape, seed):
    """What the evaluator calls."""
    return search(landscape, seed)
