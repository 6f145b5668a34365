"""A configuration read once: file, then overrides, then every check."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from fie_engine.config.foreign import STOCK, stock_config
from fie_engine.config.keys import ConfigError, Kinds, Plain, flatten, pattern_of
from fie_engine.config.tree import (
    Config,
    Islands,
    Judging,
    Model,
    Money,
    Prompting,
    Search,
    Task,
    sections,
    settings,
)
from fie_engine.config.unused import notes_on
from fie_engine.redact import Secret, redact
from fie_evaluator.project.terms import is_project

if TYPE_CHECKING:
    from openevolve.config import Config as StockConfig

__all__ = ["Config", "ConfigError", "describe", "load_config", "openevolve_config", "read_config"]

Section = TypeVar("Section")

COMMAND_LINE = "command line"


def _fie_kinds() -> dict[str, str]:
    parts = sections(Config())
    metadata = [item.metadata for part in parts for item in fields(part)]  # type: ignore[arg-type]
    return {limits["path"]: limits["kind"] for limits in metadata if "kind" in limits}


KINDS: Kinds = {**STOCK, **_fie_kinds(), "fie.seed_rng": "int", "fie.unset": "texts"}
"Every key that a file or an override may set."


def load_config(path: Path | None = None, overrides: Mapping[str, object] | None = None) -> Config:
    """Read a YAML or TOML file, or only the defaults; overrides have dotted keys and win.

    Raises ConfigError, which names file, key and remedy.
    """
    if path is None:
        return read_config({}, "defaults", overrides)
    config = read_config(_read_file(path), str(path), overrides)
    return _beside(path.resolve().parent, config, overrides or {})


def _beside(folder: Path, config: Config, overrides: Mapping[str, object]) -> Config:
    """Read the paths that the file itself gives as seen from its folder."""
    templates, evaluator = config.prompting.template_dir, config.judging.evaluator
    if templates is not None and "prompt.template_dir" not in overrides:
        resolved = str((folder / templates).resolve())
        config = replace(config, prompting=replace(config.prompting, template_dir=resolved))
    if is_project(evaluator) and "fie.evaluator" not in overrides:
        resolved = str((folder / evaluator).resolve())
        config = replace(config, judging=replace(config.judging, evaluator=resolved))
    return config


def read_config(
    tree: Mapping[str, object], where: str, overrides: Mapping[str, object] | None = None
) -> Config:
    """Return the configuration that nested keys and overrides make; raises ConfigError."""
    given = flatten(tree, KINDS, where)
    on_top = flatten(overrides or {}, KINDS, COMMAND_LINE)
    reading = _Reading(
        given={**given, **on_top},
        where={**dict.fromkeys(given, where), **dict.fromkeys(on_top, COMMAND_LINE)},
    )
    return reading.config()


def openevolve_config(config: Config) -> "StockConfig":
    """Return OpenEvolve's own Config; imports openevolve, which takes 2-3 s."""
    return stock_config(settings(config))


def describe(config: Config) -> dict[str, str]:
    """Return every setting as dotted key and text, without secrets."""
    return {path: redact(f"{value}") for path, value in settings(config).items()}


