"""What the doctor says, and when it says that the demonstration can't run."""

import os
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from fie_evaluator import checks
from fie_evaluator.checks import Check
from fie_tui.commands.doctor import (
    _judge_terminal,
    check_model,
    check_runs,
    check_terminal,
    line,
    print_checks,
)

BARE = {"HOME": "/nonexistent", "PATH": "/nonexistent"}


def test_a_line_says_ok_missing_or_wrong_and_what_to_do() -> None:
    shown = [
        line(Check(name="Python", ok=True, found="3.11.7")),
        line(Check(name="ncu", ok=None, found="not on PATH", remedy="Only GPU profiles need it.")),
        line(Check(name="torch", ok=False, found="\x1b[31mold", remedy="Run make setup.")),
    ]
    assert shown == [
        "✓ ok       Python: 3.11.7",
        "– missing  ncu: not on PATH → Only GPU profiles need it.",
        "✗ wrong    torch: ␛[31mold → Run make setup.",
    ]


def test_a_machine_that_can_run_the_demonstration_is_exit_code_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_checks(None, tmp_path, BARE) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "The embedded demonstration can run: fie-tui run --track moe-mini"
    names = [told[11:].split(":")[0] for told in lines[:-1]]
    for name in ("Python", "torch", "GPU", "CUDA", "ncu", "data set", "track", "model", "terminal"):
        assert name in names


def test_a_missing_package_is_exit_code_1_and_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "PACKAGES", (("no-such-package", "1.0"),))
    assert print_checks(None, tmp_path, BARE) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("✗ wrong    no-such-package: not installed → pip install")
    assert lines[-1].startswith("The embedded demonstration can't run here")


def test_a_runs_folder_that_cannot_be_written_is_wrong(tmp_path: Path) -> None:
    assert check_runs(tmp_path / "runs").ok
    check = check_runs(Path("/proc/runs"))
    assert not check.ok
    assert check.remedy == "Choose another folder with --runs-dir or FIE_RUNS_DIR."


def test_without_a_terminal_none_is_missed() -> None:
    check = check_terminal({})
    assert (check.ok, check.found) == (None, "none: runs are told in plain lines")


@pytest.mark.parametrize(
    ("columns", "lines", "encoding", "remedy"),
    [
        (80, 24, "UTF-8", ""),
        (79, 24, "utf-8", "Enlarge the window to 80×24 or more."),
        (80, 23, "utf8", "Enlarge the window to 80×24 or more."),
        (80, 24, "ascii", "Set LANG to a UTF-8 locale, for example C.UTF-8."),
    ],
)
def test_a_terminal_that_will_not_do_says_why(
    columns: int, lines: int, encoding: str, remedy: str
) -> None:
    size = os.terminal_size((columns, lines))
    assert _judge_terminal("xterm", size, encoding) == Check(
        name="terminal", ok=not remedy, found="xterm", remedy=remedy
    )


def test_without_a_model_the_operators_propose() -> None:
    check = check_model(BARE)
    assert check.ok is None
    assert check.found == "none (no model is configured)"


def test_a_model_that_its_server_lists_is_ok(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/models").respond_with_json({"data": [{"id": "tiny"}]})
    url = httpserver.url_for("/v1")
    assert check_model(BARE | {"FIE_BASE_URL": url, "FIE_MODEL": "tiny"}) == Check(
        name="model", ok=True, found=f"tiny at {url}"
    )


def test_a_model_that_its_server_lacks_names_those_it_has(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/models").respond_with_json({"data": [{"id": "tiny"}]})
    url = httpserver.url_for("/v1")
    assert check_model(BARE | {"FIE_BASE_URL": url, "FIE_MODEL": "huge"}) == Check(
        name="model",
        ok=False,
        found=f"{url} doesn't serve huge",
        remedy="Set FIE_MODEL to one of: tiny.",
    )


def test_a_server_that_does_not_answer_is_wrong(httpserver: HTTPServer) -> None:
    url = httpserver.url_for("/gone")
    check = check_model(BARE | {"FIE_BASE_URL": url, "FIE_MODEL": "tiny"})
    assert not check.ok
    assert "lists no models" in check.found
