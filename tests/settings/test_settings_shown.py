"""Which settings are shown to people, with their sources, and that no secret ever is."""

from pathlib import Path

import pytest

from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.settings import SettingsError, decode, explain
from tests.settings.conftest import settings


def test_explain_lists_every_value_with_its_source(home: Path) -> None:
    found = settings(home, {"SMS_GATEWAY_WEB__HOST": "0.0.0.0"})  # noqa: S104 - only shown
    lines = {line.key: (line.shown, line.source) for line in explain(found, {"local": HttpDoor})}

    assert lines["web.host"] == ('"0.0.0.0"', "environment SMS_GATEWAY_WEB__HOST")
    assert lines["web.port"] == ("1001", "config/gateway.toml")
    assert lines["disclosure.second_secret"] == ("false", "default")
    assert lines["billing"] == ("{}", "default")
    assert lines["doors.local.answer_within_s"] == ("1", "config/gateway.toml")


def test_explain_lists_a_doors_defaults_where_its_channel_read_it(home: Path) -> None:
    found = settings(home)
    door = decode(found.doors["local"], HttpDoor, "doors.local")
    lines = {line.key: (line.shown, line.source) for line in explain(found, {"local": door})}

    assert lines["doors.local.answer_within_s"] == ("1.0", "config/gateway.toml")
    assert lines["doors.local.answer.format"] == ('"json"', "default")


@pytest.mark.parametrize("decoded", [False, True])
def test_no_secret_is_ever_shown(home: Path, *, decoded: bool) -> None:
    (home / "s").write_text("line-one\nline-two")
    prefix = "SMS_GATEWAY_DOORS__VT_8083__"
    found = settings(
        home,
        {
            f"{prefix}ACCESS__PATH_SECRETS_FILE": str(home / "s"),
            f"{prefix}ACCESS__BASIC__TELCO__USER": "telco",
            f"{prefix}ACCESS__BASIC__TELCO__PASSWORDS": "pass-a,pass-b",
            f"{prefix}OUTBOUND__SECRETS__ONE": "secret-one",
        },
    )
    door = decode(found.doors["vt-8083"], HttpDoor, "doors.vt-8083")
    lines = explain(found, {"vt-8083": door if decoded else HttpDoor})
    everything = repr(found) + repr(found.doors) + repr(lines) + repr(door.access)

    hidden = ["hush-hush", "hunter2", "hunter3", "aGVsbG8", "line-one", "line-two", "pass-a"]
    hidden += ["pass-b", "secret-one"]
    assert [secret for secret in hidden if secret in everything] == []
    shown = {line.key: line.shown for line in lines}
    assert shown["doors.vt-8083.outbound.bearer"] == "***"
    assert shown["doors.vt-8083.access.path_secrets"] == "***"


BASIC = """
[doors.speed]
kind = "http"
[doors.speed.outbound]
url = "https://sms.example/token-of-ours/sms"
format = "text"
body = "{text}"
[doors.speed.outbound.basic]
user = "token-of-ours"
password = "x"
[doors.speed.outbound.token]
url = "https://sms.example/token"
form = {a = "b"}
basic = {user = "other-of-ours", password = "ext"}
"""


def test_our_user_at_a_telco_is_hidden_for_it_may_be_a_token_and_a_short_password_hides_nothing(
    home: Path,
) -> None:
    (home / "config" / "gateway.toml").write_text(BASIC)
    found = settings(home)
    door = decode(found.doors["speed"], HttpDoor, "doors.speed")
    for read in (door, HttpDoor):
        lines = {line.key: line.shown for line in explain(found, {"speed": read})}
        shown = {key.removeprefix("doors.speed.outbound."): line for key, line in lines.items()}
        for table in ("basic", "token.basic"):
            assert (shown[f"{table}.user"], shown[f"{table}.password"]) == ("***", "***")
    lines = {line.key: line.shown for line in explain(found, {"speed": door})}
    assert not any("of-ours" in line for line in lines.values())
    assert lines["doors.speed.outbound.format"] == '"text"'
    assert lines["doors.speed.outbound.body"] == '"{text}"'
    assert lines["doors.speed.outbound.url"] == '"https://sms.example/***/sms"'


