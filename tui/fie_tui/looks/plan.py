"""Where each panel lies, for every size of terminal."""

from textual.geometry import Region

STATUS, EVENTS, HINTS = "status", "events", "hints"

PANELS = ("islands", "candidates", "workloads", "profile", "diff", "about", "log", "trend")
"In the order of their numbers, 1 first."

TABS = PANELS[2:]
"Panels that share one place where there is no room for all."

Plan = dict[str, Region]

FULL_WIDTH, FULL_HEIGHT = 110, 34
"From this size on all panels are on screen at once."
WIDE_WIDTH = 170
LISTS_WIDTH, LISTS_HEIGHT = 64, 16
"Below this size one panel fills the screen."


def is_tabbed(width: int, height: int) -> bool:
    """Whether panels 3 to 8 share one place."""
    return width < FULL_WIDTH or height < FULL_HEIGHT


def status_height(width: int, height: int) -> int:
    """Return how many lines the status takes."""
    if height < LISTS_HEIGHT:
        return 1
    return 3 if is_tabbed(width, height) else 2


def plan(width: int, height: int, *, focus: str, tab: str, zoomed: bool) -> Plan:
    """Return the region of everything that is on screen; what has no room is absent."""
    top = min(status_height(width, height), height)
    bottom = 2 if height >= LISTS_HEIGHT else 1 if height > 3 else 0
    body = Region(0, top, width, max(0, height - top - bottom))
    regions = _panels(body, height, focus=focus, tab=tab, zoomed=zoomed)
    regions[STATUS] = Region(0, 0, width, top)
    if bottom == 2:
        regions[EVENTS] = Region(0, height - 2, width, 1)
    if bottom:
        regions[HINTS] = Region(0, height - 1, width, 1)
    return {name: region for name, region in regions.items() if region.area}


def _panels(body: Region, height: int, *, focus: str, tab: str, zoomed: bool) -> Plan:
    if zoomed or body.width < LISTS_WIDTH or height < LISTS_HEIGHT:
        return {focus: body}
    if is_tabbed(body.width, height):
        return _tabbed(body, tab)
    return _full(body)


def _tabbed(body: Region, tab: str) -> Plan:
    lists, detail = body.split_horizontal(max(6, round(body.height * 0.45)))
    islands, candidates = lists.split_vertical(round(body.width * 0.42))
    return {"islands": islands, "candidates": candidates, tab: detail}


def _full(body: Region) -> Plan:
    top, rest = body.split_horizontal(round(body.height * 0.29))
    middle, bottom = rest.split_horizontal(round(rest.height * 0.46))
    wide = body.width >= WIDE_WIDTH
    trend, islands = top.split_vertical(round(body.width * (0.66 if wide else 0.58)))
    candidates, judged = middle.split_vertical(round(body.width * 0.4))
    workloads, profile = judged.split_vertical(round(judged.width * 0.56))
    diff, side = bottom.split_vertical(round(body.width * (0.48 if wide else 0.58)))
    about, log = (
        side.split_vertical(round(side.width * 0.45))
        if wide
        else side.split_horizontal(round(side.height * 0.5))
    )
    return {
        "trend": trend,
        "islands": islands,
        "candidates": candidates,
        "workloads": workloads,
        "profile": profile,
        "diff": diff,
        "about": about,
        "log": log,
    }
