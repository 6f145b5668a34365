"""Several models of one configuration: which, how heavy, where served, with which key."""

from pathlib import Path

import pytest

from fie_engine.config.load import load_config
from fie_engine.config.tree import Config
from fie_engine.propose.choose import ProposerChoice, Wish, endpoint
from fie_engine.propose.team import choose_team, configs_of

URL = "http://gpu-box:8000/v1"
TWO = f"""
llm:
  api_base: {URL}
  api_key: of-all
  temperature: 0.5
  models:
    - {{name: big, weight: 0.8}}
    - {{name: small, weight: 0.2, temperature: 0.9, api_base: "http://other:1/v1", api_key: own}}
    - {{name: idle, weight: 0}}
"""


def config_of(folder: Path, text: str) -> Config:
    """Read a configuration file."""
    path = folder / "config.yaml"
    path.write_text(text)
    return load_config(path)


def told(choice: ProposerChoice) -> list[tuple[str, float, str, str]]:
    """Return each model's title, weight, address and key."""
    return [(one.title, one.weight, one.base_url, one.api_key.reveal()) for one in choice.team]


def test_the_models_of_a_list_share_the_asks_each_at_its_own_server(tmp_path: Path) -> None:
    choice = choose_team(config_of(tmp_path, TWO), {}, Wish())
    assert told(choice) == [
        ("big", 0.8, URL, "of-all"),
        ("small", 0.2, "http://other:1/v1", "own"),
    ]
    assert choice.title == "big + small"
    assert choice.why == "the configuration names several: big 0.8, small 0.2"


def test_each_model_is_asked_with_its_own_settings(tmp_path: Path) -> None:
    config = config_of(tmp_path, TWO)
    choice = choose_team(config, {}, Wish())
    asked = [
        endpoint(one, single)
        for one, single in zip(choice.team, configs_of(choice, config), strict=True)
    ]
    assert [(one.model, one.temperature) for one in asked] == [("big", 0.5), ("small", 0.9)]


def test_openevolves_second_model_takes_part(tmp_path: Path) -> None:
    text = f"llm: {{api_base: '{URL}', primary_model: big, secondary_model: small}}"
    config = config_of(tmp_path, text)
    assert config.notes == ()
    assert told(choose_team(config, {}, Wish())) == [("big", 1.0, URL, ""), ("small", 0.2, URL, "")]


@pytest.mark.parametrize(
    ("environ", "wish"), [({}, Wish(model="mine")), ({"FIE_MODEL": "mine"}, Wish())]
)
def test_a_model_that_a_person_names_is_the_only_one(
    tmp_path: Path, environ: dict[str, str], wish: Wish
) -> None:
    choice = choose_team(config_of(tmp_path, TWO), environ, wish)
    assert (choice.model, choice.team, choice.title) == ("mine", (), "mine")


def test_an_address_that_a_person_names_is_everyones(tmp_path: Path) -> None:
    choice = choose_team(config_of(tmp_path, TWO), {}, Wish(base_url="http://here:9/v1"))
    assert [one.base_url for one in choice.team] == ["http://here:9/v1"] * 2


def test_the_same_model_on_two_servers_is_told_apart(tmp_path: Path) -> None:
    text = """
llm:
  models:
    - {name: big, api_base: "http://a:1/v1"}
    - {name: big, api_base: "http://b:1/v1"}
"""
    choice = choose_team(config_of(tmp_path, text), {}, Wish())
    assert [one.title for one in choice.team] == ["big", "big (2)"]
    assert [one.model for one in choice.team] == ["big", "big"]


def test_a_single_model_is_no_team(tmp_path: Path) -> None:
    text = f"llm: {{api_base: '{URL}', models: [{{name: big}}]}}"
    assert choose_team(config_of(tmp_path, text), {}, Wish()).team == ()


def test_no_key_of_a_team_is_shown(tmp_path: Path) -> None:
    choice = choose_team(config_of(tmp_path, TWO), {}, Wish())
    assert "of-all" not in repr(choice) and "own" not in repr(choice)
    assert {secret.reveal() for secret in choice.secrets} >= {"of-all", "own"}
