"""README and docs agree with the program: commands, flags, targets, links, configuration."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from fie_engine.config.load import load_config
from fie_tui.flags.grammar import build_parser
from fie_tui.keys.keymap_runs import FORM_KEYS, RUNS_KEYS
from fie_tui.looks.wanted import CALLINGS, THEMES
from fie_tui.screens.runs_acts import DEMO_ITERATIONS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

OTHERS = {"--extra-index-url", "--max-model-len", "--quality", "--work"}
"Flags of pip, of vLLM and of our benchmarks."

PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda one: one.name)


def subparsers_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return a parser's subcommands by name."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found.update(action.choices)
    return found


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    """Return the flags of a parser and of all its subcommands."""
    return set(parser._option_string_actions).union(
        *map(flags_of, subparsers_of(parser).values()), set()
    )


COMMANDS = subparsers_of(build_parser())


def command_lines(text: str) -> list[list[str]]:
    """Return every `fie-tui …` that a page names, in words."""
    code = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    lines = [line for block in code for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    told = [line for line in lines if re.match(r"([A-Z_]+=\S+ )*fie-tui( |$)", line)]
    return [shlex.split(line, comments=True) for line in told]


@PAGE
def test_every_command_line_that_a_page_names_can_be_said(page: Path) -> None:
    for words in command_lines(page.read_text()):
        _, *said = words[words.index("fie-tui") :]
        name = said[0] if said and not said[0].startswith("-") else "run" if said else "runs"
        assert name in COMMANDS, words
        named = {word.partition("=")[0] for word in said if word.startswith("--")}
        assert named <= flags_of(COMMANDS[name]), words


@PAGE
def test_every_flag_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page.read_text()))
    assert named - flags_of(build_parser()) - OTHERS == set()


def test_the_page_on_runs_names_every_command() -> None:
    table = (ROOT / "docs" / "running.md").read_text().partition("Each has `--help`")[0]
    assert set(COMMANDS) - set(re.findall(r"[a-z]+", table)) - {"retime"} == set()


def test_the_page_on_the_start_screen_holds_the_table_of_its_keys() -> None:
    told = (ROOT / "docs" / "runs.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", told, re.MULTILINE)
    keys = (*RUNS_KEYS, *FORM_KEYS)
    assert rows == [(key.shown, f"{key.label}: {key.help}") for key in keys]
    assert f"{DEMO_ITERATIONS} kernels" in told


def test_the_page_on_showing_names_every_theme_and_every_way_to_call() -> None:
    told = (ROOT / "docs" / "showing.md").read_text()
    assert [one for one in (*THEMES, *CALLINGS) if not re.search(f"[ `]{one}`", told)] == []


@PAGE
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", page.read_text())) - targets == set()


@PAGE
def test_every_file_that_a_page_points_to_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_can_be_found_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [page.name for page in PAGES[1:] if f"(docs/{page.name})" not in readme] == []


def test_the_configuration_that_is_shown_is_valid(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "searching.md").read_text()
    path = tmp_path / "config.yaml"
    path.write_text(page.partition("```yaml\n")[2].partition("```")[0])
    config = load_config(path)
    assert (config.search.iterations, config.islands.count) == (200, 3)
    assert (config.task.track, config.model.name) == ("moe-mini", "qwen2.5-coder:32b")
