"""A run's report: what it says, what it leaves open, and that it holds no page hostage."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.tui.hostile import CORPUS, FORBIDDEN
from tests.tui.story import child, judge, open_story, passed, write_story, wrong

from fie_engine import events as e
from fie_engine.record.rundir import RunDirectory
from fie_tui.cli import main
from fie_tui.report.html_page import html
from fie_tui.report.markdown import markdown
from fie_tui.report.sections import Account, account_of
from fie_tui.told.history import read


class Page(HTMLParser):
    """A page's text and the tags that it was made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


RECORDABLE = [text.replace("\udc80", "\ufffd") for text in CORPUS]
"A record is UTF-8; no lone surrogate ever gets into one."

OUR_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "div"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "path", "text", "polygon", "polyline", "circle", "g"),
}


def account(run: RunDirectory) -> Account:
    return account_of(read(run))


def test_a_report_tells_the_best_its_lineage_and_each_workload(tmp_path: Path) -> None:
    told = account(write_story(tmp_path / "story"))
    assert told.headline == (
        "c0003 is the best at 3.000x ±0.030 (3.0× seed): 4 candidates judged, 1 failed, in 18s. "
        "State: finished."
    )
    tables = {section.title: section.tables for section in told.sections}
    assert [row[1] for row in tables["Lineage of the best"][0].rows] == ["c0000", "c0001", "c0003"]
    assert tables["Trend"][0].rows == (
        ("2", "c0001", "2.000x ±0.020", "×2.0", "skip experts nobody chose"),
        ("4", "c0003", "3.000x ±0.030", "+50.0%", "cast once"),
    )
    assert tables["Workloads"][0].rows == (
        ("T=7", "12 ms", "4 ms", "3.00x", "3.00x", "–", "100.0%"),
    )


def test_each_step_has_the_score_of_its_moment_and_a_fall_is_explained(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    turns = {"score": 2.5, "noise": 0.02, "rival_score": 2.0, "rival_noise": 0.02}
    writer.append(
        e.Retimed(
            candidate="c0003",
            rival="c0001",
            evaluation=passed(2.5),
            verdict="faster",
            ratio=1.25,
            ratio_noise=0.01,
            **turns,  # type: ignore[arg-type]
        )
    )
    writer.close()
    told = account(RunDirectory(tmp_path / "story"))
    trend = told.sections[0]
    assert told.headline.startswith("c0003 is the best at 2.500x ±0.050")
    assert [row[2] for row in trend.tables[0].rows] == ["2.000x ±0.040", "3.000x ±0.060"]
    assert any(one.startswith("Scores are those of the moment.") for one in trend.words)


def test_of_many_proposers_the_dearest_are_told(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    for number in range(4, 20):
        made = replace(child(number, "c0001", note=""), model=f"recipe {number}")
        judged = replace(passed(1.5), seconds=float(number))
        judge(writer, made, judged, score=1.5)
    writer.close()
    cost = next(
        one for one in account(RunDirectory(tmp_path / "story")).sections if one.title == "Cost"
    )
    assert "The 12 dearest of 18 that proposed:" in cost.words
    assert [row[0] for row in cost.tables[0].rows] == [f"recipe {n}" for n in range(19, 7, -1)]


def test_a_figure_stays_on_its_line_and_a_sentence_does_not(tmp_path: Path) -> None:
    text = html(account(write_story(tmp_path / "story")))
    assert '<td class="short">2.000x ±0.020</td>' in text
    assert "<td>skip experts nobody chose</td>" in text


def test_a_report_names_what_it_cannot_say(tmp_path: Path) -> None:
    told = account(write_story(tmp_path / "story"))
    assert told.sections[-1].title == "What this report can't say"
    assert told.sections[-1].words == (
        "About the figures: not a contest score.",
        "No checklist is known for moe_mini.",
        "No model was asked: the cost is the time of judging alone.",
        "c0003 was not judged officially (`fie-tui promote` does).",
        "c0003 was not profiled.",
        "How near to the device's limit it comes is not known.",
        "Clocks, power and temperature were not read.",
        "c0003 was never timed in turns with another.",
    )


def test_a_run_without_any_verdict_has_a_report_too(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "story")
    writer.close()
    empty = RunDirectory(tmp_path / "story")
    history = read(empty)
    bare = replace(history, view=type(history.view)(), improvements=())
    told = account_of(bare)
    assert told.headline.startswith("No candidate passed yet")
    assert "The record doesn&#x27;t say what was searched." in html(told)
    assert "The record doesn't say what was searched." in markdown(told)


@pytest.mark.parametrize("text", RECORDABLE, ids=range(len(RECORDABLE)))
def test_hostile_text_is_text_in_both_documents(tmp_path: Path, text: str) -> None:
    told = account(hostile_story(tmp_path / "story", text))
    page = Page(html(told))
    assert {tag for tag, _ in page.tags} <= OUR_TAGS
    assert not [name for _, had in page.tags for name in had if name.startswith("on")]
    assert not [had for _, had in page.tags if {"src", "href"} & had.keys()]
    for line in "".join(page.words).split("\n"):
        assert not FORBIDDEN.search(line)
    for line in markdown(told).split("\n"):
        assert not FORBIDDEN.search(line)
        assert not re.search(r"(?<!\\)(?:\\\\)*[`<]", line)
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) in {0, 3, 4, 6, 8}


def hostile_story(path: Path, text: str) -> RunDirectory:
    """Write a run whose best and whose failures are hostile wherever text goes."""
    writer = open_story(path)
    judged = passed(9.0)
    results = tuple(replace(one, label=text) for one in judged.results)
    made = replace(child(5, "c0003", note=text), model=text)
    judge(writer, made, replace(judged, results=results, log=text), score=9.0)
    writer.append(e.Improved(candidate="c0005", score=9.0, previous=3.0))
    failed = wrong()
    results = tuple(replace(one, error=text, label=text) for one in failed.results)
    judge(writer, child(6, "c0003", note=text), replace(failed, results=results), score=0.0)
    writer.append(
        e.Pinned(candidate="c0005", reason=text),
        e.Hinted(hint=1, text=text),
        e.Directed(island=1, text=text),
        e.ConstraintAdded(constraint=1, text=text),
    )
    writer.close()
    return RunDirectory(path)


def test_the_page_asks_nothing_of_the_network(tmp_path: Path) -> None:
    text = html(account(write_story(tmp_path / "story")))
    assert "http://" not in text and "https://" not in text
    assert "default-src 'none'" in text


def test_the_command_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_story(tmp_path / "runs" / "story")
    folder = tmp_path / "out"
    assert (
        main(["report", "story", "--runs-dir", str(tmp_path / "runs"), "--output", str(folder)])
        == 0
    )
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.md"]
    assert capsys.readouterr().out.splitlines() == [
        str(folder / "report.html"),
        str(folder / "report.md"),
    ]
    assert (folder / "report.html").read_text().count("<svg") == 1


def test_a_folder_that_cannot_be_written_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "runs" / "story")
    taken = tmp_path / "taken"
    taken.write_text("")
    assert (
        main(["report", "story", "--runs-dir", str(tmp_path / "runs"), "--output", str(taken)]) == 2
    )
    assert "can't be written" in capsys.readouterr().err
