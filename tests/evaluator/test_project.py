"""A project's evaluator file: run apart, within its time, and told as it returned."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest
from tests.evaluator.judging import job

from fie_evaluator.errors import EvaluatorError, TrackError
from fie_evaluator.job import Progress
from fie_evaluator.project.file import project_track
from fie_evaluator.project.judge import ProjectEvaluator
from fie_evaluator.project.score import leads_on, own_score
from fie_evaluator.project.terms import Project, is_project
from fie_evaluator.results import Evaluation, Status

Judge = Callable[..., Evaluation]
PROGRAM = "VALUE = 3\n"


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    """Judge a program by an evaluator of this text."""
    opened: list[ProjectEvaluator] = []

    def judged(
        text: str,
        source: str = PROGRAM,
        environ: Mapping[str, str] = os.environ,
        progress: list[Progress] | None = None,
        **terms: object,
    ) -> Evaluation:
        path = tmp_path / "evaluator.py"
        path.write_text(textwrap.dedent(text))
        project = Project(evaluator=path, **{"timeout_s": 20.0, **terms})  # type: ignore[arg-type]
        opened.append(ProjectEvaluator(project, environ))
        told = [] if progress is None else progress
        return opened[-1].submit(job(source), told.append).result(timeout=30)

    yield judged
    for evaluator in opened:
        evaluator.close()


@pytest.fixture(scope="module")
def willing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectEvaluator]:
    """An evaluator that does whatever the program says."""
    path = tmp_path_factory.mktemp("willing") / "evaluator.py"
    path.write_text("import runpy\ndef evaluate(path): return runpy.run_path(path)['run']()\n")
    evaluator = ProjectEvaluator(Project(evaluator=path), os.environ)
    yield evaluator
    evaluator.close()


def test_a_dict_is_a_score_and_metrics(judge: Judge) -> None:
    found = judge(
        """
        import runpy
        def evaluate(path):
            value = runpy.run_path(path)["VALUE"]
            print("value", value)
            return {"combined_score": value / 4, "value": value, "sound": True, "word": "yes"}
        """
    )
    assert (found.status, found.score, found.complete) == (Status.PASSED, 0.75, True)
    assert found.metrics == (("combined_score", 0.75), ("value", 3.0))
    assert found.artifacts == (("sound", "True"), ("word", "yes"))
    assert (found.log, found.results, found.unit) == ("value 3\n", (), "")


def test_an_evaluation_result_needs_no_more_of_openevolve_than_its_module(judge: Judge) -> None:
    found = judge(
        """
        import sys
        from openevolve.evaluation_result import EvaluationResult
        def evaluate(path):
            light = "openai" not in sys.modules
            artifacts = {"light": light, "raw": b"caf\\xc3\\xa9"}
            return EvaluationResult(metrics={"a": 1, "b": 2.0}, artifacts=artifacts)
        """
    )
    assert found.score == 1.5
    assert found.artifacts == (("light", "True"), ("raw", "café"))


def test_the_whole_of_openevolve_is_there_when_it_is_asked_for(judge: Judge) -> None:
    found = judge(
        """
        import openevolve
        def evaluate(path):
            return {"combined_score": float(openevolve.OpenEvolve is not None)}
        """
    )
    assert (found.score, found.error) == (1.0, "")


STAGED = """
def evaluate_stage1(path):
    return {"combined_score": FIRST, "one": 1.0}
def evaluate_stage2(path):
    return {"combined_score": 0.7, "two": 2.0}
def evaluate_stage3(path):
    return {"combined_score": 0.9, "three": 3.0}
def evaluate(path):
    return {"combined_score": 0.1}
