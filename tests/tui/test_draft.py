"""An unfinished reply, shown as the child that it makes so far."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tui.hostile import CORPUS

from fie_engine.propose.diffs import apply_blocks, apply_rewrite
from fie_engine.propose.reply_blocks import parse_blocks
from fie_tui.diff.draft import Draft, drafted

PARENT = """import torch
# EVOLVE-BLOCK-START
SIZE = 64


def kernel(x):
    y = x * SIZE
    z = y + 1
    return z
# EVOLVE-BLOCK-END
"""

REPLY = """Idea: larger tiles.

<<<<<<< SEARCH
SIZE = 64
=======
SIZE = 128
>>>>>>> REPLACE

<<<<<<< SEARCH
    y = x * SIZE
    z = y + 1
    return z
=======
    y = x * SIZE
    return y + 1
>>>>>>> REPLACE
"""

REWRITE = """Here it is:

```python
# EVOLVE-BLOCK-START
SIZE = 256


def kernel(x):
    return x * SIZE + 1
# EVOLVE-BLOCK-END
```
"""


def told(reply: str, until: str) -> Draft:
    """Return the draft of a reply up to and with some of its text."""
    return drafted(PARENT, reply[: reply.index(until) + len(until)])


def test_a_finished_reply_is_what_the_engine_makes_of_it() -> None:
    assert drafted(PARENT, REPLY).source == apply_blocks(PARENT, parse_blocks(REPLY))
    assert drafted(PARENT, REPLY).progress == "2 blocks"
    assert drafted(PARENT, REWRITE).source == apply_rewrite(PARENT, REWRITE, "kernel")


def test_while_a_model_only_talks_nothing_has_changed() -> None:
    assert told(REPLY, "Idea: lar") == Draft(source=PARENT, progress="", prose=("Idea: lar",))


def test_a_block_changes_nothing_before_its_new_text_begins() -> None:
    draft = told(REPLY, "SIZE = 64\n")
    assert (draft.source, draft.progress) == (PARENT, "0 blocks, writing block 1")


def test_a_finished_block_shows_while_the_next_is_written() -> None:
    draft = told(REPLY, "z = y + 1\n")
    assert draft.source == PARENT.replace("64", "128")
    assert draft.progress == "1 block, writing block 2"


def test_old_lines_stay_until_the_new_text_has_passed_them() -> None:
    draft = told(REPLY, "=======\n    y = x * SIZE\n")
    assert draft.source == PARENT.replace("64", "128")


def test_a_rewrite_keeps_what_it_has_not_come_to() -> None:
    draft = told(REWRITE, "SIZE = 256\n\n\n")
    assert draft.source == PARENT.replace("SIZE = 64", "SIZE = 256")
    assert draft.progress == "rewriting, 4 lines"


def test_a_block_without_a_place_is_counted() -> None:
    draft = drafted(PARENT, REPLY.replace("SIZE = 64", "WIDTH = 64"))
    assert draft.progress == "2 blocks, 1 without a place in the parent"


@given(st.integers(0, len(REPLY)))
def test_every_beginning_of_a_reply_can_be_shown(length: int) -> None:
    assert "def kernel(x):" in drafted(PARENT, REPLY[:length]).source


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_hostile_words_stop_nothing(text: str) -> None:
    hostile = f"{text}\n<<<<<<< SEARCH\n{text}\n=======\n{text}\n>>>>>>> REPLACE\n```\n{text}"
    assert drafted(PARENT, hostile).source == PARENT


@given(st.text(alphabet="<>=`S\n RAECHPL", max_size=80))
def test_any_text_at_all_can_be_shown(text: str) -> None:
    drafted(PARENT, text)
