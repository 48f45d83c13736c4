"""The request that hands over an MT."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.channels.http.request import Outgoing, RequestWriter
from sms_gateway.channels.http.settings import Outbound
from sms_gateway.channels.http.token import NO_TOKEN
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode, TelcoId
from sms_gateway.domain.message import Language, MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.settings import decode

URL = "https://sms.example/send"
MESSAGE = MobileTerminated(
    id=MessageId("01939a3e-0000-7000-8000-000000000001"),
    door=DoorName("out"),
    recipient=Address("+84900000001"),
    short_code=ShortCode("8083"),
    text="Ho so 12345; dang xu ly & cho",
    alphabet="gsm7",
    segments=2,
    billing=Billing.REFUND,
    valid_until=datetime(2026, 11, 23, 4, 15, tzinfo=UTC) + timedelta(hours=1),
    attempt=1,
    template="S4",
    params={"code": "12345"},
    language=Language.VI,
    reply_to=TelcoId("req-1"),
    operator="VMS",
    door_data={"word": "MCKH"},
)
NOW = datetime(2026, 11, 23, 3, 15, 1, 999, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EVERYTHING = (
    "{to}|{from}|{text}|{text_base64}|{id}|{billing}|{alphabet}|{segments}|{language}|"
    "{template}|{reply_to}|{operator}|{param.code}|{param.none}|{echo.word}|{secret.key}"
)


def write(message: MobileTerminated = MESSAGE, **more: Any) -> Outgoing:  # noqa: ANN401 - any keys of Outbound
    raw = {"url": URL, "secrets": {"key": "hush"}, **more}
    outbound = decode(raw, Outbound, "doors.out.outbound")
    outgoing = RequestWriter(outbound, ("word",), ZONE, "doors.out.outbound").write(
        message, NO_TOKEN, NOW
    )
    assert isinstance(outgoing, Outgoing)
    return outgoing


def test_every_placeholder_has_its_value() -> None:
    outgoing = write(format="text", body=EVERYTHING)
    assert outgoing.body is not None
    assert outgoing.body.decode().split("|") == [
        "84900000001",
        "8083",
        MESSAGE.text,
        base64.b64encode(MESSAGE.text.encode()).decode(),
        MESSAGE.id,
        "refund",
        "gsm7",
        "2",
        "vi",
        "S4",
        "req-1",
        "VMS",
        "12345",
        "",
        "MCKH",
        "hush",
    ]


@pytest.mark.parametrize(
    "form,written",
    [("digits", "84900000001"), ("national", "0900000001"), ("plus", "+84900000001")],
)
def test_the_number_is_written_as_the_telco_wants(form: str, written: str) -> None:
    assert write(format="text", body="{to}", number_format=form).body == written.encode()


def test_the_telcos_words_may_be_numbers_in_json() -> None:
    outgoing = write(
        body='{"IsUnicode": "{alphabet}", "n": "{segments}", "b": "x{billing}"}',
        alphabet={"gsm7": 0, "ucs2": 1},
        billing={"refund": 2},
    )
    assert outgoing.body is not None
    assert json.loads(outgoing.body) == {"IsUnicode": 0, "n": 2, "b": "x2"}


def test_a_value_of_the_office_may_be_a_number_or_a_yes_in_json_and_is_text_elsewhere() -> None:
    values = {"kind": 3, "name": "3", "test": True, "live": False}
    sources = {name: f"{{value.{name}}}" for name in values}
    in_json = write(body=json.dumps({**sources, "all": "{value.kind}{value.test}"}), values=values)
    assert in_json.body is not None
    assert json.loads(in_json.body) == {**values, "all": "3true"}
    in_form = write(format="form", form=sources, values=values)
    assert in_form.body == b"kind=3&name=3&test=true&live=false"


def test_a_get_carries_all_in_its_query_beside_what_the_address_has() -> None:
    outgoing = write(
        method="GET", url=URL + "?v=1", format="none", query={"to": "{to}", "text": "{text}"}
    )
    assert outgoing.body is None
    assert outgoing.url.raw_path == "/send"
    assert dict(parse_qsl(outgoing.url.raw_query_string)) == {
        "v": "1",
        "to": "84900000001",
        "text": MESSAGE.text,
    }


@settings(deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_survives_in_query_form_and_json(text: str) -> None:
    outgoing = write(
        replace(MESSAGE, text=text), format="form", form={"t": "{text}"}, query={"t": "<{text}>"}
    )
    assert outgoing.body is not None
    assert parse_qsl(outgoing.body.decode(), keep_blank_values=True) == [("t", text)]
    assert parse_qsl(outgoing.url.raw_query_string) == [("t", f"<{text}>")]
    outgoing = write(replace(MESSAGE, text=text), body='{"t": "{text}"}')
    assert msgspec.json.decode(outgoing.body or b"") == {"t": text}


def test_authorization_is_basic_or_bearer() -> None:
    outgoing = write(format="none", basic={"user": "u", "password": "hush"})
    assert outgoing.headers["Authorization"] == "Basic dTpodXNo"
    assert write(format="none", bearer="hush").headers["Authorization"] == "Bearer hush"


def test_a_header_never_holds_a_line_end_of_a_value() -> None:
    message = replace(MESSAGE, operator="a\r\nX-Evil: 1")
    outgoing = write(
        message, format="none", headers={"X-Net": "{operator}", "token": "{secret.key}"}
    )
    assert outgoing.headers["X-Net"] == "a  X-Evil: 1"
    assert outgoing.headers["token"] == "hush"


def test_refused_characters_are_never_sent() -> None:
    assert write(format="text", body="{text};", refused_characters=";&").body == (
        b"Ho so 12345  dang xu ly   cho;"
    )


@pytest.mark.parametrize(
    "time_format,written",
    [
        ("iso", "2026-11-23T10:15:01+07:00"),
        ("unix", "1795403701"),
        ("unix_ms", "1795403701000"),
        ("%Y%m%d%H%M%S", "20261123101501"),
    ],
)
def test_the_time_of_the_attempt_is_written_as_the_telco_wants(
    time_format: str, written: str
) -> None:
    assert write(format="text", body="{time}", time_format=time_format).body == written.encode()


def test_a_time_may_be_wanted_in_another_zone() -> None:
    outgoing = write(format="text", body="{time}", time_format="%d/%m/%Y %H:%M", time_zone="UTC")
    assert outgoing.body == b"23/11/2026 03:15"


def test_of_a_class_of_allowed_characters_all_others_become_spaces() -> None:
    message = replace(MESSAGE, text="Ho so 'A-1'; {x}\n đã ", params={"code": "A;1"})
    allowed = "A-Za-z0-9 .,:/-"
    outgoing = write(
        message, format="text", body="{text}|{param.code};", allowed_characters=allowed
    )
    assert outgoing.body == b"Ho so  A-1    x      |A 1;"


def test_no_repr_holds_a_number_a_text_or_a_secret() -> None:
    shown = repr(write(format="text", body=EVERYTHING, query={"to": "{to}"}))
    assert "hush" not in shown
    assert "84900000001" not in shown
    assert "12345" not in shown
