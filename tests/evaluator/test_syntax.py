"""Threads that parse at once don't fail each other."""

import ast
import gc
import sys
import threading
from collections.abc import Iterator

import pytest

from fie_evaluator.syntax import parsed

THREADS, TIMES = 3, 40
SOURCE = "\n".join(
    f"def f{i}(a, b):\n    return [x + a for x in (b, (a, (b,)))]" for i in range(40)
)


@pytest.fixture
def restless() -> Iterator[None]:
    """Make threads take turns within a parse, as a garbage collection now and then does."""
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(_linger)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)
    gc.callbacks.remove(_linger)


def _linger(phase: str, info: dict[str, int]) -> None:
    for _ in range(50):
        pass


def test_threads_that_parse_at_once_all_get_their_trees(restless: None) -> None:
    found: list[str] = []

    def work() -> None:
        for _ in range(TIMES):
            try:
                found.append(type(parsed(SOURCE)).__name__)
            except SystemError as error:
                found.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Module"] * (THREADS * TIMES)


def test_an_expression_is_parsed_as_one() -> None:
    assert ast.unparse(parsed("a+1", mode="eval")) == "a + 1"


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 250 + "1" + ")" * 250,
        "x = " + "not " * 5000 + "y",
        "x = " + "-" * 3000 + "1",
        "x = " + "y." * 3000 + "z",
        "x = " + " + ".join("y" * 300),
    ],
)
def test_what_is_nested_too_deeply_for_walkers_is_a_syntax_error(source: str) -> None:
    with pytest.raises(SyntaxError):
        parsed(source)
