"""What a run costs, on the board, in lines, as JSON and against a budget from a shell."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.board import FakeEngine, opened
from tests.tui.canned import CannedRun, searching
from tests.tui.story import CREATED, child, open_story, passed, write_story
from tests.tui.test_steering import answer_next

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.model import Candidate, Origin, Usage
from fie_engine.money.budget import Budget
from fie_engine.money.cost import Cost
from fie_engine.money.spending import Spending
from fie_engine.record.rundir import RunDirectory
from fie_tui.cli import launch_options, main
from fie_tui.commands.plain import Teller
from fie_tui.flags.grammar import parse
from fie_tui.told.costs import brief, cost_told, short, tightest

NONE = Budget()
PAID = Usage(
    prompt_tokens=2000, cached_tokens=500, completion_tokens=300, reasoning_tokens=40, usd=0.25
)


def made(number: int, model: str = "big") -> Candidate:
    return replace(child(number, "c0003", note="fuse"), origin=Origin.LLM, model=model)


def write_paid(path: Path, budget: Budget | None = None, usage: Usage = PAID) -> RunDirectory:
    """Write the story with a model's reply that failed and one that became a new best."""
    writer = open_story(path)
    if budget is not None:
        writer.append(replace(CREATED, budget=budget))
    failed = e.ProposalFailed(
        proposal=4, island=0, parent="c0003", reason="truncated", model="big", usage=usage
    )
    judged = replace(passed(3.3), seconds=2.5)
    writer.append(failed, e.Proposed(proposal=5, candidate=made(4), usage=usage))
    writer.append(e.EvaluationStarted(candidate="c0004"))
    writer.append(
        e.Evaluated(candidate="c0004", evaluation=judged, score=3.3, noise=0.01),
        e.Improved(candidate="c0004", score=3.3, previous=3.0),
        e.EngineStopped(state="stopped", reason="asked to stop"),
    )
    writer.close()
    return RunDirectory(path)


