"""`fie-tui report`: a run's story as an HTML page and as Markdown."""

from pathlib import Path

from fie_engine.errors import RunError
from fie_engine.record.rundir import find_run
from fie_tui.report.html_page import html
from fie_tui.report.markdown import markdown
from fie_tui.report.sections import account_of
from fie_tui.speech import say
from fie_tui.told.history import read


def write(name: str, folder: Path | None, runs_root: Path) -> int:
    """Write both files; raises NoSuchRun, or RunError where they can't be written."""
    run = find_run(name, runs_root)
    account = account_of(read(run))
    into = folder or run.path
    texts = {into / "report.html": html(account), into / "report.md": markdown(account)}
    try:
        into.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(
            f"{into} can't be written: {error.strerror}; choose with --output"
        ) from error
    for path in texts:
        say(str(path))
    return 0
