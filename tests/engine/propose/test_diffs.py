"""SEARCH/REPLACE blocks and rewrites, as models really write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fie_engine.propose.base import NoProposal
from fie_engine.propose.diffs import apply_blocks, apply_rewrite
from fie_engine.propose.reply_blocks import Block, parse_blocks, parse_with_pattern, summarise
from fie_engine.propose.source import digest

KERNEL = '''"""A kernel."""

import torch

# EVOLVE-BLOCK-START
SIZE = 4


def twice(x):
    y = x + x
    return y


def kernel(x, out):
    for row in range(SIZE):
        out[row] = twice(x[row])
    y = x + x
# EVOLVE-BLOCK-END

assert kernel
'''


def block(search: str, replace: str) -> str:
    """One block in the standard form."""
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


def applied(reply: str, source: str = KERNEL) -> str:
    """The child that a reply makes."""
    return apply_blocks(source, parse_blocks(reply))


def refusal(reply: str, source: str = KERNEL) -> str:
    """The reason for which a reply makes no child."""
    with pytest.raises(NoProposal) as refused:
        applied(reply, source)
    return refused.value.reason


def test_a_block_replaces_its_lines_and_nothing_else() -> None:
    child = applied(f"Idea: larger.\n\n{block('SIZE = 4', 'SIZE = 8')}\nThat is all.")
    assert child == KERNEL.replace("SIZE = 4", "SIZE = 8")


def test_several_blocks_are_placed_on_the_program_as_shown() -> None:
    reply = block("SIZE = 4", "SIZE = 8\nout = twice") + block(
        "        out[row] = twice(x[row])", "        out[row] = 2 * x[row]"
    )
    expected = KERNEL.replace("SIZE = 4", "SIZE = 8\nout = twice").replace(
        "twice(x[row])", "2 * x[row]"
    )
    assert applied(reply) == expected


def test_a_block_may_change_what_an_earlier_one_inserted() -> None:
    reply = block("SIZE = 4", "SIZE = 8") + block("SIZE = 8", "SIZE = 16")
    assert applied(reply) == KERNEL.replace("SIZE = 4", "SIZE = 16")


def test_an_inserted_copy_does_not_make_a_later_search_ambiguous() -> None:
    reply = block("SIZE = 4", "SIZE = 4\nrow = 0\nout = [twice]") + block(
        "    for row in range(SIZE):", "    for row in range(4):"
    )
    child = applied(reply)
    assert "    for row in range(4):" in child and "out = [twice]" in child


@pytest.mark.parametrize(
    "reply",
    [
        block("SIZE = 4", "SIZE = 8").replace("\n", "\r\n"),
        f"```diff\n{block('SIZE = 4', 'SIZE = 8')}```",
        block("```python\nSIZE = 4\n```", "```python\nSIZE = 8\n```"),
        block("SIZE = 4   ", "SIZE = 8"),
        block("\nSIZE = 4\n\n", "\nSIZE = 8\n\n").replace("SEARCH\n\n", "SEARCH\n \n"),
        block("    SIZE = 4", "    SIZE = 8"),
        block("SIZE = 4", "SIZE = 8").replace("<<<<<<< SEARCH", "  <<<<<<<< SEARCH:"),
        block("SIZE = 4", "SIZE = 8").replace("SEARCH", "ORIGINAL").replace("REPLACE", "UPDATED"),
    ],
    ids=[
        "CRLF",
        "fenced",
        "fences inside",
        "trailing blanks",
        "blank edges",
        "indented",
        "markers",
        "other words",
    ],
)
def test_sloppy_but_clear_blocks_are_understood(reply: str) -> None:
    assert applied(reply) == KERNEL.replace("SIZE = 4", "SIZE = 8")


def test_a_replacement_shifts_with_its_search() -> None:
    reply = block("out[row] = twice(x[row])", "if row:\n    out[row] = 2 * x[row]")
    expected = KERNEL.replace(
        "        out[row] = twice(x[row])",
        "        if row:\n            out[row] = 2 * x[row]",
    )
    assert applied(reply) == expected


@pytest.mark.parametrize("shift", ["", "  "])
def test_blank_lines_that_were_lost_or_added_do_not_matter(shift: str) -> None:
    reply = block(f"{shift}SIZE = 4\n{shift}def twice(x):\n\n{shift}    y = x + x", f"{shift}A")
    before, after = KERNEL.index("SIZE"), KERNEL.index("    return y")
    assert applied(reply) == KERNEL[:before] + "A\n" + KERNEL[after:]


def test_a_change_that_changes_nothing_gives_the_kernel_itself() -> None:
    assert applied(block("SIZE = 4", "SIZE = 4")) == KERNEL


def test_a_crlf_kernel_keeps_its_line_ends() -> None:
    source = KERNEL.replace("\n", "\r\n")
    assert applied(block("SIZE = 4", "SIZE = 8"), source) == source.replace("SIZE = 4", "SIZE = 8")


def test_deleting_lines_leaves_none_behind() -> None:
    child = applied(block("SIZE = 4", "").replace("=======\n\n", "=======\n"))
    assert child == KERNEL.replace("SIZE = 4\n", "")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I can't help with that.", "the reply holds no SEARCH/REPLACE block"),
        (block("", "SIZE = 8"), "block 1 has an empty SEARCH"),
        (block("   \n ", "SIZE = 8"), "block 1 has an empty SEARCH"),
        (
            block("    y = x + x", "    y = 2 * x"),
            "block 1: its SEARCH is found 2 times, at lines 10 and 17; "
            "more lines would tell the place",
        ),
        (
            block("y = x + x", "y = 2 * x"),
            "block 1: its SEARCH is found 2 times, at lines 10 and 17; "
            "more lines would tell the place",
        ),
        (
            block("SIZE = 4", "SIZE = 8") + block("    return yy", "    return x"),
            "block 2 of 2: SEARCH not found: no line 'return yy'; the nearest line is 'return y'",
        ),
        (
            block("    return y\n    y = x + x", "    return x"),
            "block 1 of 1: its SEARCH lines are all there, but not in that order\n"
            "The nearest text, from line 10:\n    y = x + x\n    return y",
        ),
        (
            block("import torch", "import os"),
            "block 1 of 1 edits the fixed region outside the evolve block",
        ),
        (
            block("SIZE = 4", "# EVOLVE-BLOCK-END\nimport os\n# EVOLVE-BLOCK-START"),
            "the change touches the evolve block's markers",
        ),
        (
            block("# EVOLVE-BLOCK-START\nSIZE = 4", "SIZE = 4"),
            "block 1 of 1: SEARCH not found: no line '# EVOLVE-BLOCK-START'\n"
            "The nearest text, from line 6:\nSIZE = 4\n\n\ndef twice(x):",
        ),
        (
            block("def kernel(x, out):\n    for row in range(size):", "def kernel(x, out):"),
            "block 1 of 1: SEARCH not found: no line 'for row in range(size):'; "
            "the nearest line is 'for row in range(SIZE):'\n"
            "The nearest text, from line 14:\ndef kernel(x, out):\n    for row in range(SIZE):",
        ),
        (
            block("SIZE = 4", "SIZE = 8") + block("SIZE = 4", "SIZE = 9"),
            "two blocks change the same lines",
        ),
        ("<<<<<<< SEARCH\nSIZE = 4\n=======\nSIZE = 8\n", "block 1 has no end"),
        ("<<<<<<< SEARCH\nSIZE = 4\n>>>>>>> REPLACE\n", "block 1 has no ======= line"),
        (
            "<<<<<<< SEARCH\nSIZE = 4\n=======\n1\n=======\n2\n>>>>>>> REPLACE\n",
            "block 1 has two ======= lines",
        ),
        (
            "<<<<<<< SEARCH\nSIZE = 4\n<<<<<<< SEARCH\n",
            "block 1 begins before the one above it ended",
        ),
        ("SIZE = 8\n>>>>>>> REPLACE\n", "a REPLACE line stands outside block 1"),
    ],
)
def test_unclear_blocks_are_refused_with_the_block_and_the_reason(reply: str, reason: str) -> None:
    assert refusal(reply) == reason


def test_a_line_of_equal_signs_inside_code_is_no_divider() -> None:
    child = applied(block("SIZE = 4", "# ======= sizes\nSIZE = 8"))
    assert child == KERNEL.replace("SIZE = 4", "# ======= sizes\nSIZE = 8")


def test_a_pattern_of_the_configuration_finds_its_own_blocks() -> None:
    blocks = parse_with_pattern(
        "<old>SIZE = 4</old><new>SIZE = 8</new>", r"<old>(.*?)</old><new>(.*?)</new>"
    )
    assert blocks == [Block(number=1, search=("SIZE = 4",), replace=("SIZE = 8",))]


def test_a_summary_counts_lines_and_shows_the_first_new_one() -> None:
    blocks = parse_blocks(block("SIZE = 4", "SIZE = 8\nHALF = 4"))
    assert summarise(blocks) == "1 edit(s), -1 +2 lines: SIZE = 8"


LINES = st.lists(
    st.sampled_from(["a = 1", "    b = 2", "", "c = 3", "\tif d:", "é = 4"]), max_size=8
)


@given(before=LINES, after=LINES, replacement=LINES)
def test_any_unique_block_becomes_exactly_its_replacement(
    before: list[str], after: list[str], replacement: list[str]
) -> None:
    source = "\n".join(
        ["# EVOLVE-BLOCK-START", *before, "here = 0", *after, "# EVOLVE-BLOCK-END", ""]
    )
    expected = "\n".join(
        [
            "# EVOLVE-BLOCK-START",
            *before,
            "there = 0",
            *replacement,
            *after,
            "# EVOLVE-BLOCK-END",
            "",
        ]
    )
    reply = block("here = 0", "\n".join(["there = 0", *replacement]))
    assert applied(reply, source) == expected


LONG = "y = 2\n" * 40
REWRITTEN = """SIZE = 8


