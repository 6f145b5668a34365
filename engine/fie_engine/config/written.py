"""A configuration as run.toml holds it: complete, readable by load_config, without secrets."""

import json
from collections.abc import Mapping

from fie_engine.config.foreign import nest
from fie_engine.config.load import KINDS
from fie_engine.config.tree import Config, settings
from fie_engine.redact import redact


def to_toml(config: Config) -> str:
    """Return every setting as TOML; API keys are left out."""
    values = settings(config)
    defaults = settings(Config())
    given = {path: value for path, value in values.items() if value is not None}
    missing = [path for path in values if path not in given]
    unset = tuple(path for path in missing if defaults.get(path, "") is not None)
    if unset:
        given["fie.unset"] = unset
    tree = nest(given, KINDS)
    plain = {name: value for name, value in tree.items() if not isinstance(value, dict)}
    tables = {name: value for name, value in tree.items() if isinstance(value, dict)}
    blocks = [_lines(plain)]
    blocks += [f"[{name}]\n{_lines(table)}" for name, table in sorted(tables.items())]
    return "\n\n".join(blocks) + "\n"


def _lines(table: Mapping[str, object]) -> str:
    return "\n".join(f"{_key(name)} = {_value(value)}" for name, value in table.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())}}}"
    return _text(redact(str(value)))


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
