"""Commands from a shell and what becomes of them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.story import open_story, write_story
from tests.tui.test_show import RETIMED

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.record.rundir import RunWriter
from fie_tui.cli import main
from fie_tui.commands.orders import NoSuchFailure, order_of
from fie_tui.commands.steering import NoEngine, outcome
from fie_tui.flags.grammar import parse
from fie_tui.flags.steering import STEERING
from fie_tui.keys.answering import answers
from fie_tui.told.history import read


def answer_next(writer: RunWriter, reply: Callable[[c.Command], e.Event]) -> threading.Thread:
    """Answer the first command as an engine would, then let go of the run."""

    def serve() -> None:
        while not (commands := writer.take_commands()):
            pass
        writer.append(reply(commands[0]))
        writer.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("words", "reply", "code", "printed"),
    [
        (["pause"], e.Paused(reason="lunch"), 0, "‖ paused (lunch)\n"),
        (["resume"], e.Resumed(reason=""), 0, "▶ resumed\n"),
        (
            ["stop"],
            e.EngineStopped(state="stopped", reason="enough"),
            0,
            "■ stopped: enough\n",
        ),
        (
            ["fork", "c0001"],
            e.Forked(candidate="c0001", island=2, reason=""),
            0,
            "⑂ forked c0001 to island 2\n",
        ),
        (
            ["retime", "c0003", "c0001"],
            RETIMED,
            0,
            "⇆ c0001 slower than c0003 in turns: 2.500x against 2.600x, -3.8% ±1.4%\n",
        ),
        (
            ["promote", "c0001"],
            e.Promoted(candidate="c0001", path="promoted/x", score=2.5),
            0,
            "▲ promoted c0001 2.500x: promoted/x\n",
        ),
    ],
)
def test_a_command_says_what_became_of_it(
    words: list[str],
    reply: e.Event,
    code: int,
    printed: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = answer_next(open_story(tmp_path / "story"), lambda command: reply)
    verb, *candidate = words
    assert main([verb, "story", *candidate, "--runs-dir", str(tmp_path)]) == code
    engine.join()
    assert capsys.readouterr() == (printed, "")


@pytest.mark.parametrize(
    ("words", "reply", "complaints"),
    [
        (
            ["pin", "c0003"],
            e.CommandRefused(command="pin", reason="c0003 is pinned already"),
            "fie-tui: refused pin: c0003 is pinned already\n",
        ),
        (
            ["retime", "c0001"],
            e.RetimingDropped(candidate="c0001", reason="the judge gave no figures of c0003"),
            "fie-tui: c0001 not timed in turns: the judge gave no figures of c0003\n",
        ),
        (
            ["promote", "c0003"],
            e.PromotionRefused(candidate="c0003", reasons=("T=1: wrong", "T=7: slow")),
            "fie-tui: not promoted c0003: T=1: wrong; T=7: slow\n"
            "fie-tui: T=1: wrong\n"
            "fie-tui: T=7: slow\n",
        ),
    ],
)
def test_a_refusal_is_a_diagnostic_and_exit_code_1(
    words: list[str],
    reply: e.Event,
    complaints: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = answer_next(open_story(tmp_path / "story"), lambda command: reply)
    verb, *candidate = words
    assert main([verb, "story", *candidate, "--runs-dir", str(tmp_path)]) == 1
    engine.join()
    assert capsys.readouterr() == ("", complaints)


def test_the_engine_gets_the_command_with_its_reason_and_author(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "ada")
    got: list[c.Command] = []

    def reply(command: c.Command) -> e.Event:
        got.append(command)
        return e.Pinned(candidate="c0001", reason="")

    engine = answer_next(open_story(tmp_path / "story"), reply)
    main(["pin", "story", "c0001", "--reason", "odd", "--runs-dir", str(tmp_path)])
    engine.join()
    assert got == [c.Pin(candidate="c0001", reason="odd", author="ada")]


def test_an_engine_that_ends_without_a_word_is_an_error(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    from fie_engine.record.rundir import RunDirectory

    run = RunDirectory(tmp_path / "story")
    writer.close()
    with pytest.raises(NoEngine, match="ended before it answered"):
        outcome(run, c.Pause(), after=0)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["pause", "R"], c.Pause()),
        (["resume", "R"], c.Resume()),
        (["stop", "R"], c.Stop()),
        (["undo", "R"], c.Undo()),
        (["redo", "R"], c.Redo()),
        (["pin", "R", "c0001"], c.Pin(candidate="c0001")),
        (["unpin", "R", "c0001"], c.Unpin(candidate="c0001")),
        (["fork", "R", "c0001"], c.Fork(candidate="c0001")),
        (["promote", "R", "c0001"], c.Promote(candidate="c0001")),
        (["ab", "R", "c0001"], c.Retime(candidate="c0001")),
        (["retime", "R", "c0001", "c0003"], c.Retime(candidate="c0001", rival="c0003")),
        (["mute", "R", "1"], c.Mute(island=1)),
        (["unmute", "R", "1"], c.Unmute(island=1)),
        (["retire", "R", "1"], c.Retire(island=1)),
        (["reseed", "R", "1"], c.Reseed(island=1)),
        (["reseed", "R", "1", "c0001"], c.Reseed(island=1, candidate="c0001")),
        (["migrate", "R"], c.Migrate()),
        (["migrate", "R", "0", "1"], c.Migrate(source=0, target=1)),
        (["hint", "R", "use fp8"], c.Hint(text="use fp8")),
        (["hint", "R", "use \udcff"], c.Hint(text="use \ufffd")),
        (["hint", "R", "use fp8", "--island", "1"], c.Hint(text="use fp8", island=1)),
        (["hint", "R", "x", "--children-of", "c0001"], c.Hint(text="x", candidate="c0001")),
        (["unhint", "R", "2"], c.RemoveHint(hint=2)),
        (["direct", "R", "1", "fuse"], c.Direct(island=1, text="fuse")),
        (["require", "R", "no fp64"], c.AddConstraint(text="no fp64")),
        (["require", "R", "--failure", "1"],
         c.AddConstraint(cluster="INCORRECT_NUMERICAL: half of it is off")),
        (["unrequire", "R", "1"], c.RemoveConstraint(constraint=1)),
        (["set", "R", "proposal_slots", "4"], c.SetSetting(name="proposal_slots", value=4)),
        (["set", "R", "fie.quick_cut", "null"], c.SetSetting(name="fie.quick_cut", value=None)),
        (["set", "R", "fie.retime", "false"], c.SetSetting(name="fie.retime", value=False)),
    ],
)  # fmt: skip
def test_every_steering_subcommand_is_a_command(
    words: list[str], command: c.Command, tmp_path: Path
) -> None:
    view = read(write_story(tmp_path / "story")).view
    signed = replace(command, reason="why", author="ada")
    assert order_of(parse([*words, "--reason", "why"]), view, "ada") == signed


def test_every_steering_subcommand_is_tried_above() -> None:
    tried = {words[0] for words, _ in _tried()}
    assert tried == set(STEERING)


def _tried() -> list[tuple[list[str], c.Command]]:
    (marked,) = test_every_steering_subcommand_is_a_command.pytestmark  # type: ignore[attr-defined]
    cases: list[tuple[list[str], c.Command]] = marked.args[1]
    return cases


def test_a_kind_of_failure_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    view = read(write_story(tmp_path / "story")).view
    with pytest.raises(NoSuchFailure, match="no kind of failure 2: there are 1"):
        order_of(parse(["require", "R", "--failure", "2"]), view, "")


def test_only_the_matching_event_answers_a_command() -> None:
    pinned = e.Pinned(candidate="c0001", reason="")
    undone = e.Unpinned(candidate="c0001", reason="undo", undoes=9)
    refused = e.CommandRefused(command="fork", reason="no")
    commands = (
        c.Pin(candidate="c0001"),
        c.Pin(candidate="c0002"),
        c.Unpin(candidate="c0001"),
        c.Undo(),
        c.Redo(),
        c.Fork(candidate="c0001"),
    )
    again = e.IslandReopened(island=3, reason="redo", redoes=7)
    met = {
        event: [type(command).__name__ for command in commands if answers(event, command)]
        for event in (pinned, undone, again, refused)
    }
    assert met == {pinned: ["Pin"], undone: ["Undo"], again: ["Redo"], refused: ["Fork"]}
    assert answers(pinned, commands[0]) and not answers(pinned, commands[1])
