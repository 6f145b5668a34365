"""What the start screen's keys do."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from fie_engine.record.trash import TRASH, discard
from fie_evaluator.seeds import MINI
from fie_tui.screens.versus import VersusScreen
from fie_tui.screens.write import Write, Written
from fie_tui.told.belongings import Belongings, belongings_of
from fie_tui.told.glance import UNREADABLE, Glance
from fie_tui.told.versus import versus_of

if TYPE_CHECKING:
    from fie_tui.screens.runs import RunsScreen

PAGE, FAR = 10, 1_000_000

DEMO_ITERATIONS = 60

NO_RUN = "no run is chosen: n makes one, d starts the demonstration"


def open_run(screen: "RunsScreen") -> None:
    """Open the chosen run's board."""
    glance = screen.chosen
    if glance is None:
        screen.say(NO_RUN)
    elif glance.state == UNREADABLE:
        screen.say(f"open: {glance.name} can't be read: {glance.trouble}")
    else:
        screen.app.leave_with("attach", str(glance.path))


def resume(screen: "RunsScreen") -> None:
    """Start the chosen run's engine again."""
    glance = screen.chosen
    if glance is None:
        screen.say(NO_RUN)
    elif glance.running:
        screen.say(f"resume: an engine is at work on {glance.name} already; Enter opens its board")
    elif not glance.resumable:
        screen.say(f"resume: {glance.name} can't be read: {glance.trouble or 'not yet'}")
    elif glance.created and glance.used_up:
        screen.say(
            f"resume: all {glance.created.iterations} iterations are used; more of them with: "
            f"fie-tui run --resume {glance.name} --iterations {2 * glance.created.iterations}"
        )
    else:
        screen.app.leave_with("run", "--resume", str(glance.path))


def demo(screen: "RunsScreen") -> None:
    """Start the embedded demonstration."""
    words = ("--track", MINI, "--proposer", "operators", "--iterations", str(DEMO_ITERATIONS))
    screen.app.leave_with("run", *words)


def compare(screen: "RunsScreen") -> None:
    """Put two runs side by side."""
    pair = _pair(screen)
    if len(pair) < 2:
        screen.say("compare: mark two runs with Space, or mark one and choose another")
        return
    screen.say(f"reading {pair[0].name} and {pair[1].name}…")
    screen.app.errand(partial(versus_of, *(one.path for one in pair)), partial(_show, screen))


def _pair(screen: "RunsScreen") -> list[Glance]:
    names = list(screen.marks)
    chosen = screen.chosen
    if len(names) == 1 and chosen is not None and chosen.name not in names:
        names.append(chosen.name)
    by_name = {one.name: one for one in screen.app.glances}
    return [by_name[name] for name in names if name in by_name]


def _show(screen: "RunsScreen", versus: object) -> None:
    from fie_tui.told.versus import Versus

    assert isinstance(versus, Versus)
    screen.say("")
    screen.app.push_screen(VersusScreen(versus))


def delete(screen: "RunsScreen") -> None:
    """Ask for the chosen run's name, then move it to the trash."""
    glance = screen.chosen
    if glance is None:
        screen.say(NO_RUN)
    elif glance.running:
        screen.say(f"delete: an engine is at work on {glance.name}: stop it first (Enter, then S)")
    else:
        screen.say(f"looking at what belongs to {glance.name}…")
        screen.app.errand(partial(belongings_of, glance.path), partial(_ask, screen, glance))


def _ask(screen: "RunsScreen", glance: Glance, found: Belongings) -> None:
    screen.say("")
    question = Write(
        f"Delete {glance.name}",
        [
            f"What goes: {glance.candidates:,} candidates"
            + (f", the best at {glance.best}" if glance.best else "")
            + f", their judgings, prompts and replies; {found.told}."
            + (f" {found.promoted} promoted submission(s) go with it!" if found.promoted else ""),
            "",
            f"It is moved to {glance.path.parent / TRASH}, which frees no space: nothing empties "
            "that folder but you. To have the run back, move it out again.",
            "",
            "Type the run's name to delete it:",
        ],
    )
    screen.app.push_screen(question, partial(_delete, screen, glance))


def _delete(screen: "RunsScreen", glance: Glance, written: Written | None) -> None:
    if written is None:
        return
    if written.text.strip() != glance.name:
        screen.say(f"not deleted: {written.text.strip()!r} is not {glance.name}")
        return
    screen.app.errand(
        partial(discard, glance.path),
        lambda place: screen.say(f"{glance.name} is moved to {place}"),
    )


ACTS: dict[str, Callable[["RunsScreen"], None]] = {
    "open": open_run,
    "resume": resume,
    "new": lambda screen: screen.app.open_form(),
    "demo": demo,
    "mark": lambda screen: screen.mark(),
    "compare": compare,
    "delete": delete,
    "filter": lambda screen: screen.open_filter(),
    "down": lambda screen: screen.move(1),
    "up": lambda screen: screen.move(-1),
    "page_down": lambda screen: screen.move(PAGE),
    "page_up": lambda screen: screen.move(-PAGE),
    "first": lambda screen: screen.move(-FAR),
    "last": lambda screen: screen.move(FAR),
    "back": lambda screen: screen.back(),
    "theme": lambda screen: screen.say(screen.app.next_theme()),
    "help": lambda screen: screen.open_help(),
    "leave": lambda screen: screen.app.leave(),
}
"What each key of the table does."
