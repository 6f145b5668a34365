"""Commands from a shell and what becomes of them."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tui.story import open_story
from tests.tui.test_show import RETIMED

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.rundir import RunWriter
from fie_tui.cli import main
from fie_tui.steering import NoEngine, answers, command_of, outcome


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


def test_the_engine_gets_the_command_with_its_reason(tmp_path: Path) -> None:
    got: list[c.Command] = []

    def reply(command: c.Command) -> e.Event:
        got.append(command)
        return e.Pinned(candidate="c0001", reason="")

    engine = answer_next(open_story(tmp_path / "story"), reply)
    main(["pin", "story", "c0001", "--reason", "odd", "--runs-dir", str(tmp_path)])
    engine.join()
    assert got == [c.Pin(candidate="c0001", reason="odd")]


def test_an_engine_that_ends_without_a_word_is_an_error(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    from fie_engine.rundir import RunDirectory

    run = RunDirectory(tmp_path / "story")
    writer.close()
    with pytest.raises(NoEngine, match="ended before it answered"):
        outcome(run, c.Pause(), after=0)


def test_every_steering_subcommand_is_a_command() -> None:
    made = [
        command_of(name, "c0001", "why")
        for name in ("pause", "resume", "stop", "undo", "pin", "unpin", "fork", "promote")
    ]
    assert made == [
        c.Pause(reason="why"),
        c.Resume(reason="why"),
        c.Stop(reason="why"),
        c.Undo(reason="why"),
        c.Pin(candidate="c0001", reason="why"),
        c.Unpin(candidate="c0001", reason="why"),
        c.Fork(candidate="c0001", reason="why"),
        c.Promote(candidate="c0001", reason="why"),
    ]


def test_only_the_matching_event_answers_a_command() -> None:
    pinned = e.Pinned(candidate="c0001", reason="")
    undone = e.Unpinned(candidate="c0001", reason="undo", undoes=9)
    refused = e.CommandRefused(command="fork", reason="no")
    commands = (
        c.Pin(candidate="c0001"),
        c.Pin(candidate="c0002"),
        c.Unpin(candidate="c0001"),
        c.Undo(),
        c.Fork(candidate="c0001"),
    )
    assert [answers(pinned, command) for command in commands] == [True, False, False, False, False]
    assert [answers(undone, command) for command in commands] == [False, False, False, True, False]
    assert [answers(refused, command) for command in commands] == [False, False, False, False, True]
