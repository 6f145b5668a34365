"""The start screen: what it says of runs, and what its keys lead to."""

from pathlib import Path

import pytest
from tests.tui.starting import NOW, started
from tests.tui.story import open_story, write_story

from fie_engine import events as e
from fie_engine.live import Live
from fie_engine.record.rundir import RunWriter
from fie_tui.keys.keymap_runs import RUNS_KEYS
from fie_tui.screens.runs_acts import ACTS
from fie_tui.screens.runs_help import help_lines
from fie_tui.session.answer import Answer
from fie_tui.told.new_run import NewRun

SIZES = [(80, 24), (120, 40), (200, 60), (40, 12), (20, 5), (1, 1)]


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A finished run, one at work, and one that lost its engine."""
    write_story(tmp_path / "alpha").close()
    open_story(tmp_path / "gamma").close()
    return tmp_path


async def test_each_run_is_a_line_with_state_best_noise_age_and_heartbeat(runs: Path) -> None:
    writer = open_story(runs / "beta")
    writer.save_live(Live(at=NOW - 1, pid=1, host="box", phases=()))
    async with started(runs, size=(100, 30)) as start:
        assert start.lines[0].endswith("1 searching · 3 runs")
        assert [line.split() for line in start.lines[2:5]] == [
            ["✓", "FINISHED", "alpha", "3.000x", "±0.030", "3/3", "–", "2h", "–"],
            ["▶", "RUNNING", "beta", "3.000x", "±0.030", "3/3", "–", "2h", "♥"],
            ["!", "LOST", "gamma", "3.000x", "±0.030", "3/3", "–", "2h", "–"],
        ]
        await start.press("j", "j")
        assert "its engine died without a word: r starts it again" in start.text
    writer.close()


async def test_a_long_folder_leaves_room_for_the_count(tmp_path: Path) -> None:
    runs = tmp_path / ("deep" * 20) / "runs"
    async with started(runs, size=(60, 20)) as start:
        assert start.lines[0].endswith("deep/runs 0 runs")


async def test_track_and_proposer_stand_in_the_list_where_there_is_room(runs: Path) -> None:
    async with started(runs, size=(120, 40)) as start:
        assert start.lines[2].endswith("2h   –        moe-mini   operators (no LLM)")


async def test_a_silent_engine_shows_for_how_long(tmp_path: Path) -> None:
    writer = open_story(tmp_path / "beta")
    writer.save_live(Live(at=NOW - 12, pid=1, host="box", phases=()))
    async with started(tmp_path, size=(80, 24)) as start:
        assert start.lines[2].endswith("! 12s")
    writer.close()


async def test_the_list_is_live(runs: Path) -> None:
    writer = open_story(runs / "beta")
    async with started(runs) as start:
        assert "‖ PAUSED" not in start.text
        writer.append(e.Paused(reason="lunch"))
        await start.until(lambda: "‖ PAUSED" in start.text)
    writer.close()


async def test_the_chosen_run_is_told_in_full(runs: Path) -> None:
    async with started(runs, size=(80, 24)) as start:
        for words in (
            "moe-mini · CPU · operators (no LLM) · wall clock  ! not a contest score",
            "best 3.000x ±0.030 c0003  3.0× seed  geometric mean speedup vs reference",
            "3/3 iterations",
            "finished: all 3 iterations are used",
        ):
            assert words in start.text


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_every_size(runs: Path, size: tuple[int, int]) -> None:
    async with started(runs, size=size) as start:
        assert max(map(len, start.lines)) <= size[0]
        await start.press("n", "escape", "question_mark", "escape")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("enter",), ("attach", "alpha")),
        (("j", "enter"), ("attach", "gamma")),
        (("G", "r"), ("run", "--resume", "gamma")),
        (("d",), ("run", "--track", "moe-mini", "--proposer", "operators", "--iterations", "60")),
    ],
)
async def test_keys_lead_to_command_lines(
    runs: Path, keys: tuple[str, ...], words: tuple[str, ...]
) -> None:
    async with started(runs, place=("--runs-dir", "there")) as start:
        await start.press(*keys)
        answer = start.app.return_value
    assert answer is not None
    where = tuple(str(runs / word) if word in ("alpha", "gamma") else word for word in words)
    assert answer.words == (*where, "--runs-dir", "there")
    assert answer.run == next((one for one in words if one in ("alpha", "gamma")), "")


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_leaving_asks_nothing(runs: Path, key: str) -> None:
    async with started(runs) as start:
        await start.pilot.press(key)
        assert start.app.return_value == Answer()


async def test_what_cannot_be_resumed_says_why(runs: Path) -> None:
    writer = open_story(runs / "beta")
    async with started(runs) as start:
        await start.press("r")
        assert "all 3 iterations are used; more of them with: fie-tui run --resume" in start.text
        await start.press("j", "r")
        assert "an engine is at work on beta already" in start.text
        assert start.app.return_value is None
    writer.close()


async def test_it_opens_as_it_was_left_with_what_went_wrong(runs: Path) -> None:
    before = Answer(run="gamma", form=NewRun(name="night"))
    async with started(runs, before=before, trouble="run gamma is open elsewhere") as start:
        await start.until(lambda: "» run gamma is open elsewhere" in start.text)
        assert "── gamma ─" in start.text


async def test_the_filter_wants_every_word(runs: Path) -> None:
    async with started(runs) as start:
        await start.press("slash")
        await start.type("moe lost")
        await start.press("enter")
        assert "gamma" in start.lines[2]
        assert start.lines[0].endswith("1 of 2 runs")
        await start.press("slash")
        await start.type(" nothing")
        assert 'no run matches "moe lost nothing"' in start.text
        await start.press("escape")
        assert start.lines[0].endswith("2 runs")


async def test_deleting_says_what_goes_and_wants_the_name(runs: Path) -> None:
    async with started(runs) as start:
        await start.press("D")
        await start.until(lambda: "Delete alpha" in start.text)
        for words in ("4 candidates, the best at 3.000x ±0.030", "frees no space"):
            assert words in start.text
        await start.type("alpa")
        await start.press("enter")
        assert "not deleted: 'alpa' is not alpha" in start.text
        assert (runs / "alpha" / "run.db").exists()
        await start.press("D")
        await start.until(lambda: "Delete alpha" in start.text)
        await start.type("alpha")
        await start.press("enter")
        await start.until(lambda: len(start.app.glances) == 1)
        assert "alpha is moved to" in start.lines[-2]
        assert (runs / ".trash" / "alpha" / "run.db").exists()


async def test_a_run_with_an_engine_is_not_deleted(runs: Path) -> None:
    writer = open_story(runs / "beta")
    async with started(runs) as start:
        await start.press("j", "D")
        assert "delete: an engine is at work on beta: stop it first" in start.text
    writer.close()


async def test_an_engine_that_starts_while_the_name_is_typed_keeps_its_run(runs: Path) -> None:
    async with started(runs) as start:
        await start.press("j", "D")
        await start.until(lambda: "Delete gamma" in start.text)
        writer = RunWriter(runs / "gamma")
        await start.type("gamma")
        await start.press("enter")
        await start.until(lambda: "run gamma is open in pid" in start.text)
        writer.close()
    assert (runs / "gamma" / "run.db").exists()


async def test_two_marked_runs_are_put_side_by_side(runs: Path) -> None:
    async with started(runs, size=(120, 40)) as start:
        await start.press("c")
        assert "mark two runs with Space" in start.text
        await start.press("space", "space")
        assert "alpha, gamma marked: c compares them" in start.text
        await start.press("c")
        await start.until(lambda: "two runs side by side" in start.text)
        assert "= no clear difference: +0.0%, within the noise of ±1.4%" in start.text
        await start.press("escape", "escape")
        assert "marked:" not in start.text


async def test_an_empty_folder_offers_the_demonstration(tmp_path: Path) -> None:
    async with started(tmp_path / "nowhere", size=(80, 24)) as start:
        assert "No runs here yet." in start.text
        assert "d starts the embedded demonstration" in start.text
        assert start.lines[-1] == " d demo  n new run  ? help  q leave"
        await start.press("enter", "r", "D", "c", "space", "j")
        assert start.app.return_value is None
        await start.press("d")
    assert start.app.return_value is not None
    assert start.app.return_value.words[:3] == ("run", "--track", "moe-mini")


def test_keys_acts_and_help_agree() -> None:
    assert {key.id for key in RUNS_KEYS} == set(ACTS)
    keys = [name for key in RUNS_KEYS for name in key.keys]
    assert len(keys) == len(set(keys))
    helped = "\n".join("".join(text for text, _ in line) for line in help_lines(200))
    for key in RUNS_KEYS:
        assert key.help in helped


async def test_hostile_names_and_words_are_shown_as_text(tmp_path: Path) -> None:
    run = write_story(tmp_path / "evil\x1b[31m[red]name")
    run.close()
    async with started(tmp_path, size=(120, 40)) as start:
        assert "\x1b" not in start.text
        assert "evil␛[31m[red]name" in start.text
