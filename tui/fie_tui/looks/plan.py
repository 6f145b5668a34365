"""Where each panel lies, for every size of terminal."""

from textual.geometry import Region

from fie_tui.looks.splits import Cut, Direction, Place, Splits, Tree, cut_beside, laid_out, places

STATUS, EVENTS, HINTS = "status", "events", "hints"

NUMBERED = (
    "islands",
    "candidates",
    "workloads",
    "profile",
    "diff",
    "about",
    "log",
    "trend",
    "lineage",
)
"Panels in the order of their numbers, 1 first."

LETTERED = {"failures": "F", "cost": "$", "gpu": "H", "checklist": "L"}
"Panels that come after the digits, and their keys."

PANELS = (*NUMBERED, *LETTERED)

KEYS = {name: str(number) for number, name in enumerate(NUMBERED, start=1)} | LETTERED

TABS = PANELS[2:]
"Panels that share one place where there is no room for all."

SIDE = ("about", "lineage", "failures", "cost", "gpu", "checklist")
"Panels that share the place beside the diff where there is more room, but not for all."

Plan = dict[str, Region]

FULL_WIDTH, FULL_HEIGHT = 110, 34
"From this size on the panels that say most are on screen at once."
WIDE_WIDTH = 170
GRAND_HEIGHT = 52
"From this height on, where it is wide, all panels are on screen at once."
TALL_HEIGHT = 42
"From this height on a narrow terminal has two places below its lists."
LISTS_WIDTH, LISTS_HEIGHT = 64, 16
"Below this size one panel fills the screen."
LEAST_WIDTH, LEAST_HEIGHT = 30, 6
"Below this size no panel says anything."


def _columns(name: str, share: float, first: Tree, second: Tree) -> Cut:
    return Cut(name=name, direction="columns", share=share, first=first, second=second)


def _rows(name: str, share: float, first: Tree, second: Tree) -> Cut:
    return Cut(name=name, direction="rows", share=share, first=first, second=second)


def _place(*panels: str) -> Place:
    return Place(panels=panels)


TABBED = _rows(
    "tabbed lists",
    0.45,
    _columns("tabbed islands", 0.44, _place("islands"), _place("candidates")),
    _place(*TABS),
)

TALL = _rows(
    "tall lists",
    0.3,
    _columns("tall islands", 0.44, _place("islands"), _place("candidates")),
    _rows(
        "tall detail",
        0.48,
        _place("workloads", "profile", *SIDE),
        _place("diff", "log", "trend"),
    ),
)

FULL = _rows(
    "full top",
    0.29,
    _columns("full trend", 0.58, _place("trend"), _place("islands")),
    _rows(
        "full middle",
        0.46,
        _columns(
            "full candidates",
            0.36,
            _place("candidates"),
            _columns("full workloads", 0.6, _place("workloads"), _place("profile")),
        ),
        _columns(
            "full diff",
            0.58,
            _place("diff"),
            _rows("full side", 0.5, _place(*SIDE), _place("log")),
        ),
    ),
)

WIDE = _rows(
    "wide top",
    0.29,
    _columns("wide trend", 0.62, _place("trend"), _place("islands")),
    _rows(
        "wide middle",
        0.46,
        _columns(
            "wide candidates",
            0.4,
            _place("candidates"),
            _columns("wide workloads", 0.56, _place("workloads"), _place("profile")),
        ),
        _columns(
            "wide diff",
            0.48,
            _place("diff"),
            _columns("wide side", 0.5, _place(*SIDE), _place("log")),
        ),
    ),
)

GRAND = _rows(
    "grand top",
    0.29,
    _columns(
        "grand trend",
        0.44,
        _place("trend"),
        _columns(
            "grand islands",
            0.53,
            _place("islands"),
            _rows("grand failures", 0.52, _place("failures"), _place("gpu")),
        ),
    ),
    _rows(
        "grand middle",
        0.45,
        _columns(
            "grand candidates",
            0.42,
            _place("candidates"),
            _columns("grand workloads", 0.56, _place("workloads"), _place("profile")),
        ),
        _columns(
            "grand diff",
            0.42,
            _place("diff"),
            _columns(
                "grand side",
                0.48,
                _rows("grand about", 0.55, _place("about", "checklist"), _place("log")),
                _rows("grand lineage", 0.55, _place("lineage"), _place("cost")),
            ),
        ),
    ),
)


def is_tabbed(width: int, height: int) -> bool:
    """Whether all panels but the two lists share a place, or two."""
    return width < FULL_WIDTH or height < FULL_HEIGHT


def is_too_small(width: int, height: int) -> bool:
    """Whether there is no room for any panel."""
    return width < LEAST_WIDTH or height < LEAST_HEIGHT


def tree_of(width: int, height: int, *, focus: str, zoomed: bool) -> Tree:
    """Return how a terminal of this size is cut."""
    if zoomed or width < LISTS_WIDTH or height < LISTS_HEIGHT:
        return _place(focus)
    if is_tabbed(width, height):
        return TABBED if height < TALL_HEIGHT else TALL
    if width < WIDE_WIDTH:
        return FULL
    return GRAND if height >= GRAND_HEIGHT else WIDE


def groups(width: int, height: int) -> tuple[tuple[str, ...], ...]:
    """Return the panels that share places at this size; a zoomed one says whose place it had."""
    tree = tree_of(width, height, focus=PANELS[0], zoomed=False)
    shared = PANELS if isinstance(tree, Place) else ()
    found = tuple(place.panels for place in places(tree) if len(place.panels) > 1)
    return (shared,) if shared else found


def status_height(width: int, height: int) -> int:
    """Return how many lines the status takes."""
    if height < LISTS_HEIGHT:
        return 1
    return 3 if is_tabbed(width, height) else 2


def plan(
    width: int,
    height: int,
    *,
    focus: str,
    recent: tuple[str, ...] = (),
    zoomed: bool = False,
    splits: Splits | None = None,
) -> Plan:
    """Return the region of everything that is on screen; what has no room is absent.

    `recent` are panels in the order in which they had the keys, the newest first.
    """
    if is_too_small(width, height):
        return {EVENTS: Region(0, 0, width, height)}
    top = status_height(width, height)
    bottom = 2 if height >= LISTS_HEIGHT else 1
    body = Region(0, top, width, max(0, height - top - bottom))
    tree = tree_of(width, height, focus=focus, zoomed=zoomed)
    regions = laid_out(tree, body, splits or Splits(), (focus, *recent))
    regions[STATUS] = Region(0, 0, width, top)
    if bottom == 2:
        regions[EVENTS] = Region(0, height - 2, width, 1)
    regions[HINTS] = Region(0, height - 1, width, 1)
    return {name: region for name, region in regions.items() if region.area}


def resized(
    splits: Splits, width: int, height: int, panel: str, direction: Direction, steps: int
) -> Splits | None:
    """Return the splits with a panel made larger by `steps`; None where nothing bounds it."""
    tree = tree_of(width, height, focus=panel, zoomed=False)
    beside = cut_beside(tree, panel, direction)
    if beside is None:
        return None
    cut, towards_larger = beside
    return splits.shifted(cut, steps * towards_larger)
