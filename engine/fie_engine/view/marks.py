"""A person's acts as the trend marks them."""

from fie_engine import events as e
from fie_engine.events_steering import Act


def mark_of(event: e.Event) -> str:
    """Return an act in a word or two; empty for an event that gets no mark."""
    match event:
        case e.Paused():
            return "pause"
        case e.Resumed():
            return "resume"
        case e.Pinned(candidate=name):
            return f"pin {name}"
        case e.Unpinned(candidate=name):
            return f"unpin {name}"
        case e.Forked(candidate=name, island=island):
            return f"fork {name} → {island}"
        case e.Challenged(candidate=name, rival=rival, asked=True):
            return f"A/B {name} {rival}"
        case e.Promoted(candidate=name):
            return f"promote {name}"
        case e.Injected(candidate=name, how=how):
            return f"{how} {name}"
        case e.SettingChanged(name=name, value=value):
            return f"{name.rpartition('.')[2]} {value}"
        case e.Migrated(reason=reason, author=author):
            return "migrate" if reason or author else ""
        case _:
            return _of_the_course(event)


def act_on(event: e.Event) -> tuple[str, str]:
    """Return the candidate that an act is about, and the act with its author; else nothing."""
    name, mark = getattr(event, "candidate", ""), mark_of(event)
    if not name or not mark:
        return "", ""
    by = f" by {event.author}" if isinstance(event, Act) and event.author else ""
    return name, mark.replace(f" {name}", "", 1) + by


def _of_the_course(event: e.Event) -> str:
    match event:
        case e.Hinted(hint=number):
            return f"hint {number}"
        case e.HintRemoved(hint=number):
            return f"no hint {number}"
        case e.Directed(island=island):
            return f"direct {island}"
        case e.ConstraintAdded(constraint=number):
            return f"constraint {number}"
        case e.ConstraintRemoved(constraint=number):
            return f"no constraint {number}"
        case e.Muted(island=island):
            return f"mute {island}"
        case e.Unmuted(island=island):
            return f"unmute {island}"
        case e.IslandRetired(island=island):
            return f"retire {island}"
        case e.IslandReopened(island=island):
            return f"reopen {island}"
        case e.IslandReseeded(island=island, founder=founder):
            return f"reseed {island} ← {founder}"
        case e.IslandRestored(island=island):
            return f"restore {island}"
        case _:
            return ""
