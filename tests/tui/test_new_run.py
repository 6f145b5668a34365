"""From what was typed into the form to the command line."""

import shlex

import pytest

from fie_engine.launch.start import LaunchOptions
from fie_tui.flags.grammar import parse
from fie_tui.flags.launching import launch_options
from fie_tui.told.new_run import (
    NewRun,
    budget_problem,
    command_line,
    command_lines,
    number_problem,
    words_of,
)

FULL = NewRun(
    track="moe",
    dataset="~/sets/my moe",
    kernel="k.py",
    proposer="mixed",
    model="qwen",
    server="http://box:8000/v1",
    islands="5",
    iterations="60",
    budget="$2, 1.5 hours; 500000 tokens and 900 gpu-seconds",
    name="night",
)


def test_an_empty_form_is_the_bare_command() -> None:
    assert words_of(NewRun()) == ("run",)
    assert words_of(NewRun(), ("--runs-dir", "there")) == ("run", "--runs-dir", "there")


def test_every_field_is_a_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert command_line(words_of(FULL)) == (
        "fie-tui run --track moe --dataset '/home/me/sets/my moe' --kernel k.py --proposer mixed "
        "--model qwen --base-url http://box:8000/v1 --islands 5 --iterations 60 --budget-usd 2 "
        "--budget-hours 1.5 --budget-tokens 500000 --budget-gpu-seconds 900 --name night"
    )


def test_the_command_line_reads_back_as_what_was_typed() -> None:
    options = launch_options(parse(words_of(FULL)), {})
    assert isinstance(options, LaunchOptions)
    assert (options.track, options.islands, options.iterations) == ("moe", 5, 60)
    assert (options.proposer, options.model, options.name) == ("mixed", "qwen", "night")
    assert options.budget == {"usd": 2.0, "hours": 1.5, "tokens": 500000.0, "gpu_seconds": 900.0}


@pytest.mark.parametrize("field", ["track", "kernel", "model", "server", "name"])
def test_a_value_that_looks_like_a_flag_stays_a_value(field: str) -> None:
    words = words_of(NewRun(**{field: "--config=/etc/passwd"}))
    assert len(words) == 2
    assert parse(words).config is None


def test_what_is_not_understood_is_left_out_and_named() -> None:
    assert words_of(NewRun(islands="many", iterations="0", budget="3 euros, 1 h")) == (
        "run", "--budget-hours", "1"
    )  # fmt: skip
    assert number_problem("many") and number_problem("0") and number_problem("1.5")
    assert number_problem("") == number_problem(" 12 ") == ""


@pytest.mark.parametrize("text", ["3 euros", "2", "usd", "0 usd", "1 usd, 2 usd", "1.5 tokens"])
def test_a_limit_that_is_none_says_so(text: str) -> None:
    assert budget_problem(text)


@pytest.mark.parametrize("text", ["", "2 usd", "$2", "2usd, 3h", "1 hour and 5 tokens"])
def test_limits_are_understood(text: str) -> None:
    assert budget_problem(text) == ""


def test_a_long_command_breaks_between_flags_so_that_a_shell_still_takes_it() -> None:
    words = words_of(NewRun(track="moe-mini", server="http://box:8000/v1", name="it's mine"))
    assert command_lines(words, 40) == [
        "fie-tui run --track moe-mini \\",
        "--base-url http://box:8000/v1 \\",
        "--name 'it'\"'\"'s mine'",
    ]
    assert shlex.split(" ".join(command_lines(words, 40)).replace("\\", "")) == ["fie-tui", *words]
