"""The keys that a configuration may hold, and the checks that each value passes."""

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from fie_engine.loop.profiling import profile_word
from fie_evaluator.errors import FieError
from fie_evaluator.project.terms import is_project

Plain: TypeAlias = "bool | int | float | str | tuple[Plain, ...] | None"
"A value as the frozen tree holds it: a list is a tuple, a mapping a tuple of pairs."

Kinds: TypeAlias = Mapping[str, str]
'Dotted key to kind; "*" stands for a position in a list, a trailing "?" lets null in.'


class ConfigError(FieError):
    """A configuration key or value is not usable; the message names file, key and remedy."""


def flatten(tree: Mapping[str, object], kinds: Kinds, where: str) -> dict[str, Plain]:
    """Return every value under its dotted key, checked; raises ConfigError."""
    flat: dict[str, Plain] = {}
    for path, value in _leaves(tree, "", kinds, where):
        kind = kinds[pattern_of(path)]
        if value is not None:
            flat[path] = check(kind, value, path, where)
        elif kind.endswith("?"):
            flat[path] = None
    return flat


def check(kind: str, value: object, path: str, where: str) -> Plain:
    """Return the value as the frozen tree holds it; raises ConfigError."""
    name = kind.removesuffix("?")
    try:
        return CHECKS[name](value)
    except (TypeError, ValueError) as error:
        reason = f"; {error}" if str(error) else ""
        found = "something else" if path.endswith("api_key") else repr(value)
        raise ConfigError(
            f"{where}: {path}: expected {NAMES[name]}, found {found}{reason}"
        ) from None


def thaw(kind: str, value: Plain) -> object:
    """Return a checked value as YAML and OpenEvolve have it: with lists and mappings."""
    if not isinstance(value, tuple):
        return value
    if "map" in kind:
        return {pair[0]: thaw("", pair[1]) for pair in value if isinstance(pair, tuple)}
    return list(value)


def pattern_of(path: str) -> str:
    """Return a dotted key with every list position replaced by a star."""
    return re.sub(r"\.\d+(?=\.)", ".*", path)


def _leaves(node: object, path: str, kinds: Kinds, where: str) -> Iterator[tuple[str, object]]:
    if path and pattern_of(path) in kinds:
        yield path, node
    elif isinstance(node, Mapping) and _is_section(path, kinds):
        for key, child in node.items():
            yield from _leaves(child, f"{path}.{key}" if path else str(key), kinds, where)
    elif isinstance(node, list) and _is_section(f"{path}.0", kinds):
        for index, child in enumerate(node):
            yield from _leaves(child, f"{path}.{index}", kinds, where)
    elif _is_section(path, kinds) or _is_section(f"{path}.0", kinds):
        if node is not None:
            shape = "a list" if _is_section(f"{path}.0", kinds) else "a mapping of keys"
            raise ConfigError(f"{where}: {path}: expected {shape}, found {node!r}")
    else:
        raise ConfigError(f"{where}: {path}: unknown key; {_nearest(path, kinds)}")


def _is_section(path: str, kinds: Kinds) -> bool:
    prefix = pattern_of(path + ".") if path else ""
    return any(kind.startswith(prefix) for kind in kinds)


def _nearest(path: str, kinds: Kinds) -> str:
    section, _, name = pattern_of(path + ".").rstrip(".").rpartition(".")
    prefix = f"{section}." if section else ""
    siblings = {key[len(prefix) :].split(".")[0] for key in kinds if key.startswith(prefix)}
    elsewhere = {
        key.rpartition(".")[2]: key for key in sorted(kinds, reverse=True) if "*" not in key
    }
    if name in elsewhere:
        return f"did you mean {elsewhere[name]}?"
    close = difflib.get_close_matches(name, sorted(siblings), n=1)
    if close:
        return f"did you mean {path.rpartition('.')[0]}{'.' if section else ''}{close[0]}?"
    close = difflib.get_close_matches(name, sorted(elsewhere), n=1)
    if close:
        return f"did you mean {elsewhere[close[0]]}?"
    return f"keys that exist here: {', '.join(sorted(siblings))}"


def _an_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _a_float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if math.isnan(value):
        raise ValueError("NaN is no setting")
    return float(value)


def _a_str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _a_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _a_regex(value: object) -> str:
    text = _a_str(value)
    try:
        groups = re.compile(text, re.DOTALL).groups
    except re.error as error:
        raise ValueError(str(error)) from None
    if groups != 2:
        raise ValueError("it needs two groups, SEARCH and REPLACE")
    return text


def _list_of(item: Callable[[object], Plain]) -> Callable[[object], Plain]:
    def read(value: object) -> Plain:
        if not isinstance(value, list | tuple):
            raise TypeError
        return tuple(item(element) for element in value)

    return read


def _map_of(item: Callable[[object], Plain]) -> Callable[[object], Plain]:
    def read(value: object) -> Plain:
        if not isinstance(value, Mapping):
            raise TypeError
        return tuple((_a_str(key), item(element)) for key, element in value.items())

    return read


def _int_or_map(value: object) -> Plain:
    return _map_of(_an_int)(value) if isinstance(value, Mapping) else _an_int(value)


def _a_limit(value: object) -> float:
    number = _a_float(value)
    if not 0 < number < math.inf:
        raise ValueError("a limit is above 0; leave it out for none")
    return number


def _a_whole_limit(value: object) -> int:
    _a_limit(_an_int(value))
    return _an_int(value)


def _a_price(value: object) -> Plain:
    figures = _list_of(_a_float)(value)
    assert isinstance(figures, tuple)
    if len(figures) not in (2, 3) or not all(0 <= one < math.inf for one in figures):  # type: ignore[operator]
        raise ValueError("a price is [in, out] or [in, out, cached in], none below 0")
    return figures


def _a_count(value: object) -> Plain:
    return "auto" if value == "auto" else _an_int(value)


def _an_evaluator(value: object) -> str:
    text = _a_str(value)
    if not re.fullmatch(r"local|ray|ray://\S+", text) and not is_project(text):
        raise ValueError
    return text


CHECKS: Mapping[str, Callable[[object], Plain]] = {
    "int": _an_int,
    "float": _a_float,
    "str": _a_str,
    "bool": _a_bool,
    "regex": _a_regex,
    "texts": _list_of(_a_str),
    "floats": _list_of(_a_float),
    "map of texts": _map_of(_list_of(_a_str)),
    "int or map of ints": _int_or_map,
    "limit": _a_limit,
    "whole limit": _a_whole_limit,
    "map of prices": _map_of(_a_price),
    "profile": profile_word,
    "count": _a_count,
    "evaluator": _an_evaluator,
}

NAMES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "regex": "a regular expression",
    "texts": "a list of texts",
    "floats": "a list of numbers",
    "map of texts": "a mapping to lists of texts",
    "int or map of ints": "a whole number or a mapping to whole numbers",
    "limit": "a number above 0",
    "whole limit": "a whole number above 0",
    "map of prices": "a mapping from models to dollars per million tokens, [in, out, cached in]",
    "count": "a whole number or auto",
    "profile": "auto, never, always, new-best or every-N with a number N",
    "evaluator": "local, ray, ray://auto, ray://HOST:PORT or an OpenEvolve evaluator's FILE.py",
}
