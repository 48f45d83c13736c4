"""Texts in Base64 as encoders of telcos write them: with broken lines, and blanks around them."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.ports import Refused, WebhookRequest
from tests.channels.http.calls import ANYWHERE, NOW, Opener, one_mo, post, webhook

LONG = "MCKH 170703-0001 xin hỏi hồ sơ của tôi đã xong chưa ạ, cảm ơn nhiều nhiều"
ENCODINGS = pytest.mark.parametrize("encoding", ["base64", "auto"])


def fields(place: str) -> dict[str, str]:
    return {"sender": f"{place}:from", "short_code": "const:8083", "text": f"{place}:text"}


def in_json(door_of: Opener, packed: str, encoding: str) -> str:
    inbound = {"fields": fields("json"), "text_encoding": encoding}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    body = {"from": "84900000001", "text": packed}
    return one_mo(door.read(post("/mo/telco", body), NOW)).text


def in_query(door_of: Opener, packed: str, encoding: str) -> str:
    inbound = {"fields": fields("query"), "text_encoding": encoding}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    query = f"from=84900000001&text={packed}"
    call = WebhookRequest("POST", "/mo/telco", query, {}, b"", "203.0.113.7")
    return one_mo(door.read(call, NOW)).text


def broken(packed: str, end: str) -> str:
    return end.join(packed[at : at + 76] for at in range(0, len(packed), 76))


@ENCODINGS
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\n\t", "\r\n    "])
def test_lines_of_76_characters_are_one_text(door_of: Opener, encoding: str, end: str) -> None:
    packed = broken(base64.b64encode(LONG.encode()).decode(), end)
    assert end in packed
    assert in_json(door_of, packed, encoding) == LONG
    assert in_query(door_of, quote(packed.replace(" ", "")), encoding) == LONG


@ENCODINGS
@pytest.mark.parametrize(
    "before,after", [("", "\n"), ("", "\r\n"), ("", " "), (" ", ""), ("\n  ", "\n "), ("\t", "\t")]
)
def test_blanks_around_base64_are_none_of_it(
    door_of: Opener, encoding: str, before: str, after: str
) -> None:
    for text in ("MCKH_12345", "MCKH_170703-0001?", "Mã 12345"):
        packed = before + base64.b64encode(text.encode()).decode() + after
        assert in_json(door_of, packed, encoding) == text
        assert in_query(door_of, quote(packed), encoding) == text


@settings(deadline=None)
@given(text=st.text(max_size=120), end=st.sampled_from(["\r\n", "\n"]))
def test_any_text_is_read_back_from_broken_lines(door_of: Opener, text: str, end: str) -> None:
    packed = base64.encodebytes(text.encode()).decode().replace("\n", end)
    assert in_json(door_of, packed, "base64") == text
    # Its plus signs as they are, so that they read as spaces.
    assert in_query(door_of, quote(packed, safe="+/="), "base64") == text


def test_only_in_a_query_or_form_a_space_is_a_plus_sign(door_of: Opener) -> None:
    packed = base64.b64encode(b"MCKH_~~>>12345").decode()
    assert "+" in packed
    assert in_query(door_of, packed, "base64") == "MCKH_~~>>12345"
    inbound = {"fields": fields("json"), "text_encoding": "base64"}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    body = {"from": "84900000001", "text": packed.replace("+", " ")}
    outcome = door.read(post("/mo/telco", body), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "field text is not Base64"


@pytest.mark.parametrize("text", ["TUNL\nTUNL", "MCKH\n", "mckh 12\n345", "12345678\r\n"])
def test_a_plain_text_of_several_lines_stays_as_it_is(door_of: Opener, text: str) -> None:
    assert in_json(door_of, text, "auto") == text