WRONG = """
[doors.wrong]
kind = "http"
stile = "a-slip"
"quoted.key" = "in-quotes"
answer_within_s = "two"
[doors.wrong.inbound]
path = "/mo/wrong"
methods = ["POST"]
fields = "hunter1hunter1"
[doors.wrong.access]
pasword = "hunter2hunter2"
cidrs = []
[doors.wrong.access.fields.word]
field = "json:word"
secrets = "hunter4hunter4"
secret = ["hunter5hunter5"]
[doors.wrong.access.basic]
telco = "user:hunter6hunter6"
[doors.wrong.outbound]
url = "https://user:hunter7hunter7@telco.example/"
basic = "user:hunter3hunter3"
headers = {X-Word = "hunter8hunter8"}
slots = {hunter = "hunter9hunter9"}
[[doors.wrong.many]]
a = "hunter0hunter0"
"""
KNOWN_AS_OPEN = {
    "kind": '"http"',
    "answer_within_s": '"two"',
    "inbound.path": '"/mo/wrong"',
    "inbound.methods": '["POST"]',
    "access.cidrs": "[]",
    "access.fields.word.field": '"json:word"',
    "outbound.url": '"https://***@telco.example/"',
}


def test_of_a_door_that_is_wrong_only_what_is_known_to_be_no_secret_is_shown(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(WRONG)
    found = settings(home, {"SMS_GATEWAY_DOORS__WRONG__REPORTS": '{"access": "hunter-hunter"}'})

    lines = {line.key: line.shown for line in explain(found, {"wrong": HttpDoor})}
    doors = {
        key.removeprefix("doors.wrong."): shown
        for key, shown in lines.items()
        if key.startswith("doors.")
    }

    assert {key: shown for key, shown in doors.items() if shown != "***"} == KNOWN_AS_OPEN
    assert {"stile", "access.pasword", "outbound.basic", "reports", "many.0.a"} < set(doors)


def test_of_a_door_of_an_unknown_kind_only_the_kind_is_shown(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(
        '[doors.x]\nkind = "telex"\npath = "hunter2hunter2"\nempty = ""\n'
    )

    lines = {line.key: line.shown for line in explain(settings(home)) if "doors" in line.key}

    assert lines == {"doors.x.kind": '"telex"', "doors.x.path": "***", "doors.x.empty": '""'}


def test_an_error_about_a_door_never_quotes_a_secret(home: Path) -> None:
    found = settings(home, {"SMS_GATEWAY_DOORS__VT_8083__OUTBOUND__BEARR": "very-hush"})

    with pytest.raises(SettingsError) as caught:
        decode(found.doors["vt-8083"], HttpDoor, "doors.vt-8083")

    assert str(caught.value) == (
        "doors.vt-8083.outbound.bearr (environment SMS_GATEWAY_DOORS__VT_8083__OUTBOUND__BEARR): "
        "no such setting; did you mean bearer?"
    )


def test_a_setting_is_shown_by_the_name_that_it_is_written_with(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(
        '[doors.bulk]\nkind = "http"\n[doors.bulk.outbound]\nurl = "https://sms.example/"\n'
        'format = "none"\n[[doors.bulk.outbound.result.rules]]\nfield = "status"\nis = 401\n'
        'means = "door"\n',
        encoding="utf-8",
    )
    found = settings(home)
    door = decode(found.doors["bulk"], HttpDoor, "doors.bulk")
    lines = {line.key: line.shown for line in explain(found, {"bulk": door})}
    assert lines["doors.bulk.outbound.result.rules.0.is"] == "401"
    assert "doors.bulk.outbound.result.rules.0.is_" not in lines
