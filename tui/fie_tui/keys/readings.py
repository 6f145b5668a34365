"""How the words after a command's name are read, and what is done then."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fie_engine import commands as c
from fie_engine.config.adjustable import read_value
from fie_engine.money.budget import LIMITS
from fie_tui.keys.actions import Situation
from fie_tui.keys.deeds_steering import take_in
from fie_tui.keys.deeds_work import ask_ab, set_limit, set_slots
from fie_tui.keys.spoken import Deed, Misspoken, candidate_in, island_in
from fie_tui.looks.plan import PANELS
from fie_tui.told.moments import NoSuchMoment, moment_of

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen

Reading = Callable[["BoardScreen", str], Deed]
"Reads what follows a command's name and returns what to do; raises Misspoken."

EVERYONE = "all"
"Said before a hint that is for every prompt and begins with a number or a candidate."


def go_and(action: str) -> Reading:
    """Choose the candidate that is named, and do what the action's key does."""

    def read(board: "BoardScreen", text: str) -> Deed:
        name = candidate_in(board.view, text).candidate.id

        def take() -> None:
            board.pick(name)
            board.act(action)

        return take

    return read


def go(board: "BoardScreen", text: str) -> Deed:
    """Choose the candidate that is named."""
    name = candidate_in(board.view, text).candidate.id

    def look() -> None:
        board.pick(name)
        board.focus_panel("candidates")

    return look


def moment(board: "BoardScreen", text: str) -> Deed:
    """Show the board as it was at a moment."""
    try:
        event = moment_of(board.app.view, text)
    except NoSuchMoment as error:
        raise Misspoken(str(error)) from error
    return lambda: board.app.travel(event)


def pausing(*, pause: bool) -> Reading:
    """Pause the search or resume it."""

    def read(board: "BoardScreen", text: str) -> Deed:
        require(board, "pause")
        if board.app.pausing == pause:
            raise Misspoken(f"the search is {'paused already' if pause else 'not paused'}")
        return lambda: board.act("pause")

    return read


def pinning(*, pin: bool) -> Reading:
    """Pin a candidate or unpin it."""

    def read(board: "BoardScreen", text: str) -> Deed:
        row = candidate_in(board.view, text)
        if row.pinned == pin:
            raise Misspoken(f"{row.candidate.id} is {'pinned already' if pin else 'not pinned'}")
        return go_and("pin")(board, row.candidate.id)

    return read


def on_island(action: str, do: Callable[["BoardScreen", int], None]) -> Reading:
    """Do something with the island that is named."""

    def read(board: "BoardScreen", text: str) -> Deed:
        island = _open_island(board, action, text)
        return lambda: do(board, island)

    return read


def muting(*, mute: bool) -> Reading:
    """Mute an island or unmute it."""

    def read(board: "BoardScreen", text: str) -> Deed:
        island = _open_island(board, "mute", text)
        if (board.view.rest_of(island) == "muted") == mute:
            raise Misspoken(f"island {island} is {'muted already' if mute else 'not muted'}")
        command = c.Mute(island=island) if mute else c.Unmute(island=island)
        return lambda: board.app.command(command, f"island {island}: {_verb(mute)} asked…")

    return read


def _verb(mute: bool) -> str:
    return "mute" if mute else "unmute"


def challenge(board: "BoardScreen", text: str) -> Deed:
    """Time two in turns; one alone meets the best."""
    require(board, "ab")
    names = text.split()
    if len(names) > 2:
        raise Misspoken("ab takes a candidate and a rival, no more")
    rows = [candidate_in(board.view, name) for name in (*names, "best")[:2]]
    if rows[0] is rows[1]:
        raise Misspoken(f"{rows[0].candidate.id} can't be timed with itself: name a rival")
    return lambda: ask_ab(board, *rows)


