"""A user's templates, looked at before anything is spent."""

from pathlib import Path

import pytest

from fie_engine.config.load import ConfigError, load_config
from fie_engine.prompt.template_files import TEMPLATES, check_templates


def checked(folder: Path, **texts: str) -> tuple[str, ...]:
    """What is said of a folder with these templates."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return check_templates(load_config(None, {"prompt.template_dir": str(folder)}))


def test_our_own_templates_show_everything() -> None:
    assert check_templates(load_config(None, {"prompt.template_dir": str(TEMPLATES)})) == ()
    own = {"prompt.template_dir": str(TEMPLATES / "project")}
    assert check_templates(load_config(None, own)) == ()
    assert check_templates(load_config()) == ()


def test_what_an_own_template_does_not_show_is_told(tmp_path: Path) -> None:
    assert checked(tmp_path, diff_user="{current_program} {workloads} {profile} {checklist}") == (
        "prompt.template_dir: diff_user.txt shows a model no "
        "{guidance}, {build}, {attempts}, {failures}",
    )


def test_a_file_that_is_no_template_of_a_prompt_is_left_alone(tmp_path: Path) -> None:
    assert checked(tmp_path, evaluation="{anything}", my_system="Be {brief}.") == ()


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("diff_user", "{workloads}", "diff_user.txt lacks {current_program}: add it"),
        ("top_program", "{score}", "top_program.txt lacks {program_snippet}: add it"),
        ("mend_user", "{program} {reply}", "mend_user.txt lacks {error}: add it"),
        ("diff_user", "{curent_program}", "diff_user.txt names {curent_program}, which no prompt"),
        ("diff_user", "{current_program} {", "a brace that is meant as such is doubled"),
    ],
)
def test_a_template_that_cannot_be_filled_is_an_error_before_the_run(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        checked(tmp_path, **{name: text})
    assert problem in str(refused.value)
    assert str(tmp_path / f"{name}.txt") in str(refused.value)


def test_a_folder_without_templates_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no templates"):
        checked(tmp_path)
