"""Tests, as a package so that no other `tests` on the path hides them."""
