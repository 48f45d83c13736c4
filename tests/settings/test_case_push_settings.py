"""Whether the one-stop software may send dossiers is a setting."""

from pathlib import Path

import pytest

from sms_gateway.settings import SettingsError, explain
from sms_gateway.settings.case_push import CasePush
from tests.settings.conftest import settings

TOKEN, SECRET = "tiger-lily-in-the-garden", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text("")
    return tmp_path


def written(home: Path, text: str) -> CasePush:
    (home / "config" / "gateway.toml").write_text(f"[cases.push]\n{text}\n")
    return settings(home).cases.push


def test_without_a_word_nobody_may(home: Path) -> None:
    assert not settings(home).cases.push.on


def test_tokens_come_from_a_file_one_on_each_line(home: Path) -> None:
    (home / "tokens").write_text(f"{TOKEN}\nnext-years-token-of-ours\n")
    push = settings(home, {"SMS_GATEWAY_CASES__PUSH__TOKENS_FILE": str(home / "tokens")}).cases.push
    assert push.on
    assert [token.value for token in push.tokens] == [TOKEN, "next-years-token-of-ours"]


def test_a_secret_that_signs_is_enough(home: Path) -> None:
    assert written(home, f'secrets = ["{SECRET}"]').on


@pytest.mark.parametrize(
    "text, said",
    [
        ('tokens = ["too-short"]', "cases.push.tokens (config/gateway.toml): each wants 16"),
        ('cidrs = ["10.0.0.0/8"]', "cases.push.cidrs (config/gateway.toml): an address proves"),
        (
            f'tokens = ["{TOKEN}"]\ncidrs = ["here"]',
            "cases.push.cidrs.0 (config/gateway.toml): no network",
        ),
        (f'token = ["{TOKEN}"]', "cases.push.token (config/gateway.toml): no such setting"),
    ],
)
def test_what_cannot_hold_is_named_without_the_secret(home: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        written(home, text)
    assert str(caught.value).startswith(said)
    assert TOKEN not in str(caught.value)
    assert "too-short" not in str(caught.value)


def test_whoever_lists_the_settings_sees_no_secret(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(
        f'[cases.push]\ntokens = ["{TOKEN}"]\nsecrets = ["{SECRET}"]\ncidrs = ["10.0.0.0/8"]\n'
    )
    shown = {one.key: one.shown for one in explain(settings(home))}
    assert (shown["cases.push.tokens"], shown["cases.push.secrets"]) == ("***", "***")
    assert shown["cases.push.cidrs"] == '["10.0.0.0/8"]'
    assert not [one for one in shown.values() if TOKEN in one or SECRET in one]


@pytest.mark.parametrize(
    "name, said",
    [
        ("CASES__PUSH__TOKEN", "did you mean SMS_GATEWAY_CASES__PUSH__TOKENS?"),
        ("CASES__PUSHED__TOKENS", "did you mean SMS_GATEWAY_CASES__PUSH__TOKENS?"),
        ("CASES__URL__TOKENS", "no such setting"),
    ],
)
def test_a_variable_of_no_table_is_told_with_the_nearest_one(
    home: Path, name: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(home, {f"SMS_GATEWAY_{name}": TOKEN})
    assert said in str(caught.value)
    assert TOKEN not in str(caught.value)
