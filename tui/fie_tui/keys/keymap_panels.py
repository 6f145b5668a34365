"""The keys of panels beyond the digits, and of the borders between panels."""

from fie_tui.keys.actions import Action
from fie_tui.looks.plan import LETTERED

GROUP = "Panels"

KEY_NAMES = {"$": "dollar_sign"}
"Textual's names of keys that are no letters."

HELP = {
    "failures": "what went wrong, by kind; Enter lists those candidates, x demands an end of it",
    "cost": "tokens, dollars and judging time by model and island, and what is left",
    "gpu": "load, memory, clocks, power and heat now, and in each judging; without one, the CPU",
    "checklist": "the steps that fast kernels of this kind have, and which of them are done",
}


def _panel(name: str) -> Action:
    key = LETTERED[name]
    return Action(
        id=f"panel_{name}",
        keys=(KEY_NAMES.get(key, key),),
        shown=key,
        label=name if name != "gpu" else "GPU",
        help=HELP[name],
        group=GROUP,
    )


def _border(name: str, keys: tuple[str, ...], shown: str, help_: str) -> Action:
    return Action(id=name, keys=keys, shown=shown, label=name, help=help_, group=GROUP)


PANEL_ACTIONS: tuple[Action, ...] = (
    *map(_panel, LETTERED),
    Action(
        id="turn",
        keys=("O",),
        shown="O",
        label="turn order",
        help="the other way round: oldest first, slowest first",
        group=GROUP,
    ),
    _border("wider", ("ctrl+right",), "^→", "give the panel more columns"),
    _border("narrower", ("ctrl+left",), "^←", "give it fewer columns"),
    _border("taller", ("ctrl+down", "plus"), "^↓ +", "give the panel more lines"),
    _border("shorter", ("ctrl+up", "underscore"), "^↑ _", "give it fewer lines"),
    Action(
        id="even",
        keys=("percent_sign",),
        shown="%",
        label="usual borders",
        help="put all borders back to where they were",
        group=GROUP,
    ),
)
