"""Whether a routine sorts, and how many comparisons it needs: metrics without a combined_score."""

import functools
import importlib.util
import random
from pathlib import Path

SHARE_OF_BUBBLES = 380


@functools.total_ordering
class Counted:
    """A number that counts how often it is compared."""

    comparisons = 0

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        Counted.comparisons += 1
        return self.value < other.value

    def __eq__(self, other):
        Counted.comparisons += 1
        return self.value == other.value


def cases():
    """Return the lists beside this file, and some random ones."""
    text = Path(__file__).with_name("numbers.txt").read_text()
    rng = random.Random(3)
    drawn = [[rng.randrange(100) for _ in range(20)] for _ in range(4)]
    return [list(map(int, line.split())) for line in text.splitlines()] + drawn


def evaluate(program_path):
    """Return correctness and thrift, each from 0 to 1; their mean is the score."""
    spec = importlib.util.spec_from_file_location("program", program_path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    right, lists = 0, cases()
    Counted.comparisons = 0
    for numbers in lists:
        found = program.sort_numbers([Counted(number) for number in numbers])
        right += [each.value for each in found] == sorted(numbers)
    print(f"{Counted.comparisons} comparisons")
    if right < len(lists):
        return {"correctness": right / len(lists), "error": f"{right}/{len(lists)} sorted"}
    most = SHARE_OF_BUBBLES * len(lists)
    return {"correctness": 1.0, "thrift": max(0.0, 1.0 - Counted.comparisons / most)}
