"""The form of a new run: its checks, its estimate, its command line, its start."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.propose.openai_server import OpenAIServer
from tests.tui.starting import Start, started
from tests.tui.story import CREATED, child, judge, passed, seed, write_story

from fie_engine import events as e
from fie_engine.record.rundir import RunWriter
from fie_evaluator.dataset import moe
from fie_evaluator.seeds import MINI, load_seed
from fie_tui.screens.form import FormScreen
from fie_tui.screens.form_fields import HELP
from fie_tui.session.answer import Answer
from fie_tui.session.form_checks import Checked, Surroundings, check
from fie_tui.session.lookout import Lookout
from fie_tui.told.new_run import FIELDS, NewRun

GOOD = "def run(a):\n    return a\n"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A model server on loopback."""
    with OpenAIServer(models=("tiny", "huge")) as opened:
        yield opened


def checked(form: NewRun, tmp_path: Path, environ: Mapping[str, str] | None = None) -> Checked:
    """Check a form whose runs lie below `tmp_path`."""
    place = ("--runs-dir", str(tmp_path))
    around = Surroundings(place=place, environ=environ or {}, glances=())
    return check(form, around)


def test_an_empty_form_is_ready_and_names_what_it_would_do(tmp_path: Path) -> None:
    told = checked(NewRun(), tmp_path)
    assert told.wrong == ()
    assert {name: one.sign for name, one in told.verdicts.items()} == dict.fromkeys(
        ("track", "dataset", "name", "kernel", "proposer"), "ok"
    )
    assert told.verdicts["track"].words.startswith("moe-mini on CPU, not a contest score")
    assert told.verdicts["dataset"].words.startswith("6 workloads at ")
    assert "entry point and source policy are fine" in told.verdicts["kernel"].words
    assert told.estimate.cost == "nothing: no model is asked"
    assert told.estimate.time.startswith("unknown: no run of moe-mini on CPU by operators")


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        (NewRun(track="moe-mimi"), "track", "There is no track 'moe-mimi'. Did you mean"),
        (NewRun(track="moe"), "track", "needs a CUDA GPU"),
        (NewRun(dataset="/nowhere"), "dataset", "/nowhere is no data set"),
        (NewRun(kernel="/nowhere/k.py"), "kernel", "/nowhere/k.py can't be read"),
        (NewRun(islands="none"), "islands", "'none' is not a whole number"),
        (NewRun(islands="900"), "islands", "900 islands can't share a population of 200"),
        (NewRun(iterations="0"), "iterations", "must be at least 1"),
        (NewRun(budget="3 euros"), "budget", "'3 euros': say for example 2 usd"),
        (NewRun(name="a/b"), "name", "'a/b' is no run name"),
        (NewRun(name="taken"), "name", "taken exists already"),
        (NewRun(proposer="llm"), "model", "there is no server to ask"),
        (NewRun(model="m", server="ftp://x"), "server", "expected a URL such as"),
        (NewRun(model="m", server="http://me:pw@box/v1"), "server", "a URL can't hold a key"),
    ],
)
def test_what_a_launch_would_refuse_is_said_at_its_field(
    tmp_path: Path, form: NewRun, field: str, words: str
) -> None:
    write_story(tmp_path / "taken").close()
    told = checked(form, tmp_path)
    assert told.wrong == (field,)
    assert words in told.verdicts[field].words


def test_a_kernel_with_other_parameters_is_wrong_and_one_against_the_policy_a_warning(
    tmp_path: Path,
) -> None:
    kernel = tmp_path / "k.py"
    kernel.write_text(GOOD)
    assert "kernel" in checked(NewRun(kernel=str(kernel)), tmp_path).wrong
    kernel.write_text(load_seed(MINI).source + "\nimport subprocess\n")
    told = checked(NewRun(kernel=str(kernel)), tmp_path).verdicts["kernel"]
    assert told.sign == "warn"
    assert "the judge will refuse it: line" in told.words and "subprocess" in told.words


