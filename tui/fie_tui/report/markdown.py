"""A report in Markdown: hostile text is text there, too."""

import re
from collections.abc import Iterator

from fie_engine.plaintext import plain
from fie_tui.looks.ink import spark
from fie_tui.report.sections import Account
from fie_tui.report.values import Section, Table

SPARK_WIDTH = 60
MARKED = re.compile(r"([\\`*_\[\]<>|~$&]|:(?=//)|(?<=www)\.)")
"What Markdown would read as more than a letter, anywhere in a line; no text of ours begins one."


def markdown(account: Account) -> str:
    """Return the whole report."""
    return "\n".join(_lines(account)) + "\n"


def escaped(text: str) -> str:
    """Return hostile text as one line that shows as it is."""
    return MARKED.sub(r"\\\1", plain(text))


def _lines(account: Account) -> Iterator[str]:
    yield f"# {escaped(account.title)}"
    yield ""
    yield escaped(account.headline)
    for section in account.sections:
        yield from ("", f"## {section.title}")
        yield from _section(section, account)


def _section(section: Section, account: Account) -> Iterator[str]:
    if section.trend:
        bests = [point.best for point in account.view.trend]
        yield from ("", "The best after each judging:", "", f"    {spark(bests, SPARK_WIDTH)}")
    for text in section.words:
        yield from ("", escaped(text))
    for table in section.tables:
        if table.rows:
            yield from ("", *_table(table))


def _table(table: Table) -> Iterator[str]:
    yield _row(table.head)
    yield "|" + " --- |" * len(table.head)
    yield from map(_row, table.rows)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(escaped, cells)) + " |"
