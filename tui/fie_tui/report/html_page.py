"""A report as one HTML file that asks nothing of the network and runs nothing."""

from collections.abc import Iterator
from html import escape

from fie_engine.plaintext import plain
from fie_tui.report.sections import Account
from fie_tui.report.trend_svg import trend_svg
from fie_tui.report.values import Section, Table

STYLE = """
:root { color-scheme: light dark; --text: #303030; --dim: #626262; --rule: #dadada;
  --ground: #ffffff; --good: #005fd7; --band: #afd7ff; --mark: #875f00; }
@media (prefers-color-scheme: dark) { :root { --text: #c6c6c6; --dim: #8a8a8a; --rule: #444444;
  --ground: #121212; --good: #5fafff; --band: #005f87; --mark: #ffaf5f; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--text); background: var(--ground); }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
.wide { overflow-x: auto; } .wide + .wide { margin-top: 1.4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: normal; white-space: nowrap; overflow-wrap: normal; }
td.short { white-space: nowrap; overflow-wrap: normal; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; }
"""

SHORT = 22
"Characters of a cell that is not broken into lines."

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"What the browser is to refuse, should a text slip through all the same."


def html(account: Account) -> str:
    """Return the whole report."""
    return "\n".join(_lines(account)) + "\n"


def escaped(text: str) -> str:
    """Return hostile text as one line that shows as it is."""
    return escape(plain(text))


def _lines(account: Account) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escaped(account.title)}</title><style>{STYLE}</style></head><body>"
    yield f"<h1>{escaped(account.title)}</h1>"
    yield f"<p>{escaped(account.headline)}</p>"
    for section in account.sections:
        yield from _section(section, account)
    yield "</body></html>"


def _section(section: Section, account: Account) -> Iterator[str]:
    yield f"<section><h2>{escaped(section.title)}</h2>"
    if section.trend:
        yield trend_svg(account.view)
    for text in section.words:
        yield f"<p>{escaped(text)}</p>"
    for table in section.tables:
        if table.rows:
            yield from _table(table)
    yield "</section>"


def _table(table: Table) -> Iterator[str]:
    yield '<div class="wide"><table><thead>' + _row(table.head, "th") + "</thead><tbody>"
    for row in table.rows:
        yield _row(row, "td")
    yield "</tbody></table></div>"


def _row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(_cell(cell, tag) for cell in cells) + "</tr>"


def _cell(cell: str, tag: str) -> str:
    """Return a cell; a short one, as of a figure, stays on one line."""
    kind = ' class="short"' if tag == "td" and len(cell) <= SHORT else ""
    return f"<{tag}{kind}>{escaped(cell)}</{tag}>"
