"""Pictures of a run's board, drawn without a terminal."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.tui.hostile import CORPUS
from tests.tui.story import child, judge, open_story, passed, write_story

from fie_engine.record.rundir import RunDirectory
from fie_tui.cli import main
from fie_tui.commands.shot import draw
from fie_tui.looks import ink
from fie_tui.looks.palettes import DARK
from fie_tui.looks.wanted import Looks


@pytest.fixture(autouse=True)
def usual_ink() -> object:
    """Leave the process as other tests expect it."""
    yield
    ink.take(DARK)


def words_of(picture: str) -> str:
    """Return a picture's text; reading it proves that it is well-formed."""
    root = ElementTree.fromstring(picture)
    parts = (one.text or "" for one in root.iter() if one.tag.endswith("}text"))
    return " ".join(parts).replace("\xa0", " ")


def test_the_command_writes_a_picture_of_the_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "runs" / "story")
    monkeypatch.chdir(tmp_path)
    assert main(["shot", "story", "--size", "100x36"]) == 0
    assert capsys.readouterr() == ("", "fie-tui: 100x36 written to story.svg\n")
    words = words_of((tmp_path / "story.svg").read_text())
    assert "FINISHED" in words and "c0003" in words and "Islands" in words


def test_a_picture_asks_nothing_of_the_network_and_is_the_same_twice(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    first = draw(run, (80, 24), Looks())
    assert "http" not in first.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
        "<!-- Generated with Rich https://www.textualize.io -->", ""
    )
    assert draw(run, (80, 24), Looks()) == first


def test_a_candidate_and_a_panel_can_be_chosen(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    words = words_of(draw(run, (80, 24), Looks(), candidate="c0002", panel="about"))
    assert "half of it is off" in words
    assert "Islands" not in words


def test_the_best_is_shown_whichever_it_is(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    judge(writer, child(4, "c0003", note="slower"), passed(1.0), score=1.0)
    writer.close()
    run = RunDirectory(tmp_path / "story")
    words = words_of(draw(run, (80, 24), Looks(), candidate="best", panel="about"))
    assert "cast once" in words and "slower" not in words


def test_a_picture_has_the_theme_and_the_letters_that_were_asked_for(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    assert "#ffffff" in draw(run, (80, 24), Looks(theme="light"))
    assert words_of(draw(run, (80, 24), Looks(ascii=True))).isascii()


def test_hostile_text_in_a_picture_is_text(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    note = " ".join(text[:20] for text in CORPUS).replace("\udc80", "")
    judge(writer, child(9, "c0001", note=note), passed(9.0), score=9.0)
    writer.close()
    words = words_of(draw(RunDirectory(tmp_path / "story"), (200, 60), Looks()))
    assert "[red]markup[/red]" in words and "<script>" in words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["shot", "story", "--panel", "nonsense"], "the board has no panel 'nonsense': islands, "),
        (["shot", "story", "--candidate", "c0404"], "has no candidate 'c0404'"),
        (["shot", "nobody"], "no run 'nobody'"),
    ],
)
def test_what_is_not_there_is_one_message(
    tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "runs" / "story")
    assert main([*words, "--runs-dir", str(tmp_path / "runs")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("size", ["120", "x40", "0x40", "120x40x2", "9999x40", "¹x²"])
def test_a_size_that_is_none_is_a_usage_error(
    size: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["shot", "story", "--size", size])
    said = capsys.readouterr().err
    assert "is no size" in said or "is not within 400x200" in said
