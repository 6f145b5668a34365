"""A report in a real browser: everything is drawn, and nothing is fetched or run."""

from pathlib import Path

import pytest
from tests.tui.browser import CHROMIUM, opened_tab
from tests.tui.hostile_run import recorded_run

from fie_tui.report.html_page import html
from fie_tui.report.sections import account_of
from fie_tui.told.history import read

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium"),
]

COUNTS = """JSON.stringify(['svg polyline', 'svg circle', 'table', 'script', 'img', 'a']
  .map(one => document.querySelectorAll(one).length))"""


async def test_a_hostile_report_is_drawn_whole_and_fetches_nothing(tmp_path: Path) -> None:
    account = account_of(read(recorded_run(tmp_path / "run")))
    page = tmp_path / "report.html"
    page.write_text(html(account), encoding="utf-8")
    tries = sum(bool(point.score) for point in account.view.trend)
    tables = sum(bool(one.rows) for section in account.sections for one in section.tables)
    async with opened_tab(tmp_path / "profile", page.as_uri()) as tab:
        await tab.shows("document.readyState === 'complete' && document.title !== ''")
        counts = await tab.evaluate(COUNTS)
        headings = await tab.evaluate(
            "[...document.querySelectorAll('h2')].map(one => one.textContent).join('|')"
        )
    assert headings.split("|") == [section.title for section in account.sections]
    assert counts == f"[1,{tries},{tables},0,0,0]"
    assert tab.requested == [page.as_uri()]
