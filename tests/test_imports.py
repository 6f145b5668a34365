"""What imports what: layers, and nothing heavy before the first frame."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "triton",
    "flashinfer_bench",
    "openevolve",
    "openai",
    "optuna",
    "numpy",
    "genai_prices",
)

SCRIPT = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""

RECORD = tuple(
    f"fie_engine.{name}"
    for name in (
        *("commands", "events", "model"),
        *("record.rundir", "record.store", "view.narrate", "view.rows", "view.run"),
    )
)
VERDICTS = tuple(
    f"fie_evaluator.{name}" for name in ("base", "errors", "job", "results", "scoring", "track")
)
FIRST_FRAME = ("fie_tui.cli", "fie_tui.session.launcher", "fie_tui.app", "fie_engine.launch.start")


def loaded(*modules: str) -> set[str]:
    """Return every module that a fresh interpreter has after importing these."""
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, *modules],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return set(json.loads(told.stdout))


@pytest.mark.parametrize("modules", [FIRST_FRAME, (*RECORD, *VERDICTS)])
def test_nothing_heavy_is_imported_before_the_first_frame(modules: tuple[str, ...]) -> None:
    assert loaded(*modules).intersection(HEAVY) == set()


def test_the_engine_thread_waits_with_what_is_heavy_until_it_runs() -> None:
    assert loaded("fie_engine.loop.thread").intersection(HEAVY) == set()


def test_the_record_is_read_without_the_board() -> None:
    modules = loaded(*RECORD)
    assert {
        name for name in modules if name.split(".")[0] in ("fie_tui", "textual", "rich")
    } == set()


def test_verdicts_are_read_without_the_engine() -> None:
    modules = loaded(*VERDICTS)
    assert {name for name in modules if name.split(".")[0] in ("fie_tui", "fie_engine")} == set()


def test_help_needs_neither_the_board_nor_the_judge() -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "fie_tui", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    imported = {line.rsplit("|", 1)[1].strip() for line in told.stderr.splitlines()}
    mine = {name for name in imported if name.startswith("fie_")}
    assert mine == {
        "fie_tui",
        "fie_tui.flags",
        "fie_tui.keys",
        "fie_tui.looks",
        "fie_tui.looks.letters",
        "fie_tui.cli",
        "fie_tui.flags.grammar",
        "fie_tui.flags.budget",
        "fie_tui.flags.exchange",
        "fie_tui.flags.launching",
        "fie_tui.flags.looks",
        "fie_tui.flags.steering",
        "fie_tui.looks.wanted",
        "fie_tui.speech",
        "fie_engine",
        "fie_engine.plaintext",
        "fie_engine.redact",
        "fie_evaluator",
        "fie_evaluator.errors",
        "fie_tui.keys.author",
        "fie_tui.flags.reading",
    }
    assert imported.intersection({"textual", "rich", "sqlite3", "asyncio", *HEAVY}) == set()
    assert len(imported) < 150
