"""A run on a web page: who may look, what is shown, and that nobody can steer from there."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType, WSServerHandshakeError
from tests.tui.serving import SOURCES, served, views
from tests.tui.story import write_story

from fie_engine.record.rundir import RunDirectory
from fie_tui.cli import main
from fie_tui.web.guard import host_of, is_foreign, is_known, is_loopback


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the views that the server starts find the packages."""
    monkeypatch.setenv("PYTHONPATH", SOURCES)


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return write_story(tmp_path / "runs" / "story")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("authority", "origin", "loopback", "foreign"),
    [
        ("127.0.0.1:8765", "", True, False),
        ("localhost:8765", "http://localhost:8765", True, False),
        ("[::1]:8765", "http://[::1]:8765", True, False),
        ("evil.example:8765", "", True, True),
        ("127.0.0.1:8765", "http://evil.example", True, True),
        ("127.0.0.1:8765", "http://127.0.0.1:9999", True, True),
        ("127.0.0.1:8765", "null", True, True),
        ("box.example:8765", "http://box.example:8765", False, False),
        ("box.example:8765", "http://evil.example", False, True),
        ("", "", True, True),
    ],
)
def test_another_sites_page_is_foreign(
    authority: str, origin: str, loopback: bool, foreign: bool
) -> None:
    assert is_foreign(authority, origin, loopback=loopback) is foreign


def test_a_token_is_known_only_whole() -> None:
    offers = ("secret", "", "secre", "secret ", "\udc80")
    assert [is_known("secret", one) for one in offers] == [True, False, False, False, False]
    assert is_known("", "")
    assert host_of("a:b:c") in ("", "a")


async def test_the_page_is_ours_and_fetches_nothing_from_elsewhere(run: RunDirectory) -> None:
    async with served(run) as address, ClientSession() as session:
        async with session.get(f"{address}/") as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            page = await answer.text()
        assert "https://" not in page.replace('"https:"', "")
        assert "fie-tui story" in page
        for path in ("/static/js/textual.js", "/static/css/xterm.css"):
            assert f'"{path}"' in page
            async with session.get(address + path) as answer:
                assert answer.status == 200


async def test_a_web_socket_shows_the_board_and_takes_keys_but_no_steering(
    run: RunDirectory,
) -> None:
    async with served(run) as address, ClientSession() as session:
        async with session.ws_connect(f"{address}/ws?width=120&height=40") as socket:
            # The panels stand before the run is read; a key without a candidate says other things.
            await heard(socket, "Islands", "c0001")
            await socket.send_json(["stdin", "m"])
            await heard(socket, "this board only looks")
            await socket.send_json(["stdin", "s"])
            await heard(socket, "from a terminal only")
            await socket.send_json(["stdin", "?"])
            await heard(socket, "start nothing new")
    assert not list(run.path.glob("*.svg"))


async def test_a_view_ends_with_its_web_socket(run: RunDirectory) -> None:
    async with served(run) as address, ClientSession() as session:
        async with session.ws_connect(f"{address}/ws?width=80&height=24") as socket:
            await heard(socket, "Candidates")
            assert len(views()) == 1
        async with asyncio.timeout(30):
            while views():
                await asyncio.sleep(0.01)


async def heard(socket: object, *words: str) -> None:
    """Listen until all these words were drawn."""
    drawn = b""
    async with asyncio.timeout(30):
        while not all(each.encode() in drawn for each in words):
            message = await socket.receive()  # type: ignore[attr-defined]
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), message
            if message.type is WSMsgType.BINARY:
                drawn += message.data


async def test_a_token_is_asked_for_and_kept_in_a_cookie(run: RunDirectory) -> None:
    jar = CookieJar(unsafe=True)
    async with served(run, token="secret") as address, ClientSession(cookie_jar=jar) as session:
        for path in ("/", "/?token=wrong", "/static/js/textual.js"):
            async with session.get(address + path) as answer:
                assert answer.status == 403
        with pytest.raises(WSServerHandshakeError, match="403"):
            await session.ws_connect(f"{address}/ws")
        async with session.get(f"{address}/?token=secret", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            kept = answer.headers["Set-Cookie"]
            assert "HttpOnly" in kept and "SameSite=Strict" in kept
        async with session.get(f"{address}/") as answer:
            assert answer.status == 200
        async with session.ws_connect(f"{address}/ws?width=80&height=24") as socket:
            await heard(socket, "Candidates")


async def test_other_sites_pages_get_nothing(run: RunDirectory) -> None:
    async with served(run) as address, ClientSession() as session:
        async with session.get(f"{address}/", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        with pytest.raises(WSServerHandshakeError, match="403"):
            await session.ws_connect(f"{address}/ws", origin="http://evil.example")


@pytest.mark.parametrize(("host", "tokened"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_the_command_says_where_to_look_and_ends_on_a_signal(
    run: RunDirectory, host: str, tokened: bool
) -> None:
    runs = str(run.path.parent)
    words = ["serve", "story", "--runs-dir", runs, "--host", host, "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "fie_tui", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
    assert address.startswith(f"http://{host}:")
    assert ("?token=" in address) is tokened


@pytest.mark.slow
async def test_a_view_ends_when_its_server_is_killed(run: RunDirectory) -> None:
    words = ["serve", "story", "--runs-dir", str(run.path.parent), "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "fie_tui", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    address = process.stdout.readline().decode().strip()
    async with ClientSession() as session:
        async with session.ws_connect(f"{address}ws?width=80&height=24") as socket:
            await heard(socket, "Candidates")
            (view,) = psutil.Process(process.pid).children()
            process.kill()
            process.communicate()
    await asyncio.to_thread(psutil.wait_procs, [view], timeout=20)
    assert not view.is_running()


def test_an_address_that_is_taken_is_one_message(
    run: RunDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["serve", "story", "--runs-dir", str(run.path.parent), "--host", "192.0.2.1"]
    assert main(words) == 2
    assert "192.0.2.1:8765 can't be listened on" in capsys.readouterr().err


def test_without_the_extra_the_command_says_what_to_install(
    run: RunDirectory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fie_tui.web.application", None)
    assert main(["serve", "story", "--runs-dir", str(run.path.parent)]) == 2
    assert "pip install 'fie-tui[serve]'" in capsys.readouterr().err