def test_a_data_set_is_counted_and_its_holes_are_told(tmp_path: Path) -> None:
    root = tmp_path / "set"
    moe.write_dataset(root, moe.MINI_DIMS, moe.MINI_WORKLOADS[:2], lambda done: None)
    told = checked(NewRun(track=MINI, dataset=str(root)), tmp_path).verdicts["dataset"]
    assert (told.sign, told.words) == (
        "ok", "complete: 2 workloads, 0 MB to read, synthetic routing"
    )  # fmt: skip


def test_a_served_model_is_ready_and_its_key_is_never_said(
    tmp_path: Path, server: OpenAIServer
) -> None:
    form = NewRun(proposer="llm", model="tiny", server=server.url)
    told = checked(form, tmp_path, {"FIE_API_KEY": "key-of-mine"})
    assert told.wrong == ()
    assert told.verdicts["model"].words == ("served, how much context isn't said: tiny")
    assert told.verdicts["server"].words == f"it answers, with your key: {server.url}"
    assert told.estimate.cost == "nothing: the server is at home"
    assert set(server.keys) == {"Bearer key-of-mine"}
    assert "key-of-mine" not in f"{told}"


def test_a_model_that_is_not_served_is_wrong_and_says_which_are(
    tmp_path: Path, server: OpenAIServer
) -> None:
    form = NewRun(proposer="llm", model="giant", server=server.url)
    told = checked(form, tmp_path)
    assert told.wrong == ("model",)
    assert "doesn't serve 'giant'; it has: huge, tiny" in told.verdicts["model"].words


def test_a_server_that_does_not_answer_is_a_warning_since_the_search_would_wait(
    tmp_path: Path,
) -> None:
    form = NewRun(proposer="llm", model="tiny", server="http://127.0.0.1:9/v1")
    told = checked(form, tmp_path)
    assert told.wrong == ()
    assert told.verdicts["server"].sign == "warn"
    assert "no answer, or no list of models" in told.verdicts["server"].words


def test_a_model_that_nobody_will_ask_is_a_warning(tmp_path: Path) -> None:
    told = checked(NewRun(proposer="operators", model="tiny"), tmp_path)
    assert told.verdicts["model"].words == "not asked: the operators propose"


def test_the_estimate_goes_by_the_runs_that_are_here(tmp_path: Path) -> None:
    definition = load_seed(MINI).definition
    writer = RunWriter.create(
        tmp_path / "before", iter(float(n) for n in range(0, 999, 2)).__next__
    )

    writer.append(replace(CREATED, definition=definition))
    writer.append(e.EngineStarted(pid=1, host="box", resumed=False))
    judge(writer, seed(), passed(1.0), score=1.0)
    for number in range(1, 5):
        judge(writer, child(number, "c0000", note="try"), passed(1.0), score=1.0)
    writer.append(e.EngineStopped(state="stopped", reason="enough"))
    writer.close()
    lookout = Lookout(tmp_path, lambda: None)
    lookout._look()
    around = Surroundings(place=(), environ={}, glances=lookout.glances)
    told = check(NewRun(iterations="100"), around)
    assert told.estimate.time == (
        "about 13m20s: 100 × 8.0 s, as in 1 run; ends after 40 without a new best"
    )


