"""Fixtures for the engine's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """An empty place for a run."""
    place = Lab(tmp_path / "lab")
    yield place
    place.close()
