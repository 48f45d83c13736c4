"""`[cases.http]`: from files, the environment and secrets' files, and shown without secrets."""

from pathlib import Path

import pytest

from sms_gateway.settings import SettingsError, explain
from tests.settings.conftest import settings

SECRET = "a-secret-of-this-test"
TABLE = """
[cases.http]
url = "https://motcua.example.vn"
[cases.http.values]
group = "7"
[cases.http.find]
path = "/dossiers/{code}"
"""


def variables(**values: str) -> dict[str, str]:
    return {f"SMS_GATEWAY_CASES__HTTP__{name}": value for name, value in values.items()}


def test_each_depth_may_come_from_the_environment(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(TABLE)
    found = variables(
        SLOTS="9", CA_FILE="/etc/ca.pem", FIND__METHOD="POST", VALUES__GROUP="8",
        LOGIN__PATH="/login", LOGIN__BODY="{}", ANSWER__OK="0,1",
    )  # fmt: skip
    http = settings(home, found).cases.http

    assert (http.slots, http.ca_file) == (9, "/etc/ca.pem")
    assert (http.find.method, http.find.path) == ("POST", "/dossiers/{code}")
    assert (dict(http.values), http.answer.ok) == ({"group": "8"}, ("0", "1"))
    assert http.login is not None
    assert http.login.path == "/login"


def test_secrets_come_from_files_and_are_not_shown(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(TABLE)
    (home / "secret").write_text(f"{SECRET}\n")
    file = str(home / "secret")
    names = ("BEARER", "SECRETS__PASSWORD", "BASIC__USER", "BASIC__PASSWORD")
    found = settings(home, variables(**{f"{name}_FILE": file for name in names}))
    http = found.cases.http

    assert http.bearer is not None
    assert http.basic is not None
    told = (http.bearer, http.secrets["password"], http.basic.user, http.basic.password)
    assert {secret.value for secret in told} == {SECRET}
    assert SECRET not in repr(found)
    shown = {one.key: str(one) for one in explain(found) if one.key.startswith("cases.http")}
    assert "cases.http.bearer" in shown
    assert not [text for text in shown.values() if SECRET in text]


@pytest.mark.parametrize(
    "name, told",
    [
        ("SLOT", "did you mean SMS_GATEWAY_CASES__HTTP__SLOTS"),
        ("FIND__PAHT", "cases.http.find.paht"),
        ("FIND__PATH_FILE", "only a secret can be read from a file"),
    ],
)
def test_a_slip_in_a_variable_is_told(home: Path, name: str, told: str) -> None:
    (home / "config" / "gateway.toml").write_text(TABLE)
    (home / "secret").write_text("x")
    with pytest.raises(SettingsError) as error:
        settings(home, variables(**{name: str(home / "secret")}))
    assert told in str(error.value)
