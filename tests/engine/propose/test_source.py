"""What makes two kernels the same, and what doesn't."""

import pytest

from fie_engine.propose.source import digest

KERNEL = """import torch

SIZE = 4


def kernel(x, out):
    if SIZE:
        out.copy_(x * SIZE)
"""


@pytest.mark.parametrize(
    "same",
    [
        KERNEL.replace("SIZE = 4", "SIZE = 4  # four"),
        KERNEL.replace("SIZE = 4", "SIZE=(\n    4)"),
        f'"""A kernel."""\n{KERNEL}',
        KERNEL.replace("    if", '    """Scales."""\n    if'),
        KERNEL.replace("        out", '        "remark"\n        out'),
        KERNEL.replace("\n", "\r\n"),
    ],
    ids=["comment", "layout", "module docstring", "docstring", "remark", "CRLF"],
)
def test_comments_layout_and_docstrings_do_not_make_another_kernel(same: str) -> None:
    assert digest(same) == digest(KERNEL)


@pytest.mark.parametrize(
    "other",
    [
        KERNEL.replace("4", "8"),
        KERNEL.replace("SIZE = 4", 'SIZE = "4"'),
        KERNEL.replace("kernel(x", "kernel(y"),
        KERNEL + "(",
    ],
    ids=["number", "text", "name", "broken"],
)
def test_what_may_compute_something_else_is_another_kernel(other: str) -> None:
    assert digest(other) != digest(KERNEL)
