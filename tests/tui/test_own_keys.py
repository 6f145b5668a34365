"""A file of keys is laid over the table of actions, and told from there everywhere."""

from pathlib import Path

import pytest
from tests.tui.board import opened
from tests.tui.canned import CannedRun, searching

from fie_engine import commands as c
from fie_tui.cli import main
from fie_tui.keys.hand import hand_of
from fie_tui.keys.keymap import ACTIONS
from fie_tui.keys.names import textual_name
from fie_tui.keys.own_keys import KeysError, as_toml, keys_file, keys_of, table_of
from fie_tui.keys.table import USUAL_KEYS


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path)


def test_only_the_named_actions_get_other_keys() -> None:
    table = table_of('fork = "F5"\npause = ["p", "ctrl+x"]\nundo = []\n', "keys.toml")
    changed = {
        action.id: (action.keys, action.shown)
        for action, usual in zip(table.actions, ACTIONS, strict=True)
        if action != usual
    }
    assert changed == {
        "fork": (("f5",), "F5"),
        "pause": (("p", "ctrl+x"), "p ^x"),
        "undo": ((), "·"),
    }
    assert (table.shown("pause"), table.shown("undo")) == ("p", ":undo")


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("p", "p"),
        ("}", "right_curly_bracket"),
        ("/", "slash"),
        ("-", "minus"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        (",", "comma"),
        (" ", "space"),
        ("Space", "space"),
        ("F5", "f5"),
        ("PgDn", "pagedown"),
        ("^d", "ctrl+d"),
        ("ctrl+i", "tab"),
        ("shift+tab", "shift+tab"),
        ("question_mark", "question_mark"),
        ("€", "euro_sign"),
        ("escpe", ""),
        ("ctrl+", ""),
        ("hyper+x", ""),
        ("\x1b", ""),
        ("", ""),
    ],
)
def test_a_key_is_known_by_its_character_its_name_or_as_the_screen_writes_it(
    told: str, name: str
) -> None:
    assert textual_name(told) == name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('frok = "F5"', "no action is called frok: did you mean fork?"),
        ('xyzzy = "F5"', "no action is called xyzzy; `fie-tui keys` lists them"),
        ('fork = "p"', "p is the key of both pause and fork: give one of them another"),
        ('pause = "f"', "f is the key of both fork and pause: give one of them another"),
        ('fork = "F5"\npin = "f5"', "F5 is the key of both fork and pin: give one of them another"),
        ('fork = "escpe"', "fork: 'escpe' is no key: did you mean escape?"),
        ('fork = "ctrl+foo"', "fork: 'ctrl+foo' is no key; a key is like F, f5, space or ctrl+x"),
        ('fork = "ctrl+c"', "fork: ctrl+c leaves every screen: choose another"),
        ("fork = 3", 'fork: give a key or a list of keys, such as "f5" or ["f", "f5"]'),
        ('panel = "F5"', "panel: a panel's digit stays as it is"),
        ('fork "F5"', "Expected '=' after a key in a key/value pair (at line 1, column 6)"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_the_remedy(text: str, complaint: str) -> None:
    with pytest.raises(KeysError) as refused:
        table_of(text, "keys.toml")
    assert str(refused.value) == f"keys.toml: {complaint}"


def test_a_key_beyond_ascii_is_shown_as_its_character() -> None:
    assert table_of('fork = "€"', "keys.toml").shown("fork") == "€"


def test_a_key_that_was_given_up_is_free() -> None:
    table = table_of('theme = []\nfork = "T"\n', "keys.toml")
    assert (table.shown("fork"), table.action("theme").keys) == ("T", ())


def test_the_file_in_its_usual_place_counts_and_a_given_one_overrules_it(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/nowhere"}
    assert keys_of(environ) == USUAL_KEYS
    keys_file(environ).parent.mkdir()
    keys_file(environ).write_text('fork = "F5"\n')
    assert keys_of(environ).shown("fork") == "F5"
    given = tmp_path / "mine.toml"
    given.write_text('fork = "F6"\n')
    assert hand_of(environ, given).keys.shown("fork") == "F6"
    with pytest.raises(KeysError, match="no such file; `fie-tui keys --toml` writes one"):
        keys_of(environ, tmp_path / "missing.toml")
    assert keys_file({"HOME": "/home/ada"}) == Path("/home/ada/.config/fie-tui/keys.toml")


def test_the_printed_file_gives_every_action_the_keys_that_it_has() -> None:
    table = table_of('fork = ["F5", "\\""]\nundo = []\n', "keys.toml")
    assert table_of("\n".join(as_toml(table)), "again") == table


def test_the_command_prints_what_is_in_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('fork = "F5"\n')
    assert main(["keys", "--keys", str(own)]) == 0
    assert "F5        fork            fork: found a new island with it\n" in capsys.readouterr().out
    assert main(["keys", "--toml", "--keys", str(own)]) == 0
    assert 'fork = ["f5"]  # fork: found a new island with it\n' in capsys.readouterr().out
    own.write_text('frok = "F5"\n')
    assert main(["keys", "--keys", str(own)]) == 2
    assert capsys.readouterr().err == (
        f"fie-tui: {own}: no action is called frok: did you mean fork?\n"
    )


async def test_the_board_goes_by_the_keys_in_force_and_shows_them(run: CannedRun) -> None:
    keys = table_of('fork = "F5"\nmark = "*"\npause = []\n', "keys.toml")
    async with opened(run, keys=keys) as board:
        await board.press("down", "down", "f")
        assert run.sent == []
        assert "F5 fork" in board.lines[-1] and "f fork" not in board.lines[-1].split("F5")[0]
        await board.press("f5")
        await board.until(lambda: run.sent)
        assert run.sent == [c.Fork(candidate="c0039")]
        await board.press("c")
        assert "mark two candidates with *" in board.lines[-2]
        await board.press("question_mark")
        assert "F5        fork" in board.text
        await board.press("escape", "colon", *"fork")
        assert "› fork CANDIDATE            F5" in board.text
