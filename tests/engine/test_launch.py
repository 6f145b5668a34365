"""Starting a run: everything that is wrong is said before anything is written."""

from dataclasses import replace
from pathlib import Path

import pytest

from fie_engine import events as e
from fie_engine.config.load import load_config
from fie_engine.launch.assemble import quick_cut
from fie_engine.launch.assemble import terms as assemble_terms
from fie_engine.launch.start import LaunchOptions, PreparedRun, prepare
from fie_engine.loop.duels import Retiming
from fie_engine.loop.profiling import ProfilePolicy
from fie_engine.record.rundir import RunDirectory, RunWriter
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError
from fie_evaluator.seeds import load_seed

ENVIRON = {"HOME": "/nonexistent", "CUDA_VISIBLE_DEVICES": ""}


def options(tmp_path: Path, **changes: object) -> LaunchOptions:
    given = {"runs_root": tmp_path / "runs", "track": "moe-mini", "name": "one", **changes}
    return LaunchOptions(**given)  # type: ignore[arg-type]


def close(prepared: PreparedRun) -> PreparedRun:
    prepared.writer.close()
    return prepared


def test_a_new_run_says_what_it_is_before_it_starts(tmp_path: Path) -> None:
    run = close(prepare(options(tmp_path, iterations=7, seed_rng=3), ENVIRON)).directory
    created, seed = [recorded.event for recorded in run.events()]
    assert isinstance(created, e.RunCreated)
    assert isinstance(seed, e.Proposed)
    assert (created.track, created.device, created.caveat) == (
        "moe-mini",
        "CPU",
        "not a contest score",
    )
    assert (created.proposer, created.iterations, created.seed_rng) == ("operators (no LLM)", 7, 3)
    assert created.score_name == "geometric mean speedup vs reference"
    assert seed.candidate.note == "the seed: packaged with moe-mini"
    assert run.source("c0000") == load_seed("moe-mini").source
    assert {path.name for path in run.path.iterdir()} >= {"run.db", "run.toml", "inbox"}


def test_the_defaults_are_the_pipelines(tmp_path: Path) -> None:
    config = close(prepare(options(tmp_path), ENVIRON)).config
    assert (config.search.iterations, config.search.stale_limit) == (200, 40)
    assert (config.islands.count, config.islands.population) == (3, 200)


@pytest.mark.parametrize(
    ("share", "quick", "device", "found"),
    [
        (None, (("T=1", 1.0),), "cuda:0", 0.4),
        (None, (("T=1", 1.0),), "cpu", 0.0),
        (0.5, (("T=1", 1.0),), "cpu", 0.5),
        (0.0, (("T=1", 1.0),), "cuda:0", 0.0),
        (0.5, (), "cuda:0", 0.0),
    ],
)
def test_slow_candidates_are_cut_short_where_there_are_quick_workloads(
    share: float | None,
    quick: tuple[tuple[str, float], ...],
    device: str,
    found: float,
    tmp_path: Path,
) -> None:
    track = close(prepare(options(tmp_path), ENVIRON)).track
    track = replace(track, quick=quick, device=device)
    assert quick_cut(load_config(None, {"fie.quick_cut": share}), track) == found


def test_a_cpus_profiles_are_always_there(tmp_path: Path) -> None:
    prepared = close(prepare(options(tmp_path, ncu=False), ENVIRON))
    assert prepared.profiling == ProfilePolicy(when="always")
    terms = assemble_terms(prepared.config, prepared)
    assert (terms.profiling, terms.retiming, terms.quick_cut) == (
        ProfilePolicy(when="always"),
        Retiming(enabled=True, margin=2.0),
        0.0,
    )


def test_another_runs_candidate_can_be_the_seed(tmp_path: Path) -> None:
    close(prepare(options(tmp_path), ENVIRON))
    run = close(prepare(options(tmp_path, name="two", from_run="one:c0000"), ENVIRON)).directory
    assert "the seed: run one, candidate c0000" in [
        r.event.candidate.note for r in run.events() if isinstance(r.event, e.Proposed)
    ]


def test_a_run_resumes_with_its_own_terms_and_a_new_limit(tmp_path: Path) -> None:
    close(prepare(options(tmp_path, iterations=7, seed_rng=3), ENVIRON))
    again = LaunchOptions(runs_root=tmp_path / "runs", resume="one", iterations=9)
    prepared = close(prepare(again, ENVIRON))
    view = RunView()
    view.fold(prepared.directory.events())
    assert view.created is not None
    assert view.created.iterations == 9
    config = prepared.config
    assert (config.search.iterations, config.search.seed_rng, config.task.track) == (
        9,
        3,
        "moe-mini",
    )


KERNEL = "def kernel(a, b):\n    pass\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"track": "moe-mimi"}, "moe-mini"),
        ({"dataset": Path("/no/such/data"), "track": None}, "/no/such/data"),
        ({"kernel": Path("/no/kernel.py")}, "kernel file /no/kernel.py can't be read"),
        ({"kernel": Path("/k.py"), "from_run": "a:b"}, "give one of them"),
        ({"config": Path("/no/config.yaml")}, "/no/config.yaml"),
        ({"from_run": "nightly"}, "RUN:CANDIDATE"),
        ({"from_run": "nightly:c0001"}, "no run 'nightly'"),
        ({"resume": "nightly", "track": None, "name": None}, "no run 'nightly'"),
        ({"resume": "nightly"}, "--track, --name can't change on --resume"),
        ({"timing": "span"}, "The timing 'span' needs a CUDA GPU, but moe-mini is judged on the"),
        ({"score": "geometric-vs-baseline"}, "The track moe-mini has no stored baseline"),
        ({"name": "../escape"}, "is no run name"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(FieError) as error:
        prepare(options(tmp_path, **changes), ENVIRON)
    assert message in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            KERNEL,
            r"mine\.py: kernel takes 2 parameters, but 11 are passed: routing_logits, ",
        ),
        ("x = 1\n", r"mine\.py: there is no function kernel\(routing_logits, "),
        ("def kernel(:\n", "is not Python: .* in line 1"),
        ("\0", "is not Python"),
    ],
)
def test_a_kernel_that_cannot_start_a_run_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    kernel = tmp_path / "mine.py"
    kernel.write_text(text)
    with pytest.raises(FieError, match=message):
        prepare(options(tmp_path, kernel=kernel), ENVIRON)
    assert list(tmp_path.iterdir()) == [kernel]


def test_runs_without_a_name_that_start_in_the_same_second_have_folders_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda shape: "20261122-234500")
    runs = [close(prepare(options(tmp_path, name=None), ENVIRON)) for _ in range(3)]
    assert [run.directory.name for run in runs] == [
        "moe-mini-20261122-234500",
        "moe-mini-20261122-234500-2",
        "moe-mini-20261122-234500-3",
    ]


def test_a_run_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    close(prepare(options(tmp_path), ENVIRON))
    holder = RunWriter(tmp_path / "runs" / "one")
    with pytest.raises(FieError, match="run one is open in pid"):
        prepare(LaunchOptions(runs_root=tmp_path / "runs", resume="one"), ENVIRON)
    holder.close()
    assert len(RunDirectory(tmp_path / "runs" / "one").events()) == 2


def test_a_resumed_run_keeps_the_model_that_was_named_by_flags(tmp_path: Path) -> None:
    named = options(tmp_path, proposer="llm", model="m1", base_url="http://127.0.0.1:9/v1")
    close(prepare(named, ENVIRON))
    again = LaunchOptions(runs_root=tmp_path / "runs", resume="one")
    choice = close(prepare(again, ENVIRON)).choice
    assert (choice.kind, choice.model, choice.base_url) == ("llm", "m1", "http://127.0.0.1:9/v1")


def test_a_run_is_not_continued_with_another_score(tmp_path: Path) -> None:
    close(prepare(options(tmp_path, score="arithmetic"), ENVIRON))
    terms = tmp_path / "other.yaml"
    terms.write_text("fie: {track: moe-mini, score_mean: geometric}\n")
    again = LaunchOptions(runs_root=tmp_path / "runs", resume="one", config=terms)
    with pytest.raises(FieError, match="judged with score 'arithmetic mean speedup vs reference'"):
        prepare(again, ENVIRON)
    kept = close(prepare(replace(again, config=None), ENVIRON))
    assert kept.config.task.score_mean == "arithmetic"