@dataclass(kw_only=True)
class _Reading:
    """Checked values on their way into the tree."""

    given: dict[str, Plain]
    where: dict[str, str]
    notes: list[str] = field(default_factory=list)

    def config(self) -> Config:
        """Return the tree; raises ConfigError."""
        secrets = self._take_secrets()
        self._unset()
        self._settle_seed()
        self._settle_islands()
        self._settle_slots()
        config = Config(
            task=self._section(Task),
            search=self._section(Search),
            islands=self._section(Islands),
            judging=self._section(Judging),
            model=self._section(Model),
            prompting=self._section(Prompting),
            money=self._section(Money),
            secrets=secrets,
        )
        self._check_together(config)
        self.notes += notes_on(self.given, project=is_project(config.judging.evaluator))
        return replace(config, rest=tuple(sorted(self.given.items())), notes=tuple(self.notes))

    def _take_secrets(self) -> tuple[tuple[str, Secret], ...]:
        paths = [path for path in self.given if path.endswith("api_key")]
        found = {path: self.given.pop(path) for path in paths}
        return tuple((path, Secret(str(value))) for path, value in sorted(found.items()) if value)

    def _unset(self) -> None:
        names = self.given.pop("fie.unset", ())
        for name in names if isinstance(names, tuple) else ():
            if not KINDS.get(pattern_of(str(name)), "").endswith("?"):
                raise self._error("fie.unset", f"{name} can't be null")
            self.given.setdefault(str(name), None)

    def _settle_seed(self) -> None:
        seed = self.given.pop("fie.seed_rng", None)
        stock_seed = self.given.get("random_seed")
        if "random_seed" in self.given and stock_seed is None:
            del self.given["random_seed"]
            self.notes.append("random_seed: null: every run here repeats; the default is used")
        if seed is None:
            return
        same_place = self.where["fie.seed_rng"] == self.where.get("random_seed")
        if same_place and stock_seed not in (None, seed):
            raise self._error("fie.seed_rng", f"{seed} contradicts random_seed: {stock_seed}")
        self.given["random_seed"] = seed

    def _settle_islands(self) -> None:
        axes = self.given.get("database.feature_dimensions")
        if isinstance(axes, tuple) and "diversity" in axes:
            kept = dict.fromkeys("score" if axis == "diversity" else axis for axis in axes)
            self.given["database.feature_dimensions"] = tuple(kept)
            self.notes.append(
                "database.feature_dimensions: diversity is replaced by score: "
                "it blocks a resumed run for minutes"
            )
        population = self.given.get("database.population_size", Islands().population)
        archive = self.given.get("database.archive_size", Islands().archive)
        if isinstance(population, int) and isinstance(archive, int) and 0 < population < archive:
            if "database.archive_size" in self.given:
                self.notes.append(f"database.archive_size: {population}, as the population")
            self.given["database.archive_size"] = population

    def _settle_slots(self) -> None:
        if self.given.get("enforce_evolve_blocks") is False:
            del self.given["enforce_evolve_blocks"]
            self.notes.append("enforce_evolve_blocks: always true here")
        both = self.given.get("evaluator.parallel_evaluations")
        if isinstance(both, int) and both > 1 and "fie.proposals_in_flight" not in self.given:
            self.given["fie.proposals_in_flight"] = both
            if not is_project(str(self.given.get("fie.evaluator", ""))):
                self.notes.append(
                    f"evaluator.parallel_evaluations: {both} proposals at once; "
                    "of evaluations, one at a time on each device"
                )

    def _section(self, kind: type[Section]) -> Section:
        values = {}
        for item in fields(kind):  # type: ignore[arg-type]
            path = item.metadata["path"]
            if path in self.given:
                values[item.name] = self._bounded(path, self.given.pop(path), item.metadata)
        return kind(**values)

    def _bounded(self, path: str, value: Plain, limits: Mapping[str, Any]) -> Plain:
        choices = limits.get("choices")
        if choices and value not in choices:
            raise self._error(path, f"expected one of {', '.join(choices)}, found {value!r}")
        if isinstance(value, int | float) and not isinstance(value, bool):
            low, high = limits["low"], limits.get("high", float("inf"))
            if value < low:
                raise self._error(path, f"must be at least {low}, found {value}")
            if value > high:
                raise self._error(path, f"must be at most {high}, found {value}")
        return value

    def _check_together(self, config: Config) -> None:
        islands = config.islands
        if islands.count > islands.population:
            raise self._error(
                "database.num_islands",
                f"{islands.count} islands can't share a population of {islands.population}: "
                "raise database.population_size",
            )
        if islands.exploration + islands.exploitation > 1 + 1e-9:
            raise self._error(
                "database.exploration_ratio",
                f"{islands.exploration} and database.exploitation_ratio "
                f"{islands.exploitation} exceed 1 together",
            )
        if not islands.feature_dimensions:
            raise self._error("database.feature_dimensions", "the grid needs at least one axis")
        if config.model.provider not in (None, "openai"):
            raise self._error(
                "llm.provider",
                f"{config.model.provider!r} isn't supported: leave it out and set llm.api_base "
                "to an OpenAI-compatible server",
            )

    def _error(self, path: str, problem: str) -> ConfigError:
        where = self.where.get(path) or next(iter(self.where.values()), "defaults")
        return ConfigError(f"{where}: {path}: {problem}")


def _read_file(path: Path) -> Mapping[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        tree = tomllib.loads(text) if path.suffix == ".toml" else yaml.load(text, _Loader)
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except (yaml.YAMLError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {' '.join(_problem(error).split())}") from None
    if tree is None:
        return {}
    if not isinstance(tree, Mapping):
        raise ConfigError(f"{path}: expected keys with values, found a {type(tree).__name__}")
    return tree


def _problem(error: Exception) -> str:
    """Say what is wrong without quoting the file: the line may hold a key."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error)


class _Loader(yaml.SafeLoader):
    """YAML's safe loader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; a repeated key is an error, not the last one's victory."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {name} is given twice", key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)
