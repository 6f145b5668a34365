"""Sorts numbers with as few comparisons as it can."""

import heapq

# EVOLVE-BLOCK-START
CHUNK = 32


def sort_numbers(numbers):
    """Return the numbers in order: chunks by bubble sort, then merged."""
    chunks = [bubbled(numbers[start : start + CHUNK]) for start in range(0, len(numbers), CHUNK)]
    return list(heapq.merge(*chunks))


def bubbled(numbers):
    """Return a few numbers in order."""
    result = list(numbers)
    for _ in range(len(result)):
        for place in range(len(result) - 1):
            if result[place] > result[place + 1]:
                result[place], result[place + 1] = result[place + 1], result[place]
    return result


# EVOLVE-BLOCK-END
