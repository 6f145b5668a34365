"""What a person has told a search, and what went wrong in it, as lines and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict

from fie_engine.view.clusters import Cluster
from fie_engine.view.rows import Hint
from fie_engine.view.run import RunView

KINDS_SHOWN = 8


def course_lines(view: RunView) -> Iterator[str]:
    """Yield what a person told the search, then the kinds of failures."""
    if view.hints:
        yield "hints"
    for hint in view.hints:
        yield f"  {hint.number:>2}  {scope(hint)}: {hint.text}{_by(hint.author)}"
    resting = [row for row in view.islands() if row.muted or row.retired]
    if resting:
        yield "islands that get no proposals"
    for row in resting:
        yield f"  island {row.island}: {'retired' if row.retired else 'muted'}"
    if view.steered.directions:
        yield "directions"
    for island, text in sorted(view.steered.directions.items()):
        yield f"  island {island}: {text}"
    if view.constraints:
        yield "constraints"
    for demand in view.constraints:
        yield f"  {demand.number:>2}  {demand.text}{_by(demand.author)}"
    if view.steered.settings:
        yield "settings that were changed"
    for name, value in sorted(view.steered.settings.items()):
        yield f"  {name}: {'null' if value is None else value}"
    yield from failure_lines(view.failed.clusters())


def failure_lines(clusters: list[Cluster]) -> Iterator[str]:
    """Yield the most frequent kinds of failures, numbered for `fie-tui require --failure`."""
    if clusters:
        yield "failures"
    for cluster in clusters[:KINDS_SHOWN]:
        named = f"  ({', '.join(cluster.candidates)})" if cluster.candidates else ""
        yield f"  {cluster.number:>2}  {cluster.count:>4}×  {cluster.example}{named}"
    if len(clusters) > KINDS_SHOWN:
        yield f"      {len(clusters) - KINDS_SHOWN} kinds more: see --json"


def course_report(view: RunView) -> dict[str, object]:
    """Return the same for scripts."""
    return {
        "hints": [asdict(hint) for hint in view.hints],
        "constraints": [asdict(demand) for demand in view.constraints],
        "settings": dict(sorted(view.steered.settings.items())),
        "failure_kinds": [asdict(cluster) for cluster in view.failed.clusters()],
    }


def scope(hint: Hint) -> str:
    """Say whose prompts a hint reaches."""
    if hint.candidate:
        return f"children of {hint.candidate}"
    return "everywhere" if hint.island is None else f"island {hint.island}"


def _by(author: str) -> str:
    return f"  ({author})" if author else ""
