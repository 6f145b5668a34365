"""A change as SEARCH/REPLACE blocks, the form in which models answer."""

import difflib


def search_replace(before: str, after: str) -> str:
    """Return blocks that turn one text into the other; each SEARCH occurs exactly once."""
    old, new = before.split("\n"), after.split("\n")
    regions = _merged(old, new)
    return "\n".join(
        _block(old[first:last], new[new_first:new_last])
        for first, last, new_first, new_last in regions
    )


def _block(search: list[str], replace: list[str]) -> str:
    parts = ["<<<<<<< SEARCH", *search, "=======", *replace, ">>>>>>> REPLACE"]
    return "\n".join(parts)


def _merged(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Return changed regions, each grown until unique; regions that meet become one."""
    regions: list[tuple[int, int, int, int]] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal":
            continue
        region = _grown(old, new, (first, last, new_first, new_last))
        while regions and regions[-1][1] >= region[0]:
            joined = _joined(regions.pop(), region)
            region = _grown(old, new, joined)
        regions.append(region)
    return regions


def _joined(
    one: tuple[int, int, int, int], two: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    return (
        min(one[0], two[0]),
        max(one[1], two[1]),
        min(one[2], two[2]),
        max(one[3], two[3]),
    )


def _grown(
    old: list[str], new: list[str], region: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """Widen a region, upwards first, until its old lines occur once in the file."""
    first, last, new_first, new_last = _ended(old, new, region)
    while not _unique(old, first, last):
        if first > 0 and new_first > 0:
            first, new_first = first - 1, new_first - 1
        elif last < len(old) and new_last < len(new):
            last, new_last = last + 1, new_last + 1
        else:
            return 0, len(old), 0, len(new)
    return first, last, new_first, new_last


def _ended(
    old: list[str], new: list[str], region: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """Widen a region downwards until both sides end in a line that readers don't strip."""
    first, last, new_first, new_last = region
    while last < len(old) and new_last < len(new):
        if _solid(old, first, last) and _solid(new, new_first, new_last):
            break
        last, new_last = last + 1, new_last + 1
    return first, last, new_first, new_last


def _solid(lines: list[str], first: int, last: int) -> bool:
    return (
        last > first
        and lines[last - 1].strip() != ""
        and lines[last - 1] == lines[last - 1].rstrip()
    )


def _unique(lines: list[str], first: int, last: int) -> bool:
    # Readers match with and without trailing blanks, so uniqueness must hold for both.
    wanted = [line.rstrip() for line in lines[first:last]]
    if not any(wanted):
        return False
    stripped = [line.rstrip() for line in lines]
    size = last - first
    matches = sum(stripped[at : at + size] == wanted for at in range(len(lines) - size + 1))
    return matches == 1