async def filled(start: Start) -> FormScreen:
    """Open the form and let the first check come."""
    await start.press("n")
    form = start.app.screen
    assert isinstance(form, FormScreen)
    await start.until(lambda: form.fresh)
    return form


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_form_fits_and_is_checked_as_one_types(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with started(tmp_path, size=size) as start:
        form = await filled(start)
        assert "✓ ready: ^s starts it" in start.lines[0]
        await start.type("moe-mimi")
        await start.until(lambda: form.fresh)
        assert "✗ mend: track" in start.lines[0]
        assert "Did you mean moe-mini" in start.text
        assert "$ fie-tui run --track moe-mimi" in start.text
        assert start.lines[-1].startswith(" ^s start")


async def test_a_wrong_field_is_called_by_the_name_beside_it(tmp_path: Path) -> None:
    async with started(tmp_path, size=(80, 24)) as start:
        form = await filled(start)
        await start.press("tab")
        await start.type("/nowhere")
        await start.until(lambda: form.fresh)
        assert start.lines[0].endswith("✗ mend: data set")


async def test_what_is_wrong_keeps_the_search_from_starting_and_takes_the_cursor(
    tmp_path: Path,
) -> None:
    async with started(tmp_path) as start:
        form = await filled(start)
        await start.press(*["tab"] * 6)
        await start.type("x")
        await start.until(lambda: form.fresh)
        await start.press("tab", "ctrl+s")
        assert start.app.return_value is None
        assert form.field == "islands"


async def test_starting_leaves_with_the_command_line_that_was_shown(tmp_path: Path) -> None:
    async with started(tmp_path) as start:
        form = await filled(start)
        await start.press("tab", "tab", "tab", "right")
        await start.press("tab", "tab", "tab")
        await start.type("2")
        await start.press("enter")
        await start.type("7")
        await start.press("enter", "enter")
        await start.type("night")
        await start.until(lambda: form.fresh)
        assert "$ fie-tui run --proposer operators --islands 2 --iterations 7 --name night" in (
            start.text
        )
        await start.press("enter", "enter")
    answer = start.app.return_value
    assert answer is not None
    assert answer.words == (
        "run", "--proposer", "operators", "--islands", "2", "--iterations", "7", "--name", "night"
    )  # fmt: skip
    assert answer.from_form
    assert answer.form == NewRun(proposer="operators", islands="2", iterations="7", name="night")


async def test_a_launch_that_failed_shows_why_and_all_that_was_typed(tmp_path: Path) -> None:
    typed = NewRun(track=MINI, iterations="7", name="night", proposer="mixed")
    before = Answer(form=typed, from_form=True)
    async with started(tmp_path, before=before, trouble="the disk is full") as start:
        form = start.app.screen
        assert isinstance(form, FormScreen)
        assert form.form == typed
        await start.until(lambda: "✗ the disk is full" in start.text)
        for words in ("moe-mini", "7", "night", "‹mixed›"):
            assert words in start.text


async def test_what_was_typed_stays_when_one_looks_at_the_runs(tmp_path: Path) -> None:
    async with started(tmp_path) as start:
        await filled(start)
        await start.type("moe")
        await start.press("escape")
        assert "No runs here yet." in start.text
        form = await filled(start)
        assert form.form == NewRun(track="moe")


def test_every_field_has_its_help() -> None:
    assert set(HELP) == {*FIELDS, "go"}


def test_a_run_of_the_form_is_not_made_by_checking(tmp_path: Path) -> None:
    checked(NewRun(name="night"), tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_a_doubt_is_named_and_keeps_nothing_from_starting(tmp_path: Path) -> None:
    async with started(tmp_path, size=(80, 24)) as start:
        form = await filled(start)
        await start.press(*["tab"] * 8)
        await start.type("1 usd")
        await start.until(lambda: form.fresh)
        assert start.lines[0].endswith("! look at: budget; ^s starts it all the same")
        assert "! fie.budget_usd: without effect, since no model proposes" in start.text
        await start.press("ctrl+s")
    assert start.app.return_value is not None
    assert start.app.return_value.words == ("run", "--budget-usd", "1")


def test_what_could_not_be_looked_at_says_so(tmp_path: Path) -> None:
    told = checked(NewRun(track="nothing", model="tiny", name="night"), tmp_path).verdicts
    assert {name: one.sign for name, one in told.items()} == {
        "track": "wrong", "model": "waits", "name": "waits"
    }  # fmt: skip


async def test_checks_that_break_are_told_and_keep_nothing_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(form: NewRun, around: Surroundings) -> Checked:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("fie_tui.session.checker.check", broken)
    async with started(tmp_path, size=(120, 40)) as start:
        await filled(start)
        assert "the checks themselves failed: ZeroDivisionError: by nothing" in start.text
        await start.press("ctrl+s")
    assert start.app.return_value is not None
