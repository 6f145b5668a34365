"""Who wrote each line of a kernel."""

from fie_tui.diff.blame import Blame, inherited

TEXTS = {"c0000": "a\nb\nc", "c0001": "a\nB\nc\nd", "c0004": "x\na\nB\nd", "c0005": "a\nB\nc\nD"}


def test_lines_keep_their_author_until_somebody_changes_them() -> None:
    blame = Blame(TEXTS.__getitem__)
    assert blame.authors(("c0000", "c0001", "c0004")) == ("c0004", "c0000", "c0001", "c0001")


def test_an_untouched_line_after_an_equal_new_one_stays_with_its_author() -> None:
    assert inherited(("p", "q"), "x\ny", "x\nx\ny", "new") == ("p", "new", "q")


def test_a_known_ancestor_is_not_walked_again() -> None:
    read: list[str] = []

    def source_of(name: str) -> str:
        read.append(name)
        return TEXTS[name]

    blame = Blame(source_of)
    blame.authors(("c0000", "c0001", "c0004"))
    assert blame.authors(("c0000", "c0001", "c0005")) == ("c0000", "c0001", "c0000", "c0005")
    assert read == ["c0000", "c0001", "c0004", "c0001", "c0005"]


def test_the_same_question_again_reads_nothing() -> None:
    read: list[str] = []
    blame = Blame(lambda name: read.append(name) or TEXTS[name])  # type: ignore[func-returns-value]
    first = blame.authors(("c0000", "c0001"))
    read.clear()
    assert blame.authors(("c0000", "c0001")) == first
    assert read == []


def test_nobody_is_asked_about() -> None:
    assert Blame(TEXTS.__getitem__).authors(()) == ()
