"""What a report is made of: sections of words and tables, of hostile text throughout."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; every row is as long as its head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it."""

    title: str
    words: tuple[str, ...] = ()
    "One paragraph each."
    tables: tuple[Table, ...] = ()
    trend: bool = False
    "Whether the run's trend is drawn here."

    @property
    def says_something(self) -> bool:
        """Whether there is anything under the heading."""
        return bool(self.words or self.trend or any(table.rows for table in self.tables))
