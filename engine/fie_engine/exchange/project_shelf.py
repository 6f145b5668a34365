"""What a project's program leaves behind: what it was measured at, what it said, and itself."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from fie_engine.loop.judging import Promotion
from fie_engine.model import Candidate
from fie_engine.record.rundir import RunWriter, write_durably
from fie_engine.record.shelf import LOG, write_whole
from fie_evaluator.project.terms import Project
from fie_evaluator.results import Evaluation
from fie_evaluator.stages.gate import Drawn

METRICS = "metrics.json"
ARTIFACTS = "artifacts"


@dataclass(frozen=True, slots=True)
class ProjectShelf:
    """Keeps a program's metrics, artifacts and output in its candidate's folder."""

    writer: RunWriter

    def __call__(self, candidate: str, source: str, evaluation: Evaluation) -> None:
        """Write the files; blocks."""
        folder = self.writer.folder(candidate)
        write_whole(folder / METRICS, metrics_text(evaluation))
        if evaluation.log:
            write_whole(folder / LOG, evaluation.log)
        for name, text in evaluation.artifacts:
            if text:
                (folder / ARTIFACTS).mkdir(exist_ok=True)
                write_whole(folder / ARTIFACTS / file_name(name), text)


@dataclass(frozen=True, slots=True)
class ProjectPacker:
    """Puts a program that was evaluated once more beside the others that a person chose."""

    run: Path
    project: Project

    def __call__(
        self, candidate: Candidate, source: str, evaluation: Evaluation, drawn: Drawn
    ) -> Promotion:
        """Return the program's folder, or why it has none."""
        if not evaluation.passed or evaluation.score is None:
            return Promotion(refusals=(f"{evaluation.status}: {evaluation.error}",))
        if not evaluation.complete:
            return Promotion(refusals=("its score is below the cascade's thresholds",))
        folder = self.run / "promoted" / candidate.id
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(folder / f"best_program{self.project.suffix}", source)
        write_durably(folder / METRICS, metrics_text(evaluation))
        return Promotion(path=str(folder), score=evaluation.score)


def metrics_text(evaluation: Evaluation) -> str:
    """Return the metrics as JSON."""
    return json.dumps(dict(evaluation.metrics), indent=2) + "\n"


def file_name(artifact: str) -> str:
    """Return a harmless file name for an artifact."""
    return re.sub(r"[^\w-]+", "_", artifact)[:80] + ".txt"
