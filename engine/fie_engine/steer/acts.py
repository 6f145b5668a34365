"""Which acts of a person still stand and can be taken back."""

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


def standing(acts: list[e.Recorded], recorded: e.Recorded) -> list[e.Recorded]:
    """Return the acts that stand after an event, oldest first."""
    event = recorded.event
    if not isinstance(event, TakesBack):
        return acts
    if event.undoes:
        return [act for act in acts if act.seq != event.undoes]
    return [*acts, recorded] if isinstance(event, Undoable) else acts