def hint(board: "BoardScreen", text: str) -> Deed:
    """Say something in all prompts, an island's, or those for a candidate's children."""
    require(board, "hint")
    first, _, rest = text.partition(" ")
    said, where = (rest.strip(), first) if _names_some(board, first) else (text, EVERYONE)
    if not said:
        raise Misspoken(f"what should the hint say? hint {first} TEXT")
    if where == EVERYONE:
        command, whose = c.Hint(text=said), "every prompt"
    elif where.isdigit():
        island = island_in(board.view, where)
        command, whose = c.Hint(text=said, island=island), f"prompts of island {island}"
    else:
        command, whose = c.Hint(text=said, candidate=where), f"prompts for children of {where}"
    return lambda: board.app.command(command, f"hint asked: {whose} will carry it…")


def _names_some(board: "BoardScreen", word: str) -> bool:
    return word == EVERYONE or word.isdigit() or word in board.view.candidates


def direction(board: "BoardScreen", text: str) -> Deed:
    """Say where an island should go."""
    number, _, said = text.partition(" ")
    island = _open_island(board, "direct", number)
    if not said.strip():
        raise Misspoken(f"where should island {island} go? direct {island} TEXT")
    command = c.Direct(island=island, text=said.strip())
    return lambda: board.app.command(command, f"direction of island {island} asked…")


def demand(board: "BoardScreen", text: str) -> Deed:
    """Demand something in every prompt."""
    require(board, "constrain")
    return lambda: board.app.command(c.AddConstraint(text=text), "constraint asked…")


def setting(board: "BoardScreen", text: str) -> Deed:
    """Give a setting another value."""
    require(board, "set")
    name, _, value = text.replace("=", " ", 1).partition(" ")
    if not value.strip():
        raise Misspoken(f"{name} needs a value: set {name} VALUE, for example 4, 0.3 or null")
    command = c.SetSetting(name=name, value=read_value(value.strip()))
    return lambda: board.app.command(command, f"{name} {value.strip()} asked…")


def budget(board: "BoardScreen", text: str) -> Deed:
    """Change a limit; an amount alone is of dollars."""
    require(board, "budget")
    *kinds, amount = text.lower().replace("-", "_").lstrip("$").split()
    kind = kinds[0] if kinds else "usd"
    if len(kinds) > 1 or kind not in LIMITS:
        limits = ", ".join(name.replace("_", "-") for name in LIMITS)
        raise Misspoken(f"budget takes a kind and an amount; the kinds are {limits}")
    if amount != "none" and not _is_amount(amount):
        raise Misspoken(f"{amount} is no amount: a number above 0, or none for no limit")
    return lambda: set_limit(board, kind, "" if amount == "none" else amount)


def _is_amount(text: str) -> bool:
    value = read_value(text)
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def slots(board: "BoardScreen", text: str) -> Deed:
    """Change how many candidates are judged at once."""
    require(board, "slots")
    if text != EVERYONE and not (text.isdigit() and int(text)):
        raise Misspoken(f"{text} is no number of slots: 1 or more, or all for every lease")
    return lambda: set_slots(board, "" if text == EVERYONE else text)


def files(board: "BoardScreen", text: str) -> Deed:
    """Take kernel files in."""
    require(board, "import_kernel")
    return lambda: take_in(board, text)


def only(board: "BoardScreen", text: str) -> Deed:
    """Filter the candidates."""
    return lambda: board.show_only(text)


def panel(board: "BoardScreen", text: str) -> Deed:
    """Go to a panel."""
    if text not in PANELS:
        raise Misspoken(f"no panel is called {text}; there are {', '.join(PANELS)}")
    return lambda: board.focus_panel(text)


def _open_island(board: "BoardScreen", action: str, word: str) -> int:
    """Return the island that is named, if the action can be taken on it; raises Misspoken."""
    island = island_in(board.view, word)
    now = replace(board.situation, island=island, rest=board.view.rest_of(island))
    require(board, action, now)
    return island


def require(board: "BoardScreen", action: str, now: Situation | None = None) -> None:
    """Raise Misspoken where an action can't be taken."""
    found = board.keys.action(action)
    if refusal := found.refusal(now or board.situation):
        raise Misspoken(f"{found.label}: {refusal}")
