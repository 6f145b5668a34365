"""What the project's files promise: pins, packages, README, targets."""

import re
import tomllib
from pathlib import Path

from fie_engine.config.adjustable import ADJUSTABLE
from fie_evaluator.checks import PACKAGES
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


def test_the_page_on_steering_tells_every_verb_and_every_setting() -> None:
    told = (ROOT / "docs" / "steering.md").read_text()
    verbs = set(STEERING) | {"edit", "inject"}
    control = {"pause", "resume", "stop", "pin", "unpin", "fork", "promote", "retime"}
    assert {verb for verb in verbs if f"`fie-tui {verb} " not in told} == control | {"unmute"}
    assert set(re.findall(r"`fie-tui ([a-z]+)", told)) <= verbs | {"show"}
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", told, re.MULTILINE))
    assert rows == dict(ADJUSTABLE)
