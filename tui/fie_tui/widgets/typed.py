"""A line that a person types or pastes on."""

from textual.widgets import Input

from fie_engine.plaintext import unsteered


class TypedLine(Input):
    """Holds nothing that a terminal would obey: what is pasted comes from anywhere."""

    def validate_value(self, value: str) -> str:
        """Return what is taken of a text."""
        return unsteered(value)