"""


@pytest.mark.parametrize(
    ("first", "thresholds", "cascade", "score", "complete"),
    [
        (0.6, (0.5, 0.6), True, 0.9, True),
        (0.6, (0.5, 0.75), True, 0.7, False),
        (0.4, (0.5, 0.6), True, 0.4, False),
        (0.6, (0.5,), True, 0.7, False),
        (0.6, (0.5, 0.6), False, 0.1, True),
    ],
)
def test_stages_follow_where_the_score_leads(
    first: float,
    thresholds: tuple[float, ...],
    cascade: bool,
    score: float,
    complete: bool,
    judge: Judge,
) -> None:
    text = STAGED.replace("FIRST", str(first))
    found = judge(text, thresholds=thresholds, cascade=cascade)
    assert (found.score, found.complete, found.passed) == (score, complete, True)


def test_progress_names_the_stages(judge: Judge) -> None:
    told: list[Progress] = []
    judge(STAGED.replace("FIRST", "0.6"), progress=told)
    assert [one.stage for one in told] == ["evaluate_stage1", "evaluate_stage2"]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("1 / 0", Status.RUNTIME_ERROR, "evaluate: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", Status.RUNTIME_ERROR, "evaluate: SystemExit: 3"),
        (
            "return 0.5",
            Status.RUNTIME_ERROR,
            "evaluate: it returned a float, not a dict of metrics or an EvaluationResult",
        ),
        ("return {}", Status.RUNTIME_ERROR, "the evaluator returned no metrics"),
        ("return {'error': 0.0}", Status.RUNTIME_ERROR, "the evaluator returned no metrics"),
        (
            "return {'combined_score': float('nan')}",
            Status.RUNTIME_ERROR,
            "combined_score is nan, not a finite number",
        ),
        (
            "return {'combined_score': 0.0, 'error': 'two overlap'}",
            Status.RUNTIME_ERROR,
            "two overlap",
        ),
        (
            "return {'error': 0.0, 'timeout': True}",
            Status.TIMEOUT,
            "the evaluator returned no metrics",
        ),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            Status.CRASHED,
            "evaluate: its process was killed by SIGSEGV",
        ),
    ],
)
def test_what_fails_is_a_verdict_with_its_reason(
    body: str, status: Status, error: str, willing: ProjectEvaluator
) -> None:
    found = willing.submit(job(f"def run():\n    {body}\n")).result(timeout=30)
    assert (found.status, found.error, found.score) == (status, error, None)


def test_a_stage_ends_when_its_time_is_up(judge: Judge) -> None:
    found = judge("import time\ndef evaluate(path):\n    time.sleep(60)\n", timeout_s=0.2)
    assert (found.status, found.error) == (Status.TIMEOUT, "evaluate: no result within 0.2 s")


def test_an_error_beside_a_score_is_a_remark(judge: Judge) -> None:
    found = judge("def evaluate(path):\n    return {'combined_score': 0.7, 'error': '3 of 10'}\n")
    assert (found.status, found.score) == (Status.PASSED, 0.7)


def test_a_program_without_an_axis_of_the_grid_has_failed(judge: Judge) -> None:
    found = judge("def evaluate(path):\n    return {'combined_score': 1}\n", features=("speed",))
    assert found.error == "the metrics lack speed, named in database.feature_dimensions"


def test_the_metrics_of_a_stage_before_the_failure_are_kept(judge: Judge) -> None:
    found = judge(
        """
        def evaluate_stage1(path):
            return {"combined_score": 0.6}
        def evaluate_stage2(path):
            raise ValueError("no")
        """
    )
    assert (found.status, found.score) == (Status.RUNTIME_ERROR, None)
    assert found.error == "evaluate_stage2: ValueError: no"
    assert found.metrics == (("combined_score", 0.6),)
    assert "ValueError: no" in dict(found.artifacts)["traceback"]


def test_an_evaluator_sees_no_variable_that_it_was_not_given(judge: Judge) -> None:
    text = """
    import os
    def evaluate(path):
        names = ("OPENAI_API_KEY", "MY_DATA", "HOME")
        return {"combined_score": 1.0, "seen": ",".join(n for n in names if n in os.environ)}
    """
    environ = {**os.environ, "OPENAI_API_KEY": "sk-secret", "MY_DATA": "here", "HOME": "/tmp"}
    assert dict(judge(text, environ=environ).artifacts) == {"seen": "HOME"}
    allowed = judge(text, environ=environ, variables=("MY_DATA",))
    assert dict(allowed.artifacts) == {"seen": "MY_DATA,HOME"}


def test_files_and_modules_beside_the_evaluator_are_found(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("BASE = 2.0\n")
    (tmp_path / "data.txt").write_text("0.5")
    found = judge(
        """
        import beside
        def evaluate(path):
            return {"combined_score": beside.BASE + float(open("data.txt").read())}
        """
    )
    assert found.score == 2.5


def test_nothing_that_a_program_started_outlives_it(judge: Judge, tmp_path: Path) -> None:
    note = tmp_path / "pids"
    found = judge(
        f"""
        import subprocess, sys, time
        def evaluate(path):
            code = "import time; time.sleep(60)"
            child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
            open({str(note)!r}, "w").write(str(child.pid))
            time.sleep(60)
        """,
        timeout_s=1.0,
    )
    assert found.status is Status.TIMEOUT
    assert not psutil.pid_exists(int(note.read_text()))


def test_cancelling_kills_the_program_and_the_next_one_is_judged(tmp_path: Path) -> None:
    path, note = tmp_path / "evaluator.py", tmp_path / "pid"
    path.write_text(
        "import os, runpy\n"
        "def evaluate(path):\n"
        f"    open({str(note)!r}, 'w').write(str(os.getpid()))\n"
        "    return runpy.run_path(path)['run']()\n"
    )
    evaluator = ProjectEvaluator(Project(evaluator=path), os.environ)
    hanging = evaluator.submit(job("import time\ndef run(): time.sleep(60)\n"))
    until = time.monotonic() + 20
    while not (note.exists() and note.read_text()) and time.monotonic() < until:
        time.sleep(0.01)
    pid = int(note.read_text())
    assert hanging.cancel()
    quick = evaluator.submit(job("def run(): return {'combined_score': 1.0}\n"))
    assert quick.result(timeout=20).score == 1.0
    evaluator.close()
    assert not psutil.pid_exists(pid)


ENGINE = """
import os, sys, time
from pathlib import Path
from fie_evaluator.job import EvalJob
from fie_evaluator.project.terms import Project
from fie_evaluator.project.judge import ProjectEvaluator
evaluator = ProjectEvaluator(Project(evaluator=Path(sys.argv[1])), os.environ)
evaluator.submit(EvalJob(candidate="c1", source="", directory=Path("unused")))
time.sleep(60)
"""


def test_nothing_outlives_an_engine_that_was_killed(tmp_path: Path) -> None:
    path, note = tmp_path / "evaluator.py", tmp_path / "pids"
    path.write_text(
        "import os, subprocess, sys, time\n"
        "def evaluate(path):\n"
        "    code = 'import time; time.sleep(60)'\n"
        "    child = subprocess.Popen([sys.executable, '-c', code], start_new_session=True)\n"
        f"    open({str(note)!r} + '.new', 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        f"    os.rename({str(note)!r} + '.new', {str(note)!r})\n"
        "    time.sleep(60)\n"
    )
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    engine = subprocess.Popen([sys.executable, "-c", ENGINE, str(path)], env=environ)
    until = time.monotonic() + 20
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.01)
    left = [psutil.Process(int(pid)) for pid in note.read_text().split()]
    engine.kill()
    engine.wait()
    _, alive = psutil.wait_procs(left, timeout=10)
    assert alive == []


def test_an_evaluator_that_cant_be_loaded_is_no_programs_fault(judge: Judge) -> None:
    with pytest.raises(EvaluatorError, match="can't be run: ModuleNotFoundError.*no_such_thing"):
        judge("import no_such_thing\ndef evaluate(path): return {}\n")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("def evaluate(:", "is not Python: invalid syntax in line 1"),
        ("def other(path): pass", r"defines no evaluate\(program_path\)"),
    ],
)
def test_a_file_that_is_no_evaluator_is_refused_before_anything_runs(
    text: str, complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "evaluator.py").write_text(text)
    with pytest.raises(TrackError, match=complaint):
        project_track(Project(evaluator=tmp_path / "evaluator.py"))


def test_a_missing_evaluator_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrackError, match=r"evaluator .*gone\.py can't be read: No such file"):
        project_track(Project(evaluator=tmp_path / "gone.py"))


def test_a_changed_evaluator_is_another_definition(tmp_path: Path) -> None:
    project = Project(evaluator=tmp_path / "evaluator.py")
    project.evaluator.write_text("def evaluate(path): return {'a': 1}\n")
    before = project_track(project).definition
    project.evaluator.write_text("def evaluate(path): return {'a': 2}\n")
    assert before.startswith(f"{tmp_path.name}/evaluator.py ")
    assert project_track(project).definition != before


def test_a_name_says_whether_a_project_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "judge"
    file.touch()
    assert [is_project(name) for name in ("local", "ray", "ray://auto", "x.py", str(file))] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_scores_and_thresholds_go_by_openevolves_own_rules() -> None:
    from openevolve.evaluator import Evaluator
    from openevolve.utils.metrics_utils import get_fitness_score

    for metrics in (
        {"combined_score": 0.4, "x": 9.0},
        {"a": 0.2, "b": 0.6},
        {"a": 0.2, "axis": 8.0},
        {"axis": 8.0},
        {"error": 0.0, "a": 0.5},
    ):
        assert own_score(metrics, ["axis"]) == pytest.approx(get_fitness_score(metrics, ["axis"]))
        stock = Evaluator._passes_threshold(object.__new__(Evaluator), metrics, 0.5)
        assert leads_on(metrics, 0.5) is stock
