"""A person's kernels from a shell: the editor, files, and what becomes of them."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tui.story import open_story

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.record.rundir import RunWriter
from fie_tui.cli import main
from fie_tui.keys.editor import EditorFailed, NoEditor, edited, editor_command

BEFORE = "def run(x):\n    return x\n"
AFTER = "def run(x):\n    return x + 1\n"


def editor(tmp_path: Path, script: str) -> dict[str, str]:
    """Return an environment whose editor is a shell script; $1 is the file."""
    path = tmp_path / "an editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"EDITOR": f"'{path}'"}


def served(
    writer: RunWriter, reply: Callable[[c.Command], e.Event], count: int = 1
) -> list[c.Command]:
    """Answer commands as an engine would, then let go of the run."""
    got: list[c.Command] = []

    def serve() -> None:
        while len(got) < count:
            for command in writer.take_commands():
                got.append(command)
                writer.append(reply(command))
        writer.close()

    threading.Thread(target=serve).start()
    return got


def took(command: c.Command) -> e.Event:
    """Answer an injection as an engine does."""
    assert isinstance(command, c.Inject)
    return e.Injected(
        candidate="c0004", parent=command.parent or "c0003", how=command.how, author=command.author
    )


@pytest.fixture(autouse=True)
def ada(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ada")
    monkeypatch.delenv("VISUAL", raising=False)


def test_an_edited_candidate_goes_in_as_its_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = open_story(tmp_path / "story")
    writer.save_source("c0001", BEFORE)
    monkeypatch.setenv(
        "EDITOR", editor(tmp_path, 'sed -i "s/return x/return x + 1/" "$1"')["EDITOR"]
    )
    got = served(writer, took)
    code = main(["edit", "story", "c0001", "--yes", "--reason", "one more",
                 "--runs-dir", str(tmp_path)])  # fmt: skip
    assert (code, got) == (
        0,
        [c.Inject(source=AFTER, parent="c0001", how="edit", reason="one more", author="ada")],
    )
    assert capsys.readouterr().out == (
        "@ lines 1–3 → 1–3\n"
        "  def run(x):\n"
        "-     return x\n"
        "+     return x + 1\n"
        "\n"
        "¶ took in c0004 by edit as a child of c0001 (by ada)\n"
    )


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("true", "nothing was changed, so nothing is injected"),
        ('echo "def run(" > "$1"', "not injected: line 1: '(' was never closed; your copy is "),
        ('echo "x = 2" > "$1"', "without a terminal to ask on, --yes is needed"),
        ("exit 3", "an editor ended with code 3; your copy is "),
    ],
)
def test_an_edit_that_came_to_nothing_sends_nothing(
    script: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    writer = open_story(tmp_path / "story")
    writer.save_source("c0001", BEFORE)
    monkeypatch.setenv("EDITOR", editor(tmp_path, script)["EDITOR"])
    assert main(["edit", "story", "c0001", "--runs-dir", str(tmp_path)]) != 0
    assert told in capsys.readouterr().err
    assert writer.take_commands() == []
    writer.close()


def test_kernel_files_go_in_one_by_one_and_what_is_none_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = open_story(tmp_path / "story")
    good, broken = tmp_path / "good.py", tmp_path / "broken.py"
    good.write_text(AFTER)
    broken.write_text("def run(\n")
    missing = tmp_path / "missing.py"
    got = served(writer, took)
    words = ["inject", "story", str(broken), str(missing), str(good), "--island", "1"]
    assert main([*words, "--runs-dir", str(tmp_path)]) == 1
    assert got == [
        c.Inject(source=AFTER, island=1, note="import: good.py", how="import", author="ada")
    ]
    printed = capsys.readouterr()
    assert printed.out == "¶ took in c0004 by import as a child of c0003 (by ada)\n"
    assert printed.err == (
        f"fie-tui: {broken}: line 1: '(' was never closed\n"
        f"fie-tui: {missing}: can't be read: No such file or directory\n"
    )


def test_visual_comes_before_editor_and_may_have_words_of_its_own() -> None:
    assert editor_command({"VISUAL": "sh -c", "EDITOR": "true"}) == ["sh", "-c"]
    assert editor_command({"EDITOR": "true"}) == ["true"]


@pytest.mark.parametrize(
    ("told", "why"),
    [("no-such-editor-here", "is not installed"), ("'unclosed", "No closing quotation")],
)
def test_an_editor_that_cannot_start_is_an_error(told: str, why: str) -> None:
    with pytest.raises(NoEditor, match=why):
        editor_command({"EDITOR": told})


def test_what_a_failed_editor_saved_is_kept(tmp_path: Path) -> None:
    environ = editor(tmp_path, 'echo "x = 2" > "$1"; exit 1')
    with pytest.raises(EditorFailed) as failure:
        edited(BEFORE, "c0001", environ)
    copy = Path(str(failure.value).rpartition("your copy is ")[2])
    assert copy.read_text() == "x = 2\n"
    copy.unlink()
    copy.parent.rmdir()
