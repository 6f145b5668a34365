"""Stock OpenEvolve judges by our judge, through one file that shadows nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engine.propose.openai_server import OpenAIServer
from werkzeug import Request, Response

from fie_evaluator import openevolve_contract
from fie_evaluator.errors import TrackError
from fie_evaluator.project.program_judge import artifacts, as_result, metrics, terms
from fie_evaluator.results import Advice, Evaluation, Figure, Profile, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule
from fie_evaluator.seeds import MINI, load_seed

CONTRACT = Path(openevolve_contract.__file__)
HERE = {"HOME": "/nonexistent", "CUDA_VISIBLE_DEVICES": ""}

PASSED = Evaluation(
    status=Status.PASSED,
    results=tuple(
        WorkloadResult(
            workload=f"uuid-{size}",
            label=f"T={size}",
            status=Status.PASSED,
            matched_ratio=0.99,
            median_ms=median_ms,
            reference_ms=8.0,
        )
        for size, median_ms in ((1, 1.0), (7, 4.0))
    ),
    profile=Profile(
        source="a profiler",
        workload="T=7",
        figures=(
            Figure(name="copies", value=3.0, unit="ms", share=0.75),
            Figure(name="spills", value=None, unit="B"),
        ),
        advice=(Advice(text="copy less"),),
        note="no counters",
    ),
    device="CPU",
    timing="t",
)
FAILED = Evaluation(
    status=Status.INCORRECT_NUMERICAL,
    results=(
        WorkloadResult(
            workload="uuid-1",
            label="T=1",
            status=Status.INCORRECT_NUMERICAL,
            matched_ratio=0.25,
            error="largest error 3",
        ),
    ),
    device="CPU",
    timing="t",
    error="T=1: largest error 3",
)


def test_what_passed_has_a_score_and_each_workloads_figures() -> None:
    assert metrics(PASSED, ScoreRule(), 2) == {
        "combined_score": pytest.approx(4.0),
        "passed": 2.0,
        "total": 2.0,
        "latency_ms_T1": 1.0,
        "speedup_T1": 8.0,
        "latency_ms_T7": 4.0,
        "speedup_T7": 2.0,
    }
    assert artifacts(PASSED) == {
        "status": "PASSED",
        "workloads": (
            "T=1: PASSED, 99.00% within tolerance, 1.0000 ms (reference 8.0000 ms)\n"
            "T=7: PASSED, 99.00% within tolerance, 4.0000 ms (reference 8.0000 ms)"
        ),
        "profile": (
            "a profiler at T=7\n- copy less\nwhole call: copies 3 ms (75%)\n"
            "whole call: spills n/a\nno counters"
        ),
    }


def test_what_failed_scores_nothing_and_says_why() -> None:
    assert metrics(FAILED, ScoreRule(), 6) == {"combined_score": 0.0, "passed": 0.0, "total": 6.0}
    assert artifacts(FAILED) == {
        "status": "INCORRECT_NUMERICAL",
        "error": "T=1: largest error 3",
        "workloads": "T=1: INCORRECT_NUMERICAL, 25.00% within tolerance, largest error 3",
    }


def test_without_openevolve_the_metrics_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "openevolve.evaluation_result", raising=False)
    assert as_result({"combined_score": 1.0}, {"status": "PASSED"}) == {"combined_score": 1.0}


def test_the_environment_chooses_track_and_score() -> None:
    track, rule = terms({**HERE, "FIE_TRACK": "moe-mini", "FIE_SCORE": "arithmetic"})
    assert (track.name, rule) == ("moe-mini", ScoreRule(mean="arithmetic"))
    assert terms(HERE)[1] == ScoreRule()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FIE_TRACK", "moe-mimi", "no track 'moe-mimi'"),
        ("FIE_SCORE", "median", "FIE_SCORE is 'median'. Known: geometric, geometric-vs-baseline"),
        ("FIE_SCORE", "geometric-vs-baseline", "moe-mini has no stored baseline"),
        ("FIE_TIMING", "span", "'span' needs a CUDA GPU"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, value: str, message: str) -> None:
    with pytest.raises(TrackError, match=message):
        terms({**HERE, variable: value})


def test_the_file_takes_its_folder_off_the_path_that_openevolve_puts_it_on() -> None:
    script = (
        "import importlib.util, sys\n"
        f"sys.path.insert(0, {str(CONTRACT.parent)!r})\n"
        f"spec = importlib.util.spec_from_file_location('evaluation_module', {str(CONTRACT)!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "print(importlib.util.find_spec('channel'), callable(module.evaluate))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert told.stdout == "None True\n"


def test_the_file_says_where_it_lies() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "fie_evaluator.openevolve_contract"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert told.stdout == f"{CONTRACT.resolve()}\n"


DIFF = """\
<<<<<<< SEARCH
        projected = torch.matmul(hidden, w13[expert].t())
=======
        if not bool((weight > 0).any()):
            continue
        projected = torch.matmul(hidden, w13[expert].t())
>>>>>>> REPLACE
"""


def whole(request: Request) -> Response:
    """Answer as a server does that isn't asked to stream."""
    message = {"role": "assistant", "content": DIFF}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    return Response(json.dumps(body), content_type="application/json")


@pytest.mark.slow
def test_stock_openevolve_searches_with_our_judge(tmp_path: Path) -> None:
    program, config = tmp_path / "kernel.py", tmp_path / "config.yaml"
    program.write_text(load_seed(MINI).source)
    config.write_text(
        "max_iterations: 1\ncheckpoint_interval: 1\nevaluator: {parallel_evaluations: 1}\n"
    )
    with OpenAIServer(otherwise=whole) as server:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "openevolve.cli", str(program), str(CONTRACT)),
                *("--config", str(config), "--output", str(tmp_path / "out")),
                *("--api-base", server.url, "--primary-model", "scripted"),
            ],
            capture_output=True,
            text=True,
            timeout=110,
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(sys.path),
                "FIE_TRACK": MINI,
                "FIE_CACHE_DIR": str(tmp_path / "cache"),
                "OPENAI_API_KEY": "none-needed",
            },
        )
    assert ran.returncode == 0, ran.stderr[-2000:]
    stored = sorted((tmp_path / "out").glob("checkpoints/checkpoint_1/programs/*.json"))
    programs = [json.loads(path.read_text()) for path in stored]
    told = [each.get("artifacts_json") for each in programs]
    assert [each["metrics"]["total"] for each in programs] == [6.0, 6.0], told
    # A stumble of the machine may cost one; what the judge says of it is tested elsewhere.
    assert sum(each["metrics"]["passed"] for each in programs) >= 11, told
    assert min(each["metrics"]["combined_score"] for each in programs) > 0
    assert sum("if not bool((weight > 0).any())" in each["code"] for each in programs) == 1
    prompt = json.dumps(server.requests[0])
    assert "CPU operator breakdown" in prompt
    assert "latency_ms_T56" in prompt
