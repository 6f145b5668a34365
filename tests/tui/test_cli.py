"""The command line: its grammar, its defaults, and how it fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.tui.story import write_story

from fie_engine.launch.start import LaunchOptions
from fie_engine.redact import MASK
from fie_evaluator.errors import FieError
from fie_tui import cli
from fie_tui.cli import launch_options, main
from fie_tui.flags.grammar import parse

EVERY_FLAG = (
    "run --track moe-mini --definition moe --dataset data --kernel k.py --config c.yaml "
    "--timing span --score arithmetic-vs-baseline "
    "--islands 5 --iterations 60 --seed-rng 1 --run-dir here --name night --from old:c0017 "
    "--proposer llm --model qwen --base-url http://localhost:11434/v1 --runs-dir there --headless"
)


def test_the_start_screen_is_the_default_and_flags_alone_are_those_of_run() -> None:
    bare, flagged = parse([]), parse(["--track", "moe-mini", "--plain"])
    assert (bare.subcommand, bare.runs_dir) == ("runs", None)
    assert (flagged.subcommand, flagged.track, flagged.plain) == ("run", "moe-mini", True)


def test_every_flag_of_run_reaches_the_launch() -> None:
    args = parse(EVERY_FLAG.split())
    assert args.plain
    assert launch_options(args, {}) == LaunchOptions(
        runs_root=Path("there"),
        run_dir=Path("here"),
        name="night",
        track="moe-mini",
        definition="moe",
        dataset=Path("data"),
        kernel=Path("k.py"),
        config=Path("c.yaml"),
        timing="span",
        score="arithmetic-vs-baseline",
        islands=5,
        iterations=60,
        seed_rng=1,
        from_run="old:c0017",
        resume=None,
        proposer="llm",
        model="qwen",
        base_url="http://localhost:11434/v1",
    )


@pytest.mark.parametrize(
    ("environ", "root"),
    [({}, Path("runs")), ({"FIE_RUNS_DIR": "/tmp/kept"}, Path("/tmp/kept"))],
)
def test_without_flags_only_the_runs_folder_is_settled(environ: dict[str, str], root: Path) -> None:
    options = launch_options(parse(["run", "--resume", "night"]), environ)
    assert options == LaunchOptions(runs_root=root, resume="night")


@pytest.mark.parametrize(
    "words",
    [
        ["atach", "story"],
        ["run", "--iterations", "0"],
        ["run", "--iterations", "many"],
        ["run", "--seed-rng", "-1"],
        ["run", "--proposer", "oracle"],
        ["show"],
        ["pin", "story"],
    ],
)
def test_wrong_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(words)
    printed = capsys.readouterr()
    assert exit.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith("usage: fie-tui")


def test_a_failure_is_one_message_without_secrets_or_control_codes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(args: object) -> int:
        raise FieError("the server said \x1b[2J key-of-mine-12345 and sk-abcdefghijklmnopqrstuv")

    monkeypatch.setenv("FIE_API_KEY", "key-of-mine-12345")
    monkeypatch.setitem(cli.COMMANDS, "ls", fail)
    assert main(["ls"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"fie-tui: the server said ␛[2J {MASK} and {MASK}\n"


def test_a_closed_pipe_ends_without_a_traceback(tmp_path: Path) -> None:
    write_story(tmp_path / "story")
    read_end, write_end = os.pipe()
    os.close(read_end)
    shown = subprocess.run(
        [sys.executable, "-m", "fie_tui", "show", "story", "--json", "--runs-dir", str(tmp_path)],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"},
    )
    os.close(write_end)
    assert (shown.returncode, shown.stderr) == (1, "")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--track", "moe-mimi"], "There is no track 'moe-mimi'. Did you mean moe-mini"),
        (["--dataset", "/nonexistent"], "/nonexistent"),
        (["--kernel", "/nonexistent/kernel.py"], "/nonexistent/kernel.py can't be read"),
        (["--from", "nowhere"], "--from takes RUN:CANDIDATE"),
        (["--from", "nowhere:c0001"], "no run 'nowhere'"),
        (["--resume", "nowhere"], "no run 'nowhere'"),
        (["--config", "/nonexistent/config.yaml"], "/nonexistent/config.yaml"),
        (["--run-dir", "/proc/nowhere"], "run directory /proc/nowhere can't be written"),
    ],
)
def test_bad_input_to_run_is_one_message_and_exit_code_2(
    words: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    track = [] if {"--track", "--dataset", "--resume"} & set(words) else ["--track", "moe-mini"]
    assert main(["run", "--plain", *track, *words]) == 2
    printed = capsys.readouterr()
    assert complaint in printed.err
    assert printed.err.startswith("fie-tui: ")
    assert printed.out == ""
    assert list(tmp_path.rglob("run.db")) == []


def test_a_kernel_with_the_wrong_parameters_says_which_are_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kernel = tmp_path / "kernel.py"
    kernel.write_text("def kernel(a, b):\n    pass\n")
    words = ["run", "--plain", "--track", "moe-mini", "--kernel", str(kernel)]
    assert main([*words, "--run-dir", str(tmp_path / "run")]) == 2
    assert f"{kernel}: kernel takes 2 parameters, but " in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_run_that_is_open_elsewhere_is_not_opened_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.tui.story import open_story

    writer = open_story(tmp_path / "story")
    (tmp_path / "story" / "run.toml").write_text('[fie]\ntrack = "moe-mini"\n')
    code = main(["run", "--plain", "--resume", "story", "--runs-dir", str(tmp_path)])
    writer.close()
    assert code == 2
    assert "run story is open in pid " in capsys.readouterr().err
