"""A run on a web page in a real browser: what is seen, and that nobody steers from there."""

import asyncio
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from tests.tui.browser import CHROMIUM, Tab, opened_tab
from tests.tui.hostile import FORBIDDEN
from tests.tui.serving import SOURCES, listening, served, views
from tests.tui.story import open_story

from fie_engine.record.rundir import RunDirectory, RunWriter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium"),
    # The web server's library leaves a view's pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FIRST_PAINT = "document.body.classList.contains('-first-byte')"

OTHER_SITE = """<!doctype html><title>waiting</title><script>
  const socket = new WebSocket(location.hash.slice(1));
  socket.onopen = () => { document.title = "let in"; };
  socket.onerror = () => { document.title = "refused"; };
</script>"""


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the views that the server starts find the packages."""
    monkeypatch.setenv("PYTHONPATH", SOURCES)


@pytest.fixture
def searching(tmp_path: Path) -> Iterator[RunWriter]:
    """Write a run whose engine is at work, so that it could be steered."""
    writer = open_story(tmp_path / "runs" / "story")
    yield writer
    writer.close()


def run_of(writer: RunWriter) -> RunDirectory:
    return RunDirectory(writer.path)


async def painted(tab: Tab) -> None:
    """Wait for the board, and for the browser to draw it."""
    await tab.until(lambda: b"Islands" in tab.received and b"Trend" in tab.received)
    await tab.shows(FIRST_PAINT)


async def test_the_page_shows_the_board_and_fetches_nothing_from_elsewhere(
    searching: RunWriter, tmp_path: Path
) -> None:
    async with (
        served(run_of(searching)) as address,
        opened_tab(tmp_path / "profile", f"{address}/") as tab,
    ):
        await painted(tab)
        # The terminal in the page draws a frame later, and tells nobody.
        await asyncio.sleep(1.0)
        picture = await tab.picture()
        assert await tab.evaluate("document.title") == "fie-tui story"
        asked = [url for url in tab.requested if url.startswith("http")]
        assert [url for url in asked if not url.startswith(f"{address}/")] == []
    width, height = struct.unpack(">II", picture[16:24])
    assert width >= 1000 and height >= 600
    assert len(picture) > 30_000, "an empty page is smaller"
    if kept := os.environ.get("FIE_TEST_PICTURES"):
        (Path(kept) / "served.png").write_bytes(picture)


async def test_keys_that_steer_do_nothing_and_keys_that_look_do(
    searching: RunWriter, tmp_path: Path
) -> None:
    async with (
        served(run_of(searching)) as address,
        opened_tab(tmp_path / "profile", f"{address}/") as tab,
    ):
        await painted(tab)
        for key in "pmfPSx=":
            tab.received.clear()
            await tab.type(key)
            await tab.until(lambda: b"this board only looks" in tab.received)
        await tab.type("?")
        await tab.until(lambda: b"Keys and signs" in tab.received)
    assert searching.take_commands() == []
    assert sorted(path.name for path in searching.path.glob("*.svg")) == []


async def test_a_wrong_token_is_refused_and_the_right_one_leaves_the_address(
    searching: RunWriter, tmp_path: Path
) -> None:
    async with served(run_of(searching), token="secret") as address:
        async with opened_tab(tmp_path / "profile", f"{address}/?token=wrong") as tab:
            await tab.until(lambda: tab.answered)
            assert tab.answered == {f"{address}/?token=wrong": 403}
            await tab.shows("document.body.innerText.includes('open the address with its token')")
            await tab.go(f"{address}/?token=secret")
            await painted(tab)
            told = await tab.evaluate("[location.href, document.cookie].join(' ')")
            assert told == f"{address}/ "


async def test_a_page_of_another_site_gets_no_board(searching: RunWriter, tmp_path: Path) -> None:
    async def other(request: web.Request) -> web.Response:
        return web.Response(text=OTHER_SITE, content_type="text/html")

    elsewhere = web.Application()
    elsewhere.router.add_get("/", other)
    async with served(run_of(searching)) as address, listening(elsewhere) as site:
        socket = address.replace("http", "ws") + "/ws"
        async with opened_tab(tmp_path / "profile", f"{site}/#{socket}") as tab:
            await tab.shows("document.title !== 'waiting' && document.title !== ''")
            assert await tab.evaluate("document.title") == "refused"
        assert views() == []


async def test_a_view_ends_with_its_page(searching: RunWriter, tmp_path: Path) -> None:
    async with (
        served(run_of(searching)) as address,
        opened_tab(tmp_path / "profile", f"{address}/") as tab,
    ):
        await painted(tab)
        assert len(views()) == 1
        await tab.go("about:blank")
        async with asyncio.timeout(30):
            while views():
                await asyncio.sleep(0.02)


async def test_a_hostile_name_is_text_in_the_page(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)> {{7*7}} \x1b[31m \u202e"
    writer = open_story(tmp_path / "runs" / name)
    async with (
        served(run_of(writer)) as address,
        opened_tab(tmp_path / "profile", f"{address}/") as tab,
    ):
        await painted(tab)
        title = await tab.evaluate("document.title")
        assert title.startswith("fie-tui <img src=x onerror=alert(1)> {{7*7}} ␛[31m")
        assert not FORBIDDEN.search(title)
        assert await tab.evaluate("document.images.length") == 0
    writer.close()
