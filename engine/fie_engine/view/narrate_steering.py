"""A person's acts in words."""

from typing import assert_never

from fie_engine import events as e
from fie_engine.events_steering import Act, ControlEvent, CourseEvent, Scalar
from fie_evaluator.stages.gate import gate_told
from fie_evaluator.timing.telling import score_told

VERBS = {
    "retime": "ab",
    "removehint": "unhint",
    "addconstraint": "require",
    "removeconstraint": "unrequire",
    "setsetting": "set",
}
"What a person calls a command, where that is not its name."

SHOWN = 60
"Characters of a hint that a log line shows."


def because(act: Act) -> str:
    """Return why an act was done, and by whom, in brackets; empty where nobody said."""
    said = ", ".join(word for word in (act.reason, act.author and f"by {act.author}") if word)
    return f" ({said})" if said else ""


def first_line(text: str) -> str:
    """Return the first line of a text that may be empty."""
    lines = text.strip().splitlines()
    return lines[0] if lines else "no reason given"


def control_words(event: ControlEvent) -> tuple[str, str, str]:
    """Return glyph, text and candidate of what was done with the run or a candidate."""
    match event:
        case e.Paused():
            wait = f"; goes on by itself once {event.until}" if event.until else ""
            return "‖", f"paused{because(event)}{wait}", ""
        case e.Resumed():
            return "▶", f"resumed{because(event)}", ""
        case e.Pinned():
            return "¶", f"pinned {event.candidate}{because(event)}", event.candidate
        case e.Unpinned():
            return "¶", f"unpinned {event.candidate}{because(event)}", event.candidate
        case e.Forked():
            where = f"island {event.island}{because(event)}"
            return "⑂", f"forked {event.candidate} to {where}", event.candidate
        case e.Injected():
            made = f"{event.candidate} by {event.how} as a child of {event.parent}"
            return "¶", f"took in {made}{because(event)}", event.candidate
        case e.CommandRefused():
            verb = VERBS.get(event.command, event.command)
            return "!", f"refused {verb}: {event.reason}", ""
        case e.PromotionStarted() | e.Promoted() | e.PromotionRefused():
            return _promotion_words(event)
        case _:
            assert_never(event)


def course_words(event: CourseEvent) -> tuple[str, str, str]:
    """Return glyph, text and candidate of what the search was told."""
    why = because(event)
    match event:
        case e.Hinted():
            return "¶", f"hint {event.hint} {scope(event)}: {_brief(event.text)}{why}", ""
        case e.HintRemoved():
            return "¶", f"hint {event.hint} removed{why}", ""
        case e.Directed(text=""):
            return "¶", f"island {event.island} has no direction any more{why}", ""
        case e.Directed():
            return "¶", f"island {event.island} directed: {_brief(event.text)}{why}", ""
        case e.ConstraintAdded():
            return "¶", f"constraint {event.constraint}: {_brief(event.text)}{why}", ""
        case e.ConstraintRemoved():
            return "¶", f"constraint {event.constraint} removed{why}", ""
        case e.SettingChanged():
            change = f"{_value(event.previous)} → {_value(event.value)}"
            return "¶", f"{event.name}: {change}{why}", ""
        case _:
            return _island_words(event)


def scope(hint: e.Hinted) -> str:
    """Say whose prompts a hint reaches."""
    if hint.candidate:
        return f"for children of {hint.candidate}"
    return "for the run" if hint.island is None else f"for island {hint.island}"


IslandAct = (
    e.Muted | e.Unmuted | e.IslandRetired | e.IslandReopened | e.IslandReseeded | e.IslandRestored
)


def _island_words(event: IslandAct) -> tuple[str, str, str]:
    island, why = f"island {event.island}", because(event)
    match event:
        case e.Muted():
            return "‖", f"{island} muted{why}", ""
        case e.Unmuted():
            return "▶", f"{island} unmuted{why}", ""
        case e.IslandRetired():
            return "⑂", f"{island} retired{why}", ""
        case e.IslandReopened():
            return "⑂", f"{island} reopened{why}", ""
        case e.IslandReseeded():
            left = f"{len(event.members)} left it"
            return "⑂", f"{island} reseeded from {event.founder}, {left}{why}", event.founder
        case e.IslandRestored():
            return "⑂", f"{island} restored: {len(event.members)} are back{why}", ""
        case _:
            assert_never(event)


def _promotion_words(
    event: e.PromotionStarted | e.Promoted | e.PromotionRefused,
) -> tuple[str, str, str]:
    name = event.candidate
    match event:
        case e.PromotionStarted():
            return "▲", f"promoting {name}: official judging{because(event)}", name
        case e.Promoted():
            score = score_told(event.score, event.unit)
            told = [f"{score}: {event.path}", *(gate_told(event.gate) if event.gate else ())]
            return "▲", f"promoted {name} {'; '.join(told)}", name
        case e.PromotionRefused():
            why = "; ".join(map(first_line, event.reasons))
            return "✗", f"not promoted {name}: {why}", name


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def _value(value: Scalar) -> str:
    return "null" if value is None else str(value)
