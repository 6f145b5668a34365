"""Whether prompts can be made at all, before anything is spent."""

from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config
from fie_engine.prompt.brief import brief_of
from fie_engine.prompt.room import estimate_tokens, no_room, room_of
from fie_engine.prompt.template_files import check_templates, template
from fie_evaluator.track import Track


def check_prompts(singles: tuple[Config, ...], track: Track, kernel: str) -> tuple[str, ...]:
    """Return what prompts won't show; ConfigError where one can't be filled, or has no room.

    `singles` are the configurations of the models that are asked, one each.
    """
    notes: dict[str, None] = {}
    for config in singles:
        notes |= dict.fromkeys(check_templates(config))
        room, needed = room_of(config), least_tokens(config, track, kernel)
        if needed > room.tokens:
            model = f"{config.model.name}: " if config.model.name else ""
            raise ConfigError(f"{model}{no_room('this kernel alone', needed, room)}")
    return tuple(notes)


def least_tokens(config: Config, track: Track, kernel: str) -> int:
    """Return about how many tokens the smallest prompt for a kernel has."""
    brief = brief_of(track, "")
    question = "diff_user.txt" if config.search.diffs else "full_rewrite_user.txt"
    names = ("system_message.txt", "track_facts.txt", question)
    texts = [template(name, config) for name in names]
    return estimate_tokens("".join((kernel, *texts, *brief.constraints, *brief.tensors)))
