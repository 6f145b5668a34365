"""The prompt of a mending round: a failed reply, the exact error, and the program it is about."""

from dataclasses import replace
from pathlib import Path

from fie_engine.brief import Brief
from fie_engine.config_keys import ConfigError
from fie_engine.config_tree import Config
from fie_engine.prompt import CHARACTERS_PER_TOKEN, TEMPLATES, Prompt, estimate_tokens
from fie_engine.propose.base import Ask, Mend
from fie_engine.propose.replies import spoken

CUT = "…\n"
"Stands where the beginning of a long reply was left out."


def mending_prompt(prompt: Prompt, ask: Ask, mend: Mend, brief: Brief, config: Config) -> Prompt:
    """Return an ask's ordinary prompt with its question replaced; raises ConfigError."""
    name = "mend_user" if config.search.diffs else "mend_rewrite_user"
    template = _template(name, config)
    made_none = mend.name.startswith("#")
    fields = {
        "what": _what(ask, mend, made_none=made_none),
        "error": mend.error.strip(),
        "name": ask.parent.candidate.id if made_none else mend.name,
        "language": "python",
        "program": mend.source.rstrip("\n"),
        "entry_point": brief.entry_point or "whatever is called from outside the block",
    }
    try:
        bare = template.format(reply="", **fields)
        room = config.prompting.budget_tokens - estimate_tokens(prompt.system + bare)
        user = template.format(reply=_fitting(spoken(mend.reply), room), **fields)
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(f"prompt.template_dir: {name}.txt can't be filled: {error}") from None
    return replace(prompt, user=user, tokens=estimate_tokens(prompt.system + user))


def _what(ask: Ask, mend: Mend, *, made_none: bool) -> str:
    parent = ask.parent.candidate.id
    if made_none:
        return f"Your answer could not be applied to {parent}, the program below."
    return f"Your answer made {mend.name}, the program below, out of {parent}; it was not accepted."


def _fitting(reply: str, room_tokens: int) -> str:
    """Return a reply, or as much of its end as there is room for: the change comes last."""
    most = int(max(0, room_tokens) * CHARACTERS_PER_TOKEN)
    return reply if len(reply) <= most else CUT + reply[len(reply) - most :]


def _template(name: str, config: Config) -> str:
    """Return the user's own template, or ours where there is none."""
    own = Path(config.prompting.template_dir or TEMPLATES) / f"{name}.txt"
    path = own if own.is_file() else TEMPLATES / f"{name}.txt"
    return path.read_text(encoding="utf-8").rstrip("\n")
