"""What a project's evaluator found, in the words of a prompt."""

from fie_evaluator.results import Evaluation

MOST_METRICS = 40
MOST_CHARACTERS = 20_480
"Of all artifacts of a program together, as OpenEvolve has it unless it is told otherwise."


def metrics_text(evaluation: Evaluation) -> str:
    """Return the metrics, one a line; empty where the judge has none of its own."""
    lines = [f"- {_one_line(name)}: {value:.6g}" for name, value in evaluation.metrics]
    return "\n".join(lines[:MOST_METRICS])


def artifacts_text(evaluation: Evaluation, limit: int = MOST_CHARACTERS) -> str:
    """Return what the evaluator told and what the program printed; empty without any."""
    if evaluation.score is None:
        return ""
    said = [*evaluation.artifacts, ("printed", evaluation.log)]
    told = [(name, text.strip()) for name, text in said if text.strip()]
    room = limit
    parts = []
    for name, text in told:
        shown = text if len(text) <= room else text[:room] + "…"
        if room > 0:
            parts.append(f"{_one_line(name)}:\n{_fenced(shown)}")
        room -= len(text)
    return "\n".join(parts)


def _fenced(text: str) -> str:
    """Return a text in a fence that it can't close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:100]
