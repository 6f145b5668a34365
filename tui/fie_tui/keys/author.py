"""Who acts, for the record."""

from collections.abc import Mapping


def author_of(environ: Mapping[str, str]) -> str:
    """Return who acts, for the record: a login name, or nothing."""
    return environ.get("USER") or environ.get("LOGNAME") or ""
