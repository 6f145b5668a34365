"""The sum of the radii of circles packed into the unit square, in two stages."""

import importlib.util
import itertools
import math
import os

from openevolve.evaluation_result import EvaluationResult

COUNT = 14
BEST_KNOWN = 1.9
TOLERANCE = 1e-9


def packed(program_path, count):
    """Return what the program packs."""
    spec = importlib.util.spec_from_file_location("program", program_path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return [tuple(map(float, circle)) for circle in program.run_packing(count)]


def complaints(circles):
    """Yield what is wrong with a packing."""
    for place, (x, y, radius) in enumerate(circles):
        if radius <= 0 or not all(map(math.isfinite, (x, y, radius))):
            yield f"circle {place} has the radius {radius}"
        elif min(x, y, 1 - x, 1 - y) < radius - TOLERANCE:
            yield f"circle {place} sticks out of the square"
    for (one, (x, y, r)), (other, (u, v, s)) in itertools.combinations(enumerate(circles), 2):
        if math.hypot(x - u, y - v) < r + s - TOLERANCE:
            yield f"circles {one} and {other} overlap"


def evaluate_stage1(program_path):
    """Look at a small packing only."""
    wrong = list(complaints(packed(program_path, 3)))
    if wrong:
        return EvaluationResult(
            metrics={"combined_score": 0.0, "validity": 0.0},
            artifacts={"complaints": "\n".join(wrong)},
        )
    return EvaluationResult(metrics={"combined_score": 0.6, "validity": 1.0})


def evaluate_stage2(program_path):
    """Score the whole packing."""
    circles = packed(program_path, COUNT)
    wrong = list(complaints(circles))
    total = 0.0 if wrong or len(circles) != COUNT else sum(radius for *_, radius in circles)
    return EvaluationResult(
        metrics={
            "combined_score": total / BEST_KNOWN,
            "validity": float(not wrong),
            "sum_radii": total,
        },
        artifacts={
            "complaints": "\n".join(wrong),
            "packing": "\n".join(f"{x:.3f} {y:.3f} {radius:.3f}" for x, y, radius in circles),
            "site": os.environ.get("PACKING_SITE", "unset"),
        },
    )


def evaluate(program_path):
    """What OpenEvolve calls without a cascade."""
    return evaluate_stage2(program_path)
