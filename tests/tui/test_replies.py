"""What models' replies came to, in words."""

from fie_engine.view.rows import ModelRow
from fie_engine.view.run import RunView
from fie_tui.told.replies import replies_lines


def told(*rows: ModelRow) -> list[str]:
    """Return the lines for these models."""
    view = RunView()
    view.models._rows = {row.model: row for row in rows}
    return list(replies_lines(view))


def test_each_model_has_a_line_with_what_was_of_use() -> None:
    plain = ModelRow(model="small", replies=2, candidates=2)
    rich = ModelRow(
        model="large", replies=20, candidates=14, duplicates=2, mends=3, mended=2, mend_tokens=4200
    )
    assert told(plain, rich) == [
        "replies of small: 2 of 2 became candidates",
        "replies of large: 14 of 20 became candidates, 2 repeated one, 4 could not be used; "
        "3 replies were to put one right (4 200 tokens), 2 passed",
    ]


def test_a_model_that_is_left_out_is_named_with_the_reason() -> None:
    view = RunView()
    view.models.absent["large"] = "the connection failed\nagain"
    assert list(replies_lines(view)) == [
        "large is left out until its server answers: the connection failed"
    ]


def test_where_no_model_answered_there_is_nothing_to_tell() -> None:
    assert told() == []
