"""What `fie-tui show` and `fie-tui ls` say."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.story import open_story, passed, write_story

from fie_engine import events as e
from fie_engine.model import Exchange
from fie_engine.record.rundir import RunWriter
from fie_tui.cli import main

SHOWN_RUN = """\
moe-mini · CPU · operators (no LLM) · not a contest score
  run       story
  track     moe_mini: no GPU here
  timing    wall clock
  proposer  no model server is configured
  score     geometric mean speedup vs reference
  search    3 iterations on 2 islands, rng seed 7
finished (all 3 iterations are used): 3 iterations, 4 evaluations (1 failed) in 18s
best c0003 3.000x ±0.030 geometric mean speedup vs reference
seed c0000 1.000x ±0.010; the best is 3.00 times as fast
  workload   seed  best  vs seed  vs reference
  T=7       12 ms  4 ms    3.00x         3.00x
improvements
   1  c0001    2.000x     ×2.0  skip experts nobody chose
   2  c0003    3.000x   +50.0%  cast once
islands
  island  members    best  candidate  stagnation
  0             1  1.000x      c0000           0
  1             3  3.000x      c0003           0
failures
   1     1×  INCORRECT_NUMERICAL: half of it is off  (c0002)
"""

SHOWN_FAILURE = """\
c0002 · failed
made by   recipe (operator) from c0001
place     island 1, generation 2
note      say ␛[31mred
judged    INCORRECT_NUMERICAL in 0.0 s on CPU
  workload  median  spread  speedup  matched               status
  T=7            –       –        –    50.0%  INCORRECT_NUMERICAL
  T=7: half of it is off
  T=7: by a lot
kernel    {kernel}
"""

CANDIDATE_FIELDS = {
    "id",
    "parents",
    "island",
    "generation",
    "origin",
    "model",
    "note",
    "state",
    "score",
    "noise",
    "estimate",
    "versus_parent",
    "pinned",
    "champion",
    "promoted",
    "status",
    "error",
}

MEASURED_FIELDS = {"timing", "noise_floor", "limit_fraction", "conditions", "build"}


def test_show_tells_what_a_run_came_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_story(tmp_path / "story")
    assert main(["show", "story", "--runs-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == SHOWN_RUN


def test_show_tells_why_a_candidate_failed_without_obeying_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_story(tmp_path / "story")
    assert main(["show", "story", "c0002", "--runs-dir", str(tmp_path)]) == 0
    kernel = run.folder("c0002") / "kernel.py"
    assert capsys.readouterr().out == SHOWN_FAILURE.format(kernel=kernel)


def test_show_json_holds_the_fields_that_scripts_rely_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "story")
    assert main(["show", "story", "--json", "--runs-dir", str(tmp_path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    candidates = shown.pop("candidates")
    islands = shown.pop("islands")
    costs = {name: shown.pop(name) for name in ("cost", "cost_by_model", "cost_by_island")}
    assert costs["cost"]["gpu_seconds"] == 4.0
    assert shown == {
        "run": "story",
        "path": str(tmp_path / "story"),
        "state": "finished",
        "reason": "all 3 iterations are used",
        "track": "moe-mini",
        "definition": "moe_mini",
        "device": "CPU",
        "timing": "wall clock",
        "caveat": "not a contest score",
        "proposer": "operators (no LLM)",
        "score_name": "geometric mean speedup vs reference",
        "seed_rng": 7,
        "held_out": [],
        "planned_iterations": 3,
        "versions": {"fie-tui": "0.1.0"},
        "seed_candidate": "c0000",
        "seed_score": 1.0,
        "best_candidate": "c0003",
        "best_score": 3.0,
        "best_noise": 0.01,
        "iterations": 3,
        "evaluations": 4,
        "failures": 1,
        "duels": 0,
        "seconds": 18.0,
        "cost_unit": "gpu_seconds",
        "budget": {"usd": None, "tokens": None, "gpu_seconds": None, "hours": None},
        "spent": {"usd": 0.0, "tokens": 0.0, "gpu_seconds": 4.0, "hours": 18 / 3600},
        "models": [],
        "models_left_out": {},
        "engine": {"running": False, "pid": 4242, "host": "box"},
        "event": 22,
        "events": 22,
        "hints": [],
        "constraints": [],
        "settings": {},
        "failure_kinds": [
            {
                "key": "INCORRECT_NUMERICAL: half of it is off",
                "count": 1,
                "example": "INCORRECT_NUMERICAL: half of it is off",
                "candidates": ["c0002"],
                "number": 1,
                "places": ["T=7"],
                "at": 1013.0,
                "seen": [3],
            }
        ],
        "improvements": [
            {
                "candidate": "c0001",
                "score": 2.0,
                "previous": 1.0,
                "evaluation": 2,
                "note": "skip experts nobody chose",
            },
            {
                "candidate": "c0003",
                "score": 3.0,
                "previous": 2.0,
                "evaluation": 4,
                "note": "cast once",
            },
        ],
    }
    assert [candidate["id"] for candidate in candidates] == ["c0000", "c0001", "c0002", "c0003"]
    assert all(set(candidate) == CANDIDATE_FIELDS for candidate in candidates)
    assert islands[1] == {
        "island": 1,
        "population": 3,
        "best": 3.0,
        "best_candidate": "c0003",
        "mean": 2.0,
        "stagnation": 0,
        "founder": "c0000",
        "retired": False,
        "muted": False,
        "direction": "",
    }


def test_show_json_of_a_candidate_adds_its_workloads_and_its_exchange(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_story(tmp_path / "story")
    assert main(["show", "story", "c0003", "--json", "--runs-dir", str(tmp_path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) - CANDIDATE_FIELDS == MEASURED_FIELDS | {
        *("workloads", "profile", "exchange", "cost", "kernel", "files", "checklist", "gate"),
        *("turns", "first_score", "first_noise"),
    }
    assert {name: shown[name] for name in MEASURED_FIELDS} == {
        "timing": "wall clock",
        "noise_floor": None,
        "limit_fraction": None,
        "conditions": None,
        "build": [],
    }
    assert shown["workloads"] == [
        {
            "workload": "w1",
            "label": "T=7",
            "status": "PASSED",
            "matched_ratio": 1.0,
            "median_ms": 4.0,
            "spread_ms": 0.1,
            "reference_ms": 12.0,
            "speedup": 3.0,
            "floor_ms": None,
            "bound": "",
            "limit_fraction": None,
            "error": "",
        }
    ]
    assert shown["exchange"]["reply"] == "done"
    assert shown["kernel"] == str(run.folder("c0003") / "kernel.py")


def test_every_json_field_is_documented_in_the_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "story")
    main(["show", "story", "--json", "--runs-dir", str(tmp_path)])
    run = json.loads(capsys.readouterr().out)
    main(["show", "story", "c0003", "--json", "--runs-dir", str(tmp_path)])
    candidate = json.loads(capsys.readouterr().out)
    with pytest.raises(SystemExit):
        main(["show", "--help"])
    words = set(capsys.readouterr().out.replace(",", " ").replace("{", " ").split())
    words = {word.strip("[]}") for word in words}
    nested = [run["engine"], run["improvements"][0], run["islands"][0], candidate["workloads"][0]]
    assert {field for told in (run, candidate, *nested) for field in told} - words == set()


def test_a_run_whose_engine_died_is_lost_and_one_that_runs_is_running(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "dead", ended=False)
    writer = open_story(tmp_path / "alive")
    assert main(["ls", "--json", "--runs-dir", str(tmp_path)]) == 0
    states = {run["run"]: run["state"] for run in json.loads(capsys.readouterr().out)}
    writer.close()
    assert states == {"dead": "lost", "alive": "running"}


def test_ls_lists_runs_in_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_story(tmp_path / "story")
    assert main(["ls", "--runs-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "run       state     track  evaluations    best    seed\n"
        "story  finished  moe-mini            4  3.000x  1.000x\n"
    )


def test_ls_of_an_empty_folder_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ls", "--json", "--runs-dir", str(tmp_path)]) == 0
    assert main(["ls", "--runs-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert printed.out == "[]\n"
    assert printed.err == f"fie-tui: no runs in {tmp_path}: `fie-tui run` starts one\n"


def test_ls_names_a_broken_run_and_lists_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "story")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.db").write_text("this is no database")
    assert main(["ls", "--json", "--runs-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert [run["run"] for run in json.loads(printed.out)] == ["story"]
    assert "broken" in printed.err


def test_ls_of_a_broken_run_alone_does_not_say_that_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.db").write_text("this is no database")
    assert main(["ls", "--runs-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "broken" in printed.err and "no runs in" not in printed.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "nothing"], "fie-tui: no run 'nothing' in "),
        (["show", "story", "c9999"], "fie-tui: run story has no candidate 'c9999': "),
        (["attach", "nothing"], "fie-tui: no run 'nothing' in "),
        (["pin", "story", "c9999"], "fie-tui: run story has no candidate 'c9999': "),
        (["pause", "story"], "fie-tui: no engine runs story: continue it with "),
    ],
)
def test_a_wrong_name_is_one_message_and_exit_code_2(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "story")
    assert main([*words, "--runs-dir", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(message)
    assert printed.err.count("\n") == 1


RETIMED = e.Retimed(
    candidate="c0001",
    rival="c0003",
    evaluation=replace(passed(2.5), rival=passed(2.6).results),
    verdict="slower",
    score=2.5,
    noise=0.01,
    rival_score=2.6,
    rival_noise=0.01,
    ratio=2.5 / 2.6,
    ratio_noise=0.014,
)


def test_show_tells_of_turns_and_names_every_file_of_a_candidate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = open_story(tmp_path / "story")
    writer.append(RETIMED)
    folder = writer.folder("c0001")
    for name in ("solution.json", "log.txt", "T=55.ncu-rep"):
        (folder / name).write_text("x")
    writer.close()
    assert main(["show", "story", "c0001", "--runs-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[5:7] == [
        "score     2.500x ±0.025",
        "turns     timed in turns with c0003: -3.8% ±1.4%, slower; at first 2.000x ±0.020",
    ]
    assert printed[-4:] == [
        f"kernel    {folder / 'kernel.py'}",
        f"profile   {folder / 'T=55.ncu-rep'}",
        f"printed   {folder / 'log.txt'}",
        f"solution  {folder / 'solution.json'}",
    ]
    main(["show", "story", "c0003", "--json", "--runs-dir", str(tmp_path)])
    shown = json.loads(capsys.readouterr().out)
    assert (shown["score"], shown["first_score"], shown["turns"]) == (
        2.6,
        3.0,
        {"against": "c0001", "ratio": 1.04, "noise": 0.014, "verdict": "faster"},
    )


def test_show_prompt_of_a_reply_that_made_no_candidate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_story(tmp_path / "story")
    words = Exchange(system="Be fast.", user="How?", reply="I give up.", model="big", seconds=2.0)
    failed = e.ProposalFailed(
        proposal=9, island=0, parent="c0000", reason="no block", model="big", usage=words.usage
    )
    writer = RunWriter(tmp_path / "story")
    writer.append(failed, exchange=(9, "", words))
    writer.close()
    told = ["show", "story", "#9", "--prompt", "--runs-dir", str(tmp_path)]
    assert main(told) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "I give up."
    assert main([*told[:2], "#8", *told[3:]]) == 2
    assert "run story has no reply to a proposal '#8'" in capsys.readouterr().err
