"""What a person takes along: to the terminal's clipboard, through tmux, and into a file."""

from pathlib import Path

import pytest
from tests.tui.board import Board, opened
from tests.tui.canned import searching

from fie_tui.looks import ink
from fie_tui.looks.outer import CLIPBOARD_LIMIT, SCREEN_LIMIT, clipboard, wrapped_for
from fie_tui.looks.palettes import DARK, PALETTES


def test_a_text_goes_to_the_clipboard_as_osc_52() -> None:
    assert clipboard("añ\n") == "\x1b]52;c;YcOxCg==\x07"


def test_a_text_that_terminals_would_drop_is_not_sent() -> None:
    assert clipboard("x" * CLIPBOARD_LIMIT) == ""
    assert clipboard("x" * (CLIPBOARD_LIMIT * 3 // 4 - 3)) != ""


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({}, "\x1b]9;a\x07"),
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, "\x1bPtmux;\x1b\x1b]9;a\x07\x1b\\"),
        ({"TERM": "tmux-256color"}, "\x1bPtmux;\x1b\x1b]9;a\x07\x1b\\"),
        ({"STY": "1.box"}, "\x1bP\x1b]9;a\x07\x1b\\"),
    ],
)
def test_tmux_and_screen_pass_a_wrapped_sequence_on(environment: dict[str, str], sent: str) -> None:
    assert wrapped_for(environment, "\x1b]9;a\x07") == sent


def test_screen_gets_a_long_sequence_in_pieces() -> None:
    sequence = clipboard("x" * 3000)
    pieces = wrapped_for({"STY": "1.box"}, sequence).split("\x1bP")[1:]
    assert max(map(len, pieces)) <= SCREEN_LIMIT + len("\x1b\\")
    assert "".join(piece.removesuffix("\x1b\\") for piece in pieces) == sequence


async def copy(board: Board, key: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Copy from c0003, and return what the terminal was sent."""
    sent: list[str] = []
    monkeypatch.setattr(board.app.dress, "_write", sent.append)
    board.app.board.pick("c0003")
    await board.press("y", key)
    return "".join(sent)


@pytest.mark.parametrize("key", ["k", "d", "n"])
async def test_kernel_diff_and_name_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    run = searching(tmp_path, judged=5)
    async with opened(run) as board:
        sent = await copy(board, key, monkeypatch)
        kept = (tmp_path / "clip.txt").read_text()
        assert sent == clipboard(kept)
        assert "on the clipboard where the terminal allows it" in board.text
    parent = next(
        one.event.candidate.parents[0]
        for one in run.record
        if getattr(getattr(one.event, "candidate", None), "id", "") == "c0003"
    )
    if key == "k":
        assert kept == run.sources["c0003"]
    if key == "d":
        assert kept.startswith(f"--- {parent}\n+++ c0003\n@@ ")
        assert kept.endswith("\n")
    if key == "n":
        assert kept == "c0003"


async def test_what_is_too_long_for_a_clipboard_is_in_the_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = searching(tmp_path, judged=5)
    run.sources["c0003"] = "x" * CLIPBOARD_LIMIT
    async with opened(run) as board:
        assert await copy(board, "k", monkeypatch) == ""
        assert "kernel of c0003 is too long for a clipboard: it is in" in board.text
    assert (tmp_path / "clip.txt").read_text() == run.sources["c0003"]


async def test_what_a_shell_would_obey_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = searching(tmp_path, judged=5)
    run.sources["c0003"] = "a\x1b[201~\x03\rb\tc\n\x9b\udc80"
    async with opened(run) as board:
        await copy(board, "k", monkeypatch)
    assert (tmp_path / "clip.txt").read_text() == "a\ufffd[201~\ufffd\ufffdb\tc\n\ufffd\ufffd"


async def test_a_kernel_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = searching(tmp_path, judged=5)
    del run.sources["c0003"]
    async with opened(run) as board:
        assert await copy(board, "k", monkeypatch) == ""
        assert "not copied: no candidate c0003" in board.text
    assert not (tmp_path / "clip.txt").exists()


async def test_the_theme_key_goes_through_all_themes(tmp_path: Path) -> None:
    async with opened(searching(tmp_path, judged=3)) as board:
        worn = []
        for _ in PALETTES:
            await board.press("T")
            worn.append(ink.Pen.palette.name)
            assert f"theme: {worn[-1]}" in board.text
    assert worn == ["light", "high-contrast", "ansi", "mono", "dark"]
    assert ink.Pen.palette is DARK
