"""Packs circles into the unit square."""

# EVOLVE-BLOCK-START
ROWS = 4
SHRINK = 0.5


def pack(count):
    """Return (x, y, radius) of circles on a grid, each as large as SHRINK of its cell."""
    cell = 1.0 / ROWS
    circles = []
    for number in range(count):
        row, column = divmod(number, ROWS)
        if row < ROWS:
            centre = ((column + 0.5) * cell, (row + 0.5) * cell)
            circles.append((centre[0], centre[1], SHRINK * cell / 2))
    return circles


# EVOLVE-BLOCK-END


def run_packing(count):
    """What the evaluator calls."""
    return pack(count)
