"""The keys that are in force: bindings, hints, help and the command line follow from here."""

from dataclasses import dataclass

from fie_tui.keys.actions import Action, Situation, never_refused
from fie_tui.keys.keymap import ACTIONS, CANDIDATE, SEARCH
from fie_tui.keys.keymap_steering import COURSE, ISLAND
from fie_tui.keys.keymap_time import COMPANY
from fie_tui.keys.keymap_time import GROUP as TIME

STEERING_GROUPS = (SEARCH, CANDIDATE, COURSE, ISLAND)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTable:
    """Every action of the board with the keys that it has."""

    actions: tuple[Action, ...] = ACTIONS

    def action(self, name: str) -> Action:
        """Return the action of that id."""
        return next(one for one in self.actions if one.id == name)

    def shown(self, name: str) -> str:
        """Return the first key of an action as the screen writes it; its name without one."""
        action = self.action(name)
        return action.shown.split()[0] if action.keys else f":{action.id}"

    def hints(self, now: Situation) -> list[Action]:
        """Return the actions of the hint line in order; none that steer where nothing can be."""
        ranked = sorted((one for one in self.actions if one.hint), key=lambda one: one.hint)
        hidden = STEERING_GROUPS if now.looks_only else ()
        if not now.past:
            hidden = (*hidden, TIME)
        if now.past or not now.controller:
            hidden = (*hidden, COMPANY)
        return [one for one in ranked if one.group not in hidden or one.refusal is never_refused]


USUAL_KEYS = KeyTable()
