"""What the keys that tell a search where to go ask of its engine."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fie_engine import commands as c
from fie_engine.config.adjustable import read_value
from fie_engine.plaintext import plain
from fie_engine.view.clusters import Cluster, error_of, normalised
from fie_engine.view.rows import CandidateState
from fie_evaluator.errors import FieError
from fie_tui.commands.own_kernels import injection, read_kernel
from fie_tui.keys.deeds_work import settings_now
from fie_tui.keys.editor import Draft
from fie_tui.screens import questions_steering as questions
from fie_tui.screens.write import Written
from fie_tui.widgets.failures import Failures

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


def _hint(board: "BoardScreen") -> None:
    island, row = board.situation.island, board.shown
    scopes: list[tuple[str, int | None, str]] = [("every prompt", None, "")]
    if island is not None:
        scopes.append((f"prompts of island {island}", island, ""))
    if row is not None:
        scopes.append((f"prompts for children of {row.candidate.id}", None, row.candidate.id))

    def hint(written: Written | None) -> None:
        if written is not None and written.text.strip():
            words, place, candidate = scopes[written.purpose]
            command = c.Hint(text=written.text, island=place, candidate=candidate)
            board.app.command(command, f"hint asked: {words} will carry it…")

    board.app.push_screen(
        questions.hinting([words for words, _, _ in scopes], read=_is_read(board)), hint
    )


def ask_direction(board: "BoardScreen", island: int) -> None:
    """Ask where an island should go."""
    before = plain(board.view.steered.directions.get(island, ""))

    def direct(written: Written | None) -> None:
        if written is not None and written.text.strip() != before:
            command = c.Direct(island=island, text=written.text)
            board.app.command(command, f"direction of island {island} asked…")

    board.app.push_screen(questions.directing(island, before, read=_is_read(board)), direct)


def _constrain(board: "BoardScreen") -> None:
    clusters = board.view.failed.clusters()
    own = _failure_in_hand(board) or _own_failure(board)
    if own:
        _demand(board, own)
    elif not clusters:
        board.say("constraint: nothing has failed so far")
    else:

        def demand(answer: str | None) -> None:
            if answer is not None and answer.isdigit():
                _demand(board, clusters[int(answer)])

        board.app.push_screen(questions.constraining(clusters), demand)


def _failure_in_hand(board: "BoardScreen") -> Cluster | None:
    """Return the kind of failure under the cursor while its panel has the keys."""
    panel = board.focused_panel
    return panel.in_hand if isinstance(panel, Failures) else None


def _own_failure(board: "BoardScreen") -> Cluster | None:
    """Return the kind of failure of the chosen candidate, if it failed."""
    row = board.shown
    if row is None or row.state is not CandidateState.FAILED or row.evaluation is None:
        return None
    return board.view.failed.cluster(normalised(error_of(row.evaluation)))


def _demand(board: "BoardScreen", cluster: Cluster) -> None:
    back = board.keys.shown("undo")
    words = f"constraint asked, to end: {cluster.example} ({back} takes it back)…"
    board.app.command(c.AddConstraint(cluster=cluster.key), words)


def _drop_words(board: "BoardScreen") -> None:
    view = board.view
    drops: list[tuple[str, c.Command]] = [
        (f"hint {hint.number}: {hint.text}", c.RemoveHint(hint=hint.number)) for hint in view.hints
    ]
    drops += [
        (f"constraint {one.number}: {one.text}", c.RemoveConstraint(constraint=one.number))
        for one in view.constraints
    ]
    if not drops:
        board.say("drop words: no hint and no constraint stands")
        return

    def drop(answer: str | None) -> None:
        if answer is not None and answer.isdigit():
            words, command = drops[int(answer)]
            board.app.command(command, f"removal asked of {words}…")

    board.app.push_screen(questions.dropping([words for words, _ in drops]), drop)


def _set(board: "BoardScreen") -> None:
    def change(written: Written | None) -> None:
        name, _, value = (
            written.text.strip().replace("=", " ", 1).partition(" ") if written else ("", "", "")
        )
        if name and value.strip():
            command = c.SetSetting(name=name, value=read_value(value.strip()))
            board.app.command(command, f"{name} {value.strip()} asked…")
        elif name:
            board.say(f"set: {name} needs a value")

    board.app.push_screen(questions.setting(settings_now(board)), change)


def toggle_mute(board: "BoardScreen", island: int) -> None:
    """Mute an island, or unmute it."""
    if board.view.rest_of(island) == "muted":
        board.app.command(c.Unmute(island=island), f"island {island}: unmute asked…")
    else:
        board.app.command(c.Mute(island=island), f"island {island}: mute asked…")


def migrate(board: "BoardScreen", island: int) -> None:
    """Let an island's best join the others."""
    words = f"migration asked: the best of island {island} join the others…"
    board.app.command(c.Migrate(source=island), words)


