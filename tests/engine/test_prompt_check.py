"""What is looked at before a run whose prompts would not work."""

from pathlib import Path

import pytest

from fie_engine.config.load import ConfigError, load_config
from fie_engine.prompt.check import check_prompts
from fie_evaluator.tracks import resolve_track

TRACK = resolve_track("moe-mini", None, {})
SMALL = "def kernel(output):\n    output.zero_()\n"


def test_a_kernel_that_fits_is_let_through() -> None:
    assert check_prompts((load_config(),), TRACK, SMALL) == ()


def test_a_kernel_that_no_prompt_has_room_for_is_an_error_that_names_the_room() -> None:
    given = {
        "llm.primary_model": "coder",
        "fie.context_tokens": 16_384,
        "llm.max_tokens": 4096,
    }
    with pytest.raises(ConfigError) as refused:
        check_prompts((load_config(), load_config(None, given)), TRACK, SMALL + "#" * 42_000)
    words = str(refused.value)
    assert words.startswith("coder: a prompt for this kernel alone needs about 12998 ")
    assert "a context of 16384 leaves 12288 beside replies of 4096" in words
    assert "OLLAMA_CONTEXT_LENGTH=20480" in words


def test_what_an_own_template_does_not_show_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "diff_user.txt").write_text(
        "{current_program}{guidance}{workloads}{build}{profile}"
    )
    config = load_config(None, {"prompt.template_dir": str(tmp_path)})
    assert check_prompts((config, config), TRACK, SMALL) == (
        "prompt.template_dir: diff_user.txt shows a model no {checklist}, {attempts}, {failures}",
    )
