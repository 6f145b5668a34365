"""The templates of prompts: ours, a project's, and the user's own over them."""

from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from fie_engine.config.foreign import stock_config
from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config, settings
from fie_engine.exchange.project_terms import asks_for_project

if TYPE_CHECKING:
    from openevolve.prompt.sampler import PromptSampler

TEMPLATES = Path(__file__).parent / "templates"

PARTS = ("guidance", "workloads", "build", "profile", "checklist", "attempts", "failures")
"Of a question, what we know of the program, each part with its heading."
STOCK = ("metrics", "artifacts", "improvement_areas", "fitness_score", "feature_coords")
QUESTION = frozenset(
    (*PARTS, *STOCK, "standing", "evolution_history", "feature_dimensions", "candidate")
    + ("language", "current_program", "entry_point")
)
MENDING = frozenset(("what", "error", "reply", "name", "language", "program", "entry_point"))
PROGRAM = frozenset(("program_number", "score", "language", "program_snippet"))
FACTS = frozenset(
    "title signature device timing score_name atol rtol matched axes tensors constraints "
    "reference".split()
)
KNOWN = {
    "diff_user": QUESTION,
    "full_rewrite_user": QUESTION,
    "mend_user": MENDING,
    "mend_rewrite_user": MENDING,
    "track_facts": FACTS,
    "evolution_history": frozenset(("previous_attempts", "top_programs", "inspirations_section")),
    "inspirations_section": frozenset(("inspiration_programs",)),
    "top_program": PROGRAM | {"key_features"},
    "inspiration_program": PROGRAM | {"program_type", "unique_features"},
}
"What each template may name."
NEEDED = {
    "diff_user": ("current_program",),
    "full_rewrite_user": ("current_program",),
    "mend_user": ("program", "error"),
    "mend_rewrite_user": ("program", "error"),
    "track_facts": ("constraints",),
    "inspirations_section": ("inspiration_programs",),
    "top_program": ("program_snippet",),
    "inspiration_program": ("program_snippet",),
}
"What each must name: without it the model would work blindly."


def sampler_of(config: Config) -> "PromptSampler":
    """Return OpenEvolve's sampler with our templates, then the user's over them."""
    from openevolve.prompt.sampler import PromptSampler

    stock = stock_config(settings(config)).prompt
    stock.template_dir = str(TEMPLATES)
    stock.programs_as_changes_description = False
    sampler = PromptSampler(stock)
    folders = [TEMPLATES / "project"] if asks_for_project(config) else []
    for path in [*(path for folder in folders for path in folder.glob("*.txt")), *own(config)]:
        sampler.template_manager.add_template(path.stem, path.read_text(encoding="utf-8"))
    return sampler


def template(name: str, config: Config) -> str:
    """Return the user's own template, or ours where there is none."""
    folder = Path(config.prompting.template_dir or TEMPLATES)
    path = next(path for path in (folder / name, TEMPLATES / name) if path.is_file())
    return path.read_text(encoding="utf-8").rstrip("\n")


def own(config: Config) -> list[Path]:
    """Return the user's templates; raises ConfigError for a folder without any."""
    if not config.prompting.template_dir:
        return []
    folder = Path(config.prompting.template_dir)
    found = sorted(folder.glob("*.txt"))
    if not found:
        raise ConfigError(f"prompt.template_dir: {folder} holds no templates (*.txt)")
    return found


def check_templates(config: Config) -> tuple[str, ...]:
    """Return what the user's templates won't show; ConfigError for one that can't be filled."""
    texts = {path: _text(path) for path in own(config)}
    return tuple(note for path, text in texts.items() for note in _check(path, text))


def _check(path: Path, text: str) -> tuple[str, ...]:
    name = path.stem
    if name not in KNOWN:
        return ()
    named = _placeholders(path, text)
    unknown = sorted(named - KNOWN[name])
    if unknown:
        known = ", ".join(sorted(KNOWN[name]))
        raise ConfigError(
            f"prompt.template_dir: {path} names {{{unknown[0]}}}, which no prompt has: use {known}"
        )
    missing = [needed for needed in NEEDED.get(name, ()) if needed not in named]
    if missing:
        raise ConfigError(f"prompt.template_dir: {path} lacks {{{missing[0]}}}: add it")
    unseen = [f"{{{part}}}" for part in PARTS if part in KNOWN[name] - named]
    shown = f"prompt.template_dir: {path.name} shows a model no {', '.join(unseen)}"
    return (shown,) if unseen else ()


def _placeholders(path: Path, text: str) -> set[str]:
    try:
        fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
    except ValueError as error:
        raise ConfigError(
            f"prompt.template_dir: {path}: {error}; a brace that is meant as such is doubled"
        ) from None
    return {field.split(".")[0].split("[")[0] for field in fields}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"prompt.template_dir: {path} can't be read: {error}") from None
