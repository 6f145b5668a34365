"""Which acts of a person still stand and can be taken back, and which can be done again."""

from dataclasses import dataclass

from fie_engine import events as e

Undoable = (
    e.Pinned
    | e.Unpinned
    | e.Forked
    | e.Hinted
    | e.HintRemoved
    | e.Directed
    | e.ConstraintAdded
    | e.ConstraintRemoved
    | e.Muted
    | e.Unmuted
    | e.IslandRetired
    | e.IslandReseeded
    | e.SettingChanged
)
"A migration's copies and a kernel that was taken in stay: others have learnt from them."

TakesBack = Undoable | e.IslandReopened | e.IslandRestored


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """A person's acts, as far as they can be taken back or done again."""

    standing: tuple[e.Recorded, ...] = ()
    "Oldest first; the last is what an undo takes back."
    undone: tuple[e.Recorded, ...] = ()
    "Acts that were taken back; the last is what a redo does again."

    def after(self, recorded: e.Recorded) -> "Acts":
        """Return what there is after an event; a new act ends what could be done again."""
        event = recorded.event
        if not isinstance(event, TakesBack):
            return self
        if event.undoes:
            moved = _of(self.standing, event.undoes)
            return Acts(standing=_but(self.standing, moved), undone=(*self.undone, *moved))
        if event.redoes:
            moved = _of(self.undone, event.redoes)
            return Acts(standing=(*self.standing, *moved), undone=_but(self.undone, moved))
        if not isinstance(event, Undoable):
            return self
        return Acts(standing=(*self.standing, recorded))


def _of(acts: tuple[e.Recorded, ...], seq: int) -> tuple[e.Recorded, ...]:
    return tuple(act for act in acts if act.seq == seq)


def _but(acts: tuple[e.Recorded, ...], moved: tuple[e.Recorded, ...]) -> tuple[e.Recorded, ...]:
    return tuple(act for act in acts if act not in moved)