def test_a_paid_run_says_who_spent_how_much_and_what_a_percent_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_paid(tmp_path / "story", Budget(usd=2.0))
    assert main(["show", "story", "--runs-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert (
        "cost $0.50 · 4,000 tokens in (1,000 cached), 600 out (80 thinking) · judged for 6.5s"
        in (printed)
    )
    assert "budget $0.50 of $2, 25%" in printed
    start = printed.index("costs")
    assert printed[start + 1 : start + 7] == [
        "            replies  tokens  dollars  judged  per +1 %  last 20",
        "  seed            0       0        –    1.0s         –        –",
        "  recipe          0       0        –    3.0s        $0       $0",
        "  big             2   4,600    $0.50    2.5s    $0.052   $0.052",
        "  island 0        1   2,300    $0.25    1.0s         –        –",
        "  island 1        1   2,300    $0.25    5.5s   $0.0021  $0.0021",
    ]


def test_a_candidate_says_what_its_reply_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_paid(tmp_path / "story")
    kernel = tmp_path / "story" / "candidates" / "c0004" / "kernel.py"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    kernel.write_text("def kernel(x, output):\n    output.copy_(x)\n", encoding="utf-8")
    assert main(["show", "story", "c0004", "--runs-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[4] == (
        "cost      $0.25 · 2,000 tokens in (500 cached), 300 out (40 thinking) · judged for 2.5s"
    )


def test_json_tells_what_became_of_each_models_replies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_paid(tmp_path / "story")
    assert main(["show", "story", "--json", "--runs-dir", str(tmp_path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["models"] == [
        {
            "model": "big",
            "replies": 2,
            "candidates": 1,
            "duplicates": 0,
            "unusable": 1,
            "passed": 1,
            "improved": 1,
            "gain": pytest.approx(0.1),
            "mends": 0,
            "mended": 0,
            "mend_tokens": 0,
            "prompt_tokens": 4000,
            "completion_tokens": 600,
            "usd": 0.5,
        }
    ]


def test_json_tells_costs_with_null_for_what_nobody_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_paid(tmp_path / "story", Budget(tokens=9000), replace(PAID, usd=None))
    assert main(["show", "story", "--json", "--runs-dir", str(tmp_path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["cost"] == {
        "usd": None,
        "local": False,
        "replies": 2,
        "prompt_tokens": 4000,
        "cached_tokens": 1000,
        "completion_tokens": 600,
        "reasoning_tokens": 80,
        "estimated": False,
        "gpu_seconds": 6.5,
    }
    big = next(entry for entry in shown["cost_by_model"] if entry["model"] == "big")
    rate = 4600 / (math.log(1.1) / math.log(1.01))
    assert (big["per_percent"], big["recent_per_percent"]) == (
        pytest.approx(rate),
        pytest.approx(rate),
    )
    assert shown["cost_by_island"][0] == {
        "island": 0,
        "usd": None,
        "local": False,
        "replies": 1,
        "prompt_tokens": 2000,
        "cached_tokens": 500,
        "completion_tokens": 300,
        "reasoning_tokens": 40,
        "estimated": False,
        "gpu_seconds": 1.0,
        "per_percent": None,
        "recent_per_percent": None,
    }
    assert (shown["cost_unit"], shown["budget"]["tokens"]) == ("tokens", 9000)


def test_plain_lines_tell_what_each_paid_candidate_cost(tmp_path: Path) -> None:
    teller = Teller()
    lines = [
        line
        for recorded in write_paid(tmp_path / "story").events()
        for line in teller.tell(recorded)
    ]
    assert [line for line in lines if "c0004 i1" in line] == [
        "    20s    5/3 ✓ c0004 i1 3.300x ±0.033 +10.0% vs c0003 · $0.25 · fuse"
    ]


def paid_search(tmp_path: Path, budget: Budget = NONE, usage: Usage = PAID) -> CannedRun:
    """Return a search in which the newest candidate is a model's."""
    run = searching(tmp_path)
    created = run.record[0].event
    assert isinstance(created, e.RunCreated)
    run.record[0] = replace(run.record[0], event=replace(created, budget=budget))
    run.add(e.Proposed(proposal=50, candidate=replace(made(50), parents=("c0030",)), usage=usage))
    run.add(e.Evaluated(candidate="c0050", evaluation=passed(4.4), score=4.4, noise=0.009))
    run.add(e.Improved(candidate="c0050", score=4.4, previous=4.0))
    return run


@pytest.mark.parametrize(("width", "height"), [(80, 24), (160, 48)])
async def test_the_status_names_the_model_that_the_search_goes_on_without(
    tmp_path: Path, width: int, height: int
) -> None:
    run = searching(tmp_path)
    run.add(e.ModelLeftOut(model="big", reason="the connection failed"))
    async with opened(run, size=(width, height), engine=FakeEngine()) as board:
        assert "  ! without big" in board.lines[0]
        assert "big is left out until its server answers: the connection failed" in board.text


@pytest.mark.parametrize(
    ("budget", "narrow", "wide"),
    [
        (Budget(usd=0.3), "83% budget", "$0.25/$0.30"),
        (Budget(tokens=2500, usd=2.0), "92% budget", "2.3k/2.5k tok"),
        (Budget(gpu_seconds=72.0), "91% budget", "1m05s/1m12s"),
    ],
)
async def test_the_status_shows_the_tightest_limit_at_every_width(
    tmp_path: Path, budget: Budget, narrow: str, wide: str
) -> None:
    run = paid_search(tmp_path, budget)
    async with opened(run, size=(80, 24), engine=FakeEngine()) as board:
        assert f"  {narrow}  " in board.lines[0]
    async with opened(run, size=(160, 48), engine=FakeEngine()) as board:
        assert f"  {wide}  " in board.lines[0]


@pytest.mark.parametrize(
    ("usage", "shown"),
    [(PAID, "  $0.25  "), (replace(PAID, usd=None), "  2.3k tok  ")],
)
async def test_without_a_budget_a_wide_status_shows_what_was_spent(
    tmp_path: Path, usage: Usage, shown: str
) -> None:
    async with opened(paid_search(tmp_path, usage=usage), size=(160, 48)) as board:
        assert shown in board.lines[0]


async def test_islands_and_a_candidates_page_say_what_a_percent_cost(tmp_path: Path) -> None:
    async with opened(paid_search(tmp_path), size=(160, 48)) as board:
        assert "stale  per +1%  trend" in board.text
        assert "cost $0.25 · 2,000 tokens in (500 cached)," in board.text
        assert "+1 % of the best by big cost $0.026" in board.text


async def test_a_search_that_no_model_drives_shows_no_costs(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(160, 48)) as board:
        assert "per +1%" not in board.text
        assert "$" not in board.lines[0]


@pytest.mark.parametrize(
    ("cost", "told", "word"),
    [
        (Cost(gpu_seconds=75.0), "judged for 1m15s", ""),
        (
            Cost(replies=1, prompt_tokens=900, completion_tokens=100, unpriced=1),
            "– · 900 tokens in, 100 out",
            "1k tok",
        ),
        (
            Cost(replies=1, prompt_tokens=900, completion_tokens=100, local=1, estimated=1),
            "$0 (local) · about 900 tokens in, 100 out",
            "1k tok",
        ),
    ],
)
def test_costs_in_words(cost: Cost, told: str, word: str) -> None:
    assert (cost_told(cost), brief(cost)) == (told, word)


def test_amounts_stay_short_however_large() -> None:
    amounts = [("usd", 12345.6), ("tokens", 1.5e6), ("tokens", 999.0), ("hours", 1.52)]
    assert [short(unit, amount) for unit, amount in amounts] == ["$12.3k", "1.5M", "999", "1.5h"]


def test_without_a_budget_no_limit_is_tight() -> None:
    assert tightest(Spending(), 0.0) == ("", 0.0)


def test_limits_are_flags_of_a_run() -> None:
    words = ["--budget-usd", "2.5", "--budget-tokens", "9000", "--budget-gpu-seconds", "60"]
    options = launch_options(parse(["run", *words, "--budget-hours", "1.5"]), {})
    assert options.budget == {"usd": 2.5, "tokens": 9000, "gpu_seconds": 60.0, "hours": 1.5}
    assert launch_options(parse(["run"]), {}).budget == {}


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--budget-usd", "0"],
        ["run", "--budget-usd", "-1"],
        ["run", "--budget-hours", "inf"],
        ["run", "--budget-tokens", "1.5"],
        ["budget", "story", "--usd", "lots"],
    ],
)
def test_a_limit_that_is_none_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(words)
    assert exited.value.code == 2


def test_budget_shows_what_is_spent_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_paid(tmp_path / "story", Budget(usd=2.0))
    assert main(["budget", "story", "--runs-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["budget $0.50 of $2, 25%"]
    write_story(tmp_path / "other")
    assert main(["budget", "other", "--runs-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "no budget\n"


@pytest.mark.parametrize(
    ("words", "value", "printed"),
    [
        (["--usd", "5"], 5.0, "¶ fie.budget_usd: 2.0 → 5.0 (worth it)\n"),
        (["--usd", "none"], None, "¶ fie.budget_usd: 2.0 → null (worth it)\n"),
    ],
)
def test_budget_changes_a_running_searchs_limit(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    value: float | None,
    printed: str,
) -> None:
    taken: list[c.Command] = []

    def reply(command: c.Command) -> e.Event:
        taken.append(command)
        return e.SettingChanged(name="fie.budget_usd", value=value, previous=2.0, reason="worth it")

    engine = answer_next(open_story(tmp_path / "story"), reply)
    command = ["budget", "story", *words, "--reason", "worth it", "--runs-dir", str(tmp_path)]
    assert main(command) == 0
    engine.join()
    assert capsys.readouterr().out == printed
    assert [replace(order, author="") for order in taken] == [
        c.SetSetting(name="fie.budget_usd", value=value, reason="worth it")
    ]
