"""Generated C code is compiled once, under its content's name, by a process with few rights."""

import hashlib
import shutil
from pathlib import Path

import pytest

from fie_evaluator.child.confinement import Confinement, confinement_for
from fie_evaluator.child.launchers import LONGEST, Launchers

MODULE = b"int answer(void) { return 42; }\n"

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None and shutil.which("clang") is None, reason="no C compiler"
)


@pytest.fixture
def confinement() -> Confinement:
    """As on a GPU: compilers may be started, files are as few."""
    return confinement_for("cuda:0", ())


@pytest.fixture
def launchers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Launchers:
    driver = pytest.importorskip("triton.backends.nvidia.driver")
    monkeypatch.setattr(driver, "library_dirs", list)
    monkeypatch.setattr(driver, "libraries", [])
    root = tmp_path / "launchers"
    root.mkdir()
    return Launchers(root=root)


def missed(folder: Path, text: bytes, key: str = "") -> Path:
    """Note that a candidate had to compile this."""
    folder.mkdir(exist_ok=True)
    found = key or hashlib.sha256(b"launcher" + bytes(1) + text).hexdigest()
    (folder / f"launcher-{found}.c").write_bytes(text)
    return folder


def test_what_a_candidate_compiled_is_there_for_the_next(
    launchers: Launchers, confinement: Confinement, tmp_path: Path
) -> None:
    launchers.learn(missed(tmp_path / "missed", MODULE), confinement)
    key = hashlib.sha256(b"launcher" + bytes(1) + MODULE).hexdigest()
    assert [path.name for path in launchers.root.iterdir()] == [f"{key}.so"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (MODULE, "0" * 64),
        (b"no C at all\n", ""),
        (b"/" * (LONGEST + 1), ""),
    ],
    ids=["another content's name", "not C", "too long"],
)
def test_nothing_else_is_learnt(
    launchers: Launchers, confinement: Confinement, tmp_path: Path, text: bytes, key: str
) -> None:
    launchers.learn(missed(tmp_path / "missed", text, key), confinement)
    assert list(launchers.root.iterdir()) == []


def test_a_secret_outside_cannot_be_compiled_in(
    launchers: Launchers, confinement: Confinement, tmp_path: Path
) -> None:
    if not confinement.files:
        pytest.skip("this kernel has no Landlock")
    secret = tmp_path / "secret"
    secret.write_bytes(b"the key")
    text = f'__asm__(".incbin \\"{secret}\\"");\n'.encode()
    launchers.learn(missed(tmp_path / "missed", text), confinement)
    assert list(launchers.root.iterdir()) == []