def ask_reseed(board: "BoardScreen", island: int) -> None:
    """Ask from what an island starts again."""
    row = board.shown
    passed = row is not None and row.state is CandidateState.PASSED
    chosen = row.candidate.id if row is not None and passed else ""

    def reseed(answer: str | None) -> None:
        if answer in ("chosen", "seed"):
            founder = chosen if answer == "chosen" else ""
            words = f"reseed of island {island} asked, from {founder or 'the seed'}…"
            board.app.command(c.Reseed(island=island, candidate=founder), words)

    seed = board.view.seed_candidate
    board.app.push_screen(questions.reseeding(island, chosen, seed), reseed)


def ask_retirement(board: "BoardScreen", island: int) -> None:
    """Ask whether an island is to end."""

    def retire(answer: str | None) -> None:
        if answer == "retire":
            board.app.command(c.Retire(island=island), f"island {island}: retire asked…")

    board.app.push_screen(questions.retiring(island), retire)


def _edit(board: "BoardScreen") -> None:
    row = board.shown
    assert row is not None, "the action's refusal asks for a candidate"
    name = row.candidate.id
    try:
        source = board.app.run_directory.source(name)
        draft = board.app.edit(source, name)
    except (FieError, OSError) as error:
        board.say(f"edit: {error}")
        return
    if not draft.changed:
        draft.drop()
        board.say("edit: nothing was changed, so nothing is injected")
    elif draft.problem:
        board.say(f"edit: not injected: {draft.problem}; your copy is {draft.path}")
    else:
        _offer(board, draft, name, source)


def _offer(board: "BoardScreen", draft: Draft, parent: str, before: str) -> None:
    def inject(answer: str | None) -> None:
        if answer == "inject":
            command = injection(draft, parent, "", "")
            board.app.command(command, f"edited {parent} goes in as its child…")
            draft.drop()
        else:
            board.say(f"edit: not injected; your copy is {draft.path}")

    height = board.app.size.height
    board.app.push_screen(questions.injecting(parent, before, draft.text, height), inject)


def _import_kernel(board: "BoardScreen") -> None:
    def take(written: Written | None) -> None:
        if written is not None:
            take_in(board, written.text)

    board.app.push_screen(questions.importing(), take)


def take_in(board: "BoardScreen", names: str) -> None:
    """Take kernel files in as children of the best, up to the first that is none."""
    for name in _names(names):
        source, problem = read_kernel(Path(name).expanduser())
        if problem:
            board.say(f"import: {Path(name).name}: {problem}")
            return
        note = f"import: {Path(name).name}"
        board.app.command(c.Inject(source=source, note=note, how="import"), f"{note}…")


def _is_read(board: "BoardScreen") -> bool:
    created = board.view.created
    return created is None or created.prompts


def _names(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return [text]


def _island(board: "BoardScreen") -> int:
    island = board.situation.island
    assert island is not None, "the action's refusal asks for an island"
    return island


COURSE_DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    "hint": _hint,
    "constrain": _constrain,
    "drop_words": _drop_words,
    "edit": _edit,
    "import_kernel": _import_kernel,
    "set": _set,
    "direct": lambda board: ask_direction(board, _island(board)),
    "mute": lambda board: toggle_mute(board, _island(board)),
    "migrate": lambda board: migrate(board, _island(board)),
    "reseed": lambda board: ask_reseed(board, _island(board)),
    "retire": lambda board: ask_retirement(board, _island(board)),
}
