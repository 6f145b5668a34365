"""Which event is what became of a command."""

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.events_steering import Act

ANSWERS: dict[type[c.Order], tuple[type, tuple[str, ...]]] = {
    c.Pause: (e.Paused, ()),
    c.Resume: (e.Resumed, ()),
    c.Stop: (e.EngineStopped, ()),
    c.Pin: (e.Pinned, ("candidate",)),
    c.Unpin: (e.Unpinned, ("candidate",)),
    c.Fork: (e.Forked, ("candidate",)),
    c.Inject: (e.Injected, ("how", "author")),
    c.Hint: (e.Hinted, ("island", "candidate")),
    c.RemoveHint: (e.HintRemoved, ("hint",)),
    c.Direct: (e.Directed, ("island",)),
    c.AddConstraint: (e.ConstraintAdded, ("cluster",)),
    c.RemoveConstraint: (e.ConstraintRemoved, ("constraint",)),
    c.Mute: (e.Muted, ("island",)),
    c.Unmute: (e.Unmuted, ("island",)),
    c.Retire: (e.IslandRetired, ("island",)),
    c.Reseed: (e.IslandReseeded, ("island",)),
    c.SetSetting: (e.SettingChanged, ("value",)),
}
"What each command becomes, and which fields it shares with that."


def answers(event: e.Event, command: c.Command) -> bool:
    """Whether an event is what became of a command."""
    match event:
        case e.CommandRefused(command=refused):
            return refused.lower() == type(command).__name__.lower()
        case e.Retimed() | e.RetimingDropped():
            # The best is always the rival, whoever was named first.
            return isinstance(command, c.Retime) and event.candidate in (
                command.candidate,
                command.rival,
            )
        case e.Promoted(candidate=candidate) | e.PromotionRefused(candidate=candidate):
            return isinstance(command, c.Promote) and command.candidate == candidate
        case e.Migrated(reason=reason):
            return isinstance(command, c.Migrate) and bool(reason)
        case Act() if event.undoes:
            return isinstance(command, c.Undo)
        case Act() if event.redoes:
            return isinstance(command, c.Redo)
        case _:
            return _is_expected(event, command)


def _is_expected(event: e.Event, command: c.Command) -> bool:
    kind, shared = ANSWERS.get(type(command), (type(None), ()))
    return isinstance(event, kind) and all(
        getattr(event, name) == getattr(command, name) for name in shared
    )