def kernel(x, out):
    out.copy_(x + x)
"""
EXPECTED = KERNEL[: KERNEL.index("SIZE")] + REWRITTEN + KERNEL[KERNEL.index("# EVOLVE-BLOCK-END") :]


@pytest.mark.parametrize(
    "code",
    [
        REWRITTEN,
        f"# EVOLVE-BLOCK-START\n{REWRITTEN}# EVOLVE-BLOCK-END\n",
        f"import os\n# EVOLVE-BLOCK-START\n{REWRITTEN}# EVOLVE-BLOCK-END\nos.abort()\n",
        f'"""A kernel."""\n\nimport torch\n\n{REWRITTEN}\nassert kernel\n',
    ],
    ids=["body", "marked", "marked, frame changed", "whole file without markers"],
)
def test_a_rewrite_changes_the_evolve_block_only(code: str) -> None:
    child = apply_rewrite(KERNEL, f"Idea: copy.\n```python\n{code}```\nDone.", "kernel")
    assert child == EXPECTED


def test_a_rewrite_without_a_fence_must_be_a_kernel() -> None:
    assert apply_rewrite(KERNEL, REWRITTEN, "kernel") == EXPECTED


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I'm sorry, I can't do that.", "the reply holds no fenced code"),
        ("sorry", "the reply is no kernel: it defines no kernel"),
    ],
)
def test_prose_is_no_rewrite(reply: str, reason: str) -> None:
    with pytest.raises(NoProposal) as refused:
        apply_rewrite(KERNEL, reply, "kernel")
    assert refused.value.reason == reason


def test_of_several_fenced_pieces_the_kernel_is_taken() -> None:
    reply = f"Old:\n```\nx = 1\n```\nNew:\n```python\n{REWRITTEN}```\n```\n{LONG}```\n"
    assert digest(apply_rewrite(KERNEL, reply, "kernel")) == digest(EXPECTED)
