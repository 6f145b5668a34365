"""A project's evaluator file, looked through before anything is spent, as a track."""

import ast
import hashlib
from pathlib import Path

from fie_evaluator.errors import TrackError
from fie_evaluator.project.terms import STAGES, TIMING, Project
from fie_evaluator.syntax import parsed
from fie_evaluator.track import Settings, Track


def project_track(project: Project) -> Track:
    """Return the project as a track; TrackError where its evaluator file can't be one."""
    path = project.evaluator
    text = read_evaluator(path, project.cascade)
    name = path.parent.name or path.stem
    settings = Settings(
        warmup=0,
        iterations=1,
        trials=1,
        rtol=0.0,
        atol=0.0,
        required_matched_ratio=1.0,
        timeout_s=project.timeout_s,
    )
    return Track(
        name=name,
        # The file's digest: scores of two evaluators are never compared.
        definition=f"{name}/{path.name} {hashlib.sha256(text.encode()).hexdigest()[:8]}",
        dataset=path.parent,
        device="cpu",
        device_label=path.name,
        timing=TIMING,
        caveat="",
        why=f"Chosen because --evaluator names {path.name}.",
        search=settings,
        official=settings,
        project=project,
    )


def read_evaluator(path: Path, cascade: bool) -> str:
    """Return the evaluator's text, looked through but not run; TrackError names what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        tree = parsed(text)
    except OSError as error:
        raise TrackError(f"the evaluator {path} can't be read: {error.strerror}") from error
    except (SyntaxError, ValueError) as error:
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise TrackError(f"the evaluator {path} is not Python: {error.args[0]}{line}") from None
    names = set(_bound(tree.body))
    wanted = {"evaluate", STAGES[0]} if cascade else {"evaluate"}
    if not names & {*wanted, "*"}:
        raise TrackError(
            f"the evaluator {path} defines no evaluate(program_path): "
            "it is to return a dict of metrics or OpenEvolve's EvaluationResult"
        )
    return text


def _bound(body: list[ast.stmt]) -> list[str]:
    """Return the names that a module's statements bind, as far as they can be seen."""
    names: list[str] = []
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.append(name)
            case ast.Import(names=found) | ast.ImportFrom(names=found):
                names += [alias.asname or alias.name for alias in found]
            case ast.Assign(targets=targets):
                names += [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.If(body=body, orelse=other) | ast.Try(body=body, orelse=other):
                names += _bound([*body, *other])
    return names
