"""What the project's files promise: pins, packages, README, targets."""

import argparse
import re
import tomllib
from pathlib import Path

from fie_engine.config.adjustable import ADJUSTABLE
from fie_engine.config.load import load_config
from fie_evaluator.checks import PACKAGES
from fie_tui.flags.grammar import build_parser
from fie_tui.flags.steering import STEERING
from fie_tui.keys.command_line import told
from fie_tui.keys.keymap import ACTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PINS = [
    line.partition("==")
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if not line.startswith("#")
]


def plain_name(requirement: str) -> str:
    """Return a requirement's package name as indexes compare it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def requirements() -> list[str]:
    project = PROJECT["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def test_every_dependency_has_a_lower_bound_and_one_exact_pin() -> None:
    pinned = [plain_name(name) for name, _, _ in PINS]
    assert sorted(pinned) == sorted(set(pinned))
    assert [each for each in requirements() if plain_name(each) not in pinned] == []
    assert [each for each in requirements() if ">=" not in each] == []


def test_no_pin_is_of_a_local_build() -> None:
    assert [version for _, _, version in PINS if not re.fullmatch(r"[0-9a-z.]+", version)] == []


def test_the_doctor_looks_at_the_packages_that_the_project_asks_for() -> None:
    asked = {}
    for requirement in PROJECT["project"]["dependencies"]:
        bound = re.search(r">=([0-9.]+)", requirement)
        assert bound is not None
        asked[plain_name(requirement)] = bound.group(1)
    assert {plain_name(name): minimum for name, minimum in PACKAGES} == asked


def test_every_package_is_in_the_wheel_and_typed_checked() -> None:
    packages = [
        Path(path).name
        for path in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    ]
    assert packages == PROJECT["tool"]["importlinter"]["root_packages"]
    assert packages == PROJECT["tool"]["mypy"]["packages"]
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {
        "seeds": "fie_seeds"
    }


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


def test_the_list_of_keys_is_the_boards_table() -> None:
    keys = (ROOT / "docs" / "keys.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", keys, re.MULTILINE)
    actions = [(action.shown, f"{action.label}: {action.help}") for action in ACTIONS]
    assert rows == actions + [(f":{said}", does) for said, does in told()]


def every_flag(parser: argparse.ArgumentParser) -> set[str]:
    """Return the flags of a parser and of all its subcommands."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found = found.union(*map(every_flag, action.choices.values()))
    return found


def test_every_flag_in_the_readme_exists() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert named - every_flag(build_parser()) == {"--extra-index-url"}, "only pip's isn't ours"


def test_every_subcommand_in_the_readme_exists() -> None:
    parser = build_parser()
    subparsers = next(action for action in parser._actions if action.dest == "subcommand")
    assert isinstance(subparsers.choices, dict)
    named = set(re.findall(r"`fie-tui ([a-z]+)", README))
    assert named - set(subparsers.choices) == set()
    assert set(subparsers.choices) - set(re.findall(r"[a-z]+", README)) == set()


def test_the_page_on_steering_tells_every_verb_and_every_setting() -> None:
    told = (ROOT / "docs" / "steering.md").read_text()
    verbs = set(STEERING) | {"edit", "inject"}
    control = {"pause", "resume", "stop", "pin", "unpin", "fork", "promote", "retime"}
    assert {verb for verb in verbs if f"`fie-tui {verb} " not in told} == control | {"unmute"}
    assert set(re.findall(r"`fie-tui ([a-z]+)", told)) <= verbs | {"show"}
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", told, re.MULTILINE))
    assert rows == dict(ADJUSTABLE)


def test_the_configuration_in_the_readme_is_valid(tmp_path: Path) -> None:
    example = README.partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "config.yaml"
    path.write_text(example)
    config = load_config(path)
    assert (config.search.iterations, config.islands.count) == (200, 3)
    assert (config.task.track, config.model.name) == ("moe-mini", "qwen2.5-coder:32b")


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) - targets == set()


def test_every_file_that_the_readme_points_to_exists() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []
