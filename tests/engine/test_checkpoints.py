"""Checkpoints both ways: theirs continued, ours opened, damaged ones refused."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.engine.lab import Lab
from tests.engine.stock_runs import PROJECT, SOURCE, contents, lineages, load_stock, write_stock
from tests.engine.test_population import filled

from fie_engine import events as e
from fie_engine.config.load import load_config
from fie_engine.errors import CheckpointError
from fie_engine.exchange.checkpoint import Checkpoints
from fie_engine.exchange.format import read_checkpoint
from fie_engine.exchange.incoming import Imported, import_checkpoint
from fie_engine.exchange.outgoing import export_run, replayed
from fie_engine.launch.assemble import assemble
from fie_engine.launch.start import LaunchOptions, prepare
from fie_engine.model import Origin, RunState
from fie_engine.record.rundir import RunDirectory
from fie_engine.view.run import RunView
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.errors import FieError
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.seeds import load_seed
from fie_evaluator.track import Track

ENVIRON = {"HOME": "/nonexistent", "CUDA_VISIBLE_DEVICES": "", "PATH": os.environ["PATH"]}


def options(tmp_path: Path, **changes: Any) -> LaunchOptions:
    given = {
        "runs_root": tmp_path / "runs",
        "name": "ours",
        "evaluator": str(PROJECT / "evaluator.py"),
        "proposer": "operators",
        **changes,
    }
    return LaunchOptions(**given)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A checkpoint of stock OpenEvolve's."""
    path = tmp_path / "openevolve_output" / "checkpoints" / "checkpoint_23"
    write_stock(path)
    return path


def bring_in(path: Path, tmp_path: Path, **changes: Any) -> Imported:
    return import_checkpoint(path, options(tmp_path, **changes), ENVIRON)


def view_of(run: RunDirectory) -> RunView:
    view = RunView()
    view.fold(run.events())
    return view


def test_their_checkpoint_comes_back_as_it_went_in(theirs: Path, tmp_path: Path) -> None:
    made = bring_in(theirs, tmp_path)
    folder = export_run(RunDirectory(made.path), tmp_path / "out")
    assert folder == tmp_path / "out" / "checkpoint_23"
    assert contents(load_stock(folder)) == contents(load_stock(theirs))
    # A migrant whose original was evicted is a program of its own from then on.
    assert lineages(load_stock(folder)) >= lineages(load_stock(theirs))


def test_an_imported_run_holds_their_programs_with_their_scores(
    theirs: Path, tmp_path: Path
) -> None:
    made = bring_in(theirs, tmp_path)
    stock = load_stock(theirs)
    view = view_of(RunDirectory(made.path))
    best = view.best
    assert (view.state, made.judged_again, made.islands) == (RunState.STOPPED, False, 3)
    assert best is not None
    assert best.evaluation is not None
    winner = stock.programs[stock.best_program_id]
    assert RunDirectory(made.path).source(best.candidate.id) == winner.code
    assert dict(best.evaluation.metrics) == winner.metrics
    assert best.score == pytest.approx(sum(winner.metrics.values()) / 2)
    assert {row.candidate.origin for row in view.candidates.values()} == {Origin.IMPORT}
    assert [row.population for row in view.islands()] == [len(one) for one in stock.islands]
    noted = {row.candidate.note: row.evaluation for row in view.candidates.values()}
    spoke = next(one for one in stock.programs.values() if one.artifacts_json)
    evaluation = noted[spoke.metadata["changes"]]
    assert evaluation is not None
    assert evaluation.artifacts == (("stdout", stock.get_artifacts(spoke.id)["stdout"]),)


def test_an_imported_search_goes_on(theirs: Path, tmp_path: Path) -> None:
    made = bring_in(theirs, tmp_path, iterations=4)
    wish = LaunchOptions(runs_root=tmp_path / "runs", resume="ours", proposer="operators")
    prepared = prepare(wish, ENVIRON)
    asyncio.run(assemble(prepared, linger=False).run())
    prepared.writer.close()
    view = view_of(RunDirectory(made.path))
    assert (view.state, view.iterations) == (RunState.FINISHED, 4)
    fresh = [row for row in view.candidates.values() if row.candidate.origin is not Origin.IMPORT]
    assert fresh
    assert all(row.candidate.parents for row in fresh)
    assert load_stock(made.path / "checkpoint").last_iteration == 27
    origin = read_checkpoint(made.path / "checkpoint").origin
    assert origin is not None
    assert origin.run == "ours"


def test_a_resumed_engine_finds_the_population_that_it_left(theirs: Path, tmp_path: Path) -> None:
    run = RunDirectory(bring_in(theirs, tmp_path).path)
    config = load_config(run.path / "run.toml")
    first, again = (replayed(run, config).population for _ in range(2))
    assert [list(island) for island in first.islands] == [list(one) for one in again.islands]
    assert first.island_feature_maps == again.island_feature_maps


def test_programs_that_had_failed_are_on_record_but_on_no_island(
    theirs: Path, tmp_path: Path
) -> None:
    file = theirs / "programs" / "program-5.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"metrics": {"error": 0.0}}))
    run = RunDirectory(bring_in(theirs, tmp_path).path)
    view = view_of(run)
    (failed,) = [row for row in view.candidates.values() if row.state == "failed"]
    assert failed.candidate.note == "chunks of 5"
    members = replayed(run, load_config(run.path / "run.toml")).population.programs
    assert failed.candidate.id not in members


def test_an_old_checkpoint_without_islands_is_dealt_out(theirs: Path, tmp_path: Path) -> None:
    metadata = json.loads((theirs / "metadata.json").read_text())
    count = len(list((theirs / "programs").iterdir()))
    (theirs / "metadata.json").write_text(json.dumps(metadata | {"islands": [[], []]}))
    made = bring_in(theirs, tmp_path)
    members = [row.population for row in view_of(RunDirectory(made.path)).islands()]
    assert made.islands == 2
    assert sum(members) == count


def without(name: str) -> Callable[[Path], None]:
    return lambda path: (path / name).unlink()


def torn(name: str) -> Callable[[Path], None]:
    def tear(path: Path) -> None:
        text = (path / name).read_text()
        (path / name).write_text(text[: len(text) // 2])

    return tear


def changed(name: str, **keys: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        told = json.loads((path / name).read_text())
        (path / name).write_text(json.dumps({**told, **keys}))

    return change


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (without("metadata.json"), "is no checkpoint, it has no metadata.json"),
        (torn("metadata.json"), "metadata.json is torn"),
        (torn("programs/program-5.json"), "program-5.json is torn"),
        (without("programs/program-9.json"), "is torn: 1 of its programs have no file"),
        (lambda path: shutil.rmtree(path / "programs"), "holds no programs"),
        (changed("programs/root.json", code=None), "root.json has no id or no code"),
        (changed("programs/root.json", metrics=[1]), "root.json: "),
        (
            changed("metadata.json", fie_tui={"format": 99}),
            "written by a newer fie-tui (checkpoint format 99, this one reads up to 1)",
        ),
        (changed("metadata.json", fie_tui=7), "fie_tui is damaged"),
        (changed("metadata.json", islands=[1, 2]), "islands isn't a list of lists"),
    ],
)
def test_a_damaged_checkpoint_is_refused_and_nothing_is_written(
    damage: Callable[[Path], None], complaint: str, theirs: Path, tmp_path: Path
) -> None:
    damage(theirs)
    with pytest.raises(CheckpointError) as refused:
        bring_in(theirs, tmp_path)
    assert complaint in str(refused.value)
    assert not (tmp_path / "runs").exists()


def test_an_unusable_checkpoint_names_the_newest_one_beside_it(
    theirs: Path, tmp_path: Path
) -> None:
    shutil.copytree(theirs, theirs.with_name("checkpoint_9"))
    shutil.copytree(theirs, theirs.with_name("checkpoint_100"))
    (theirs.with_name("checkpoint_100") / "metadata.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"is torn .*: try .*/checkpoint_23"):
        bring_in(theirs.with_name("checkpoint_100"), tmp_path)
    with pytest.raises(CheckpointError, match=r"no metadata.json: try .*/checkpoint_100"):
        bring_in(theirs.parents[1], tmp_path)


def test_an_island_that_nobody_had_reached_yet_starts_with_the_best(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint_1"
    write_stock(path, count=2, islands=3)
    run = RunDirectory(bring_in(path, tmp_path).path)
    view = view_of(run)
    members = replayed(run, load_config(run.path / "run.toml")).population.islands
    assert [row.population for row in view.islands()] == [len(island) for island in members]
    assert list(members[2]) == [f"{view.best_candidate}@2"]


def test_an_island_count_that_contradicts_is_said(theirs: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("database: {num_islands: 5}\n")
    with pytest.raises(FieError, match=r"num_islands: 5, but .* has 3 islands: set it to 3"):
        bring_in(theirs, tmp_path, config=config)


def test_a_checkpoint_of_ours_remembers_what_it_is_of(theirs: Path, tmp_path: Path) -> None:
    made = bring_in(theirs, tmp_path)
    folder = export_run(RunDirectory(made.path), tmp_path / "checkpoint_1")
    assert folder == tmp_path / "checkpoint_1"
    origin = read_checkpoint(folder).origin
    assert origin is not None
    assert (origin.run, origin.score_name, origin.device) == (
        "ours",
        "combined_score",
        "evaluator.py",
    )
    with pytest.raises(CheckpointError, match="is of 'sorting/evaluator.py .*', not of"):
        bring_in(folder, tmp_path, name="other", evaluator=None, track="moe-mini")


def test_scores_of_an_evaluator_that_has_changed_are_measured_again(
    theirs: Path, tmp_path: Path
) -> None:
    folder = export_run(RunDirectory(bring_in(theirs, tmp_path).path), tmp_path / "out")
    project = tmp_path / "sorting"
    shutil.copytree(PROJECT, project)
    with (project / "evaluator.py").open("a") as file:
        file.write("# stricter\n")
    wish = options(tmp_path, name="again", evaluator=str(project / "evaluator.py"), iterations=1)
    made = import_checkpoint(folder, wish, ENVIRON)
    assert (made.judged_again, made.why) == (True, "the evaluator has changed since")
    prepared = prepare(replace(wish, name=None, evaluator=None, resume="again"), ENVIRON)
    asyncio.run(assemble(prepared, linger=False).run())
    prepared.writer.close()
    view = view_of(RunDirectory(made.path))
    taken = [row for row in view.candidates.values() if row.candidate.model == "imported"]
    assert [row.state for row in taken] == ["passed"] * made.programs
    assert [row.candidate.origin for row in taken].count(Origin.SEED) == 1
    assert all(row.evaluation and dict(row.evaluation.metrics)["thrift"] < 0.9 for row in taken)


def test_foreign_scores_of_kernels_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint_5"
    database = write_stock(path, count=2, islands=1)
    for program in database.programs.values():
        program.code = load_seed("moe-mini").source + f"\n# {program.id}\n"
        program.metrics = {"combined_score": 3.0}
    database.save(str(path), 5)
    wish = options(tmp_path, evaluator=None, track="moe-mini")
    with pytest.raises(CheckpointError, match="lack the workloads' latencies: import it with --ju"):
        import_checkpoint(path, wish, ENVIRON, "keep")
    made = import_checkpoint(path, wish, ENVIRON)
    assert made.judged_again
    view = view_of(RunDirectory(made.path))
    assert view.evaluations == 0
    assert [row.candidate.origin for row in view.candidates.values()] == [
        Origin.SEED,
        Origin.IMPORT,
    ]
    assert {row.candidate.done for row in view.candidates.values()} == {("vectorised-routing",)}


def test_kernels_scores_of_the_same_clock_and_device_are_kept(tmp_path: Path) -> None:
    wish = LaunchOptions(
        runs_root=tmp_path, name="first", track="moe-mini", proposer="operators", iterations=1
    )
    prepared = prepare(wish, ENVIRON)
    seed = prepared.writer.source("c0000")
    judged = a_verdict(prepared.track)
    islands = [e.IslandAdded(island=n, founder="c0000", reason="start") for n in range(3)]
    best = e.Improved(candidate="c0000", score=2.0, previous=0.0)
    prepared.writer.append(judged, best, *islands)
    prepared.writer.close()
    folder = export_run(prepared.directory, tmp_path / "out")
    made = import_checkpoint(folder, replace(wish, name="second"), ENVIRON)
    view = view_of(RunDirectory(made.path))
    assert not made.judged_again
    assert view.seed is not None
    assert view.seed.evaluation is not None
    assert (view.seed.score, view.seed.noise, view.seed.unit) == (pytest.approx(2.0), 0.01, "x")
    assert [one.speedup for one in view.seed.evaluation.results] == [2.0] * 6
    assert RunDirectory(made.path).source("c0000") == seed
    assert view.seed.candidate.done == ("vectorised-routing",)


def a_verdict(track: Track) -> e.Evaluated:
    """Judge the seed twice as fast as the reference everywhere."""
    results = tuple(
        WorkloadResult(
            workload=one.uuid,
            label=one.label,
            status=Status.PASSED,
            median_ms=4.0,
            reference_ms=8.0,
        )
        for one in read_workloads(track.dataset, track.definition)
    )
    evaluation = Evaluation(
        status=Status.PASSED, results=results, device="CPU", timing=track.timing
    )
    return e.Evaluated(candidate="c0000", evaluation=evaluation, score=2.0, noise=0.01)


def test_export_needs_a_population_and_an_empty_place(
    theirs: Path, tmp_path: Path, lab: Lab
) -> None:
    run = RunDirectory(bring_in(theirs, tmp_path).path)
    export_run(run, tmp_path / "out")
    with pytest.raises(CheckpointError, match="checkpoint_23 isn't empty: give another folder"):
        export_run(run, tmp_path / "out")
    lab.create()
    (lab.path / "run.toml").write_text("")
    with pytest.raises(CheckpointError, match="has no population yet: its seed hasn't passed"):
        export_run(RunDirectory(lab.path), tmp_path / "empty")


def test_the_visualizer_finds_nodes_edges_and_the_best_program(
    theirs: Path, tmp_path: Path
) -> None:
    folder = export_run(RunDirectory(bring_in(theirs, tmp_path).path), tmp_path / "out")
    (found,) = (tmp_path / "out").glob("**/checkpoint_*")
    metadata = json.loads((found / "metadata.json").read_text())
    nodes = {
        name: json.loads((found / "programs" / f"{name}.json").read_text())
        for island in metadata["islands"]
        for name in island
    }
    assert all(nodes[name]["id"] == name for name in nodes)
    assert {nodes[name]["metadata"]["island"] for name in nodes} == {0, 1, 2}
    edges = [name for name in nodes if nodes[name]["parent_id"] in nodes]
    assert len(edges) > len(nodes) / 2
    info = json.loads((folder / "best_program_info.json").read_text())
    assert info["id"] == metadata["best_program_id"]
    assert (folder / "best_program.py").read_text() == nodes[info["id"]]["code"]
    assert info["current_iteration"] == metadata["last_iteration"] == 23


def test_an_unchanged_program_is_linked_and_a_changed_one_written(tmp_path: Path) -> None:
    population, folder = filled(), tmp_path / "checkpoint"
    checkpoints = Checkpoints(folder)
    checkpoints.save(population, 1)
    before = {file.name: file.stat().st_ino for file in (folder / "programs").iterdir()}
    changed_one = next(iter(population.programs))
    population.rescore(changed_one, 9.5)
    checkpoints.save(population, 2)
    after = {file.name: file.stat().st_ino for file in (folder / "programs").iterdir()}
    assert {name for name in after if after[name] != before[name]} == {f"{changed_one}.json"}
    told = json.loads((folder / "programs" / f"{changed_one}.json").read_text())
    assert told["metrics"] == {"combined_score": 9.5}


def test_a_save_that_dies_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    population, folder = filled(), tmp_path / "checkpoint"
    checkpoints = Checkpoints(folder)
    checkpoints.save(population, 1)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("fie_engine.exchange.checkpoint._save_best", full)
    with pytest.raises(OSError, match="no space left"):
        checkpoints.save(population, 2)
    assert load_stock(folder).last_iteration == 1


def test_equal_programs_on_two_islands_are_one_candidate(theirs: Path, tmp_path: Path) -> None:
    made = bring_in(theirs, tmp_path)
    stock = load_stock(theirs)
    texts = [program.code for program in stock.programs.values()]
    assert made.programs == len(set(texts)) < len(texts)
    events = [recorded.event for recorded in RunDirectory(made.path).events()]
    (event,) = [event for event in events if isinstance(event, e.TakenOver)]
    assert len(event.members) == sum(len(island) for island in stock.islands)
    assert SOURCE in texts
