"""Cells, bars, dots and numbers."""

from dataclasses import replace

import pytest

from fie_engine.view.rows import Mark, TrendPoint
from fie_tui.looks import figures
from fie_tui.looks.braille import Canvas
from fie_tui.looks.ink import Line, bar, changed_width, fitting, pad, spark, spread, strip, wrapped
from fie_tui.widgets.trend import columns_of, frame_of, plot
from fie_tui.widgets.trend_columns import Extent, Frame


def test_a_strip_has_exactly_its_width() -> None:
    for text in ("", "short", "far too long for it", "漢字漢字漢字"):
        assert strip([(text, "text")], 8).cell_length == 8


@pytest.mark.parametrize(
    ("text", "width", "padded"),
    [("ab", 4, "ab  "), ("abcdef", 4, "abc…"), ("漢字漢", 4, "漢 …"), ("a", 1, "a"), ("", 0, "")],
)
def test_padding_cuts_with_a_sign(text: str, width: int, padded: str) -> None:
    assert pad(text, width) == padded


def test_the_least_important_parts_give_way() -> None:
    parts: list[tuple[int, Line]] = [
        (9, (("state", "text"),)),
        (1, (("detail", "text"),)),
        (5, (("best", "text"),)),
    ]
    gap: Line = ((" ", "text"),)
    words = ["".join(text for text, _ in fitting(parts, width, gap)) for width in (17, 11, 4)]
    assert words == ["state detail best", "state best", "state"]


def test_the_right_end_of_a_spread_line_yields() -> None:
    left, right = [("left", "text")], [("right", "text")]
    assert "".join(text for text, _ in spread(left, right, 12)) == "left   right"
    assert "".join(text for text, _ in spread(left, right, 9)) == "left"


def test_text_wraps_at_spaces_and_breaks_long_words() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("abcdefgh", 3) == ["abc", "def", "gh"]


def test_only_what_differs_is_sent() -> None:
    before = [("c0001 ", "text"), ("1.25x", "best"), ("   │", "frame")]
    after = [("c0001 ", "text"), ("1.35x", "best"), ("   │", "frame")]
    assert changed_width(before, after) == len("c0001 1.3")
    assert changed_width(before, [*before[:2], ("  ││", "frame")]) == len("c0001 1.25x  ││")


def test_bars_and_sparks_are_proportional() -> None:
    assert [bar(share, 4) for share in (0.0, 0.1, 0.5, 1.0, 7.0)] == [
        "    ",
        "╸   ",
        "━━  ",
        "━━━━",
        "━━━━",
    ]
    assert spark([1, 2, 3, 8], 3) == "▁▂█"
    assert spark([1, 1], 4) == "▁▁"
    assert spark([], 4) == ""


def test_a_canvas_shows_the_highest_layer_of_each_cell() -> None:
    canvas = Canvas(2, 1)
    canvas.dot("dim", 0, 0)
    canvas.dot("good", 0, 3)
    canvas.dot("dim", 3, 0)
    canvas.dot("dim", 9, 9)
    assert canvas.row(0) == [("⠁", "good"), ("⢀", "dim")]


def test_a_trend_shows_tries_steps_noise_and_marks() -> None:
    judged = ((1.0, 0.0, 1.0), (1.0, 0.0, 1.0), (2.0, 0.2, 2.0), (2.0, 0.2, 1.5))
    points = [
        TrendPoint(evaluation=i, best=best, noise=noise, score=score, improved=i in (1, 3))
        for i, (best, noise, score) in enumerate(judged, start=1)
    ]
    marks = [Mark(evaluation=3, at=0.0, text="fork")]
    frame = Frame(low=1.0, high=2.5, last=5)
    lines = [
        "".join(text for text, _ in line)
        for line in plot(columns_of(None, points, frame, 24, 6), marks)
    ]
    assert lines == [
        "               ▼fork    ",
        "      │        ⣶⣶⣶⣶⣶    ",
        "    2x┤        ★⠒⠒⠒⠒    ",
        "      │        ⡇⠛⠛⠛⠛    ",
        "    1x┤★⣀⣀⣀⣀⣀⣀⣀⡇ ⡀ ⡀ ⡀ ⡀",
        "       1        5 judged",
    ]


def growing(count: int) -> list[TrendPoint]:
    """A trend of several islands, with failures, noise and better ones now and then."""
    points, best = [], 0.0
    for number in range(1, count + 1):
        score = 0.0 if number % 7 == 0 else 1.0 + (number * 37 % 101) / 100 + number / 400
        improved = score > best
        best = max(best, score)
        points.append(
            TrendPoint(
                evaluation=number,
                best=best,
                noise=0.02,
                score=score,
                improved=improved,
                island=number % 3,
            )
        )
    return points


def test_a_trend_drawn_step_by_step_is_the_one_drawn_at_once() -> None:
    points = growing(400)
    points[200] = replace(points[200], best=points[200].best * 1.5)
    extent, columns = Extent(), None
    for count in range(1, 401):
        now = [*points[: count - 1], replace(points[count - 1], noise=0.01)]
        for seen in (now, points[:count]):
            extent = extent if extent.fits(seen) else Extent()
            extent.take(seen)
            assert extent.low is not None and extent.high is not None
            frame = frame_of((extent.low, extent.high), count, 350, "x")
            columns = columns_of(columns, seen, frame, 40, 12)
    assert columns is not None
    at_once = Extent()
    at_once.take(points)
    assert (extent.low, extent.high) == (at_once.low, at_once.high)
    assert plot(columns, []) == plot(columns_of(None, points, columns.frame, 40, 12), [])


def test_a_trend_of_thousands_takes_in_only_what_is_new() -> None:
    points = growing(5000)
    frame = frame_of((0.1, 20.0), 5000, 10_000, "x")
    columns = columns_of(None, points[:4999], frame, 40, 12)
    again = columns_of(columns, points, frame, 40, 12)
    assert again is columns and columns.count == 5000


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (figures.score(1.7421, 0.004), "1.742x ±0.007"),
        (figures.score(17.421, 0.01), "17.42x ±0.17"),
        (figures.change(0.042), "+4.2%"),
        (figures.change(-0.5), "-50.0%"),
        (figures.change(4.4), "×5.4"),
        (figures.duration(59), "59s"),
        (figures.duration(131), "2m11s"),
        (figures.duration(7800), "2h10m"),
        (figures.duration(90000), "1d01h"),
        (figures.milliseconds(None), "–"),
        (figures.milliseconds(0.0123), "12.3 µs"),
        (figures.milliseconds(12.34), "12.3 ms"),
        (figures.milliseconds(2345), "2.35 s"),
        (figures.quantity(1312, ""), "1,312"),
        (figures.quantity(84.23, "MB"), "84.2 MB"),
    ],
)
def test_numbers_are_written_to_be_read(call: str, words: str) -> None:
    assert call == words
