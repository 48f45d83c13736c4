"""Texts of a query or form that are not in the character set that they should be in."""

import hashlib
from base64 import b64encode
from urllib.parse import quote_from_bytes, quote_plus

import pytest

from sms_gateway.ports import Refused, WebhookRequest
from tests.channels.http.calls import ANYWHERE, NOW, Opener, one_mo, webhook
from tests.channels.http.signed import ESMS, QUERY_FIELDS, denied, door

PLACES = pytest.mark.parametrize("place", ["query", "form"])


def fields(place: str) -> dict[str, str]:
    return {
        "sender": f"{place}:from",
        "short_code": "const:8083",
        "text": f"{place}:text",
        "operator": f"{place}:net",
    }


def call(place: str, text: bytes, more: str = "") -> WebhookRequest:
    pairs = f"from=84900000001&text={quote_from_bytes(text)}{more}"
    query, body = (pairs, b"") if place == "query" else ("", pairs.encode())
    return WebhookRequest("POST", "/mo/telco", query, {}, body, "203.0.113.7")


@PLACES
@pytest.mark.parametrize(
    "charset,raw,text",
    [
        ("utf-8", b"MCKH_12345 M\xe3", "MCKH_12345 M\ufffd"),
        ("utf-8", b"MCKH_12345\xff", "MCKH_12345\ufffd"),
        ("utf-8", "MCKH_12345 mã".encode(), "MCKH_12345 mã"),
        ("windows-1252", b"MCKH_12345 \xe3 \x81", "MCKH_12345 ã \ufffd"),
        ("windows-1258", "MCKH đ".encode("cp1258") + b"\xfe\xd2", "MCKH đ₫\u0309"),
    ],
)
def test_a_text_of_odd_octets_is_read_and_kept_as_it_came(
    door_of: Opener, place: str, charset: str, raw: bytes, text: str
) -> None:
    for encoding in ("plain", "auto") if charset == "utf-8" else ("plain",):
        inbound = {"fields": fields(place), "charset": charset, "text_encoding": encoding}
        one = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
        request = call(place, raw)
        assert one_mo(one.read(request, NOW)).text == text
        assert quote_from_bytes(raw).encode() in one.redacted(request)


@PLACES
def test_another_field_of_odd_octets_refuses_the_call(door_of: Opener, place: str) -> None:
    one = webhook(door_of, {"inbound": {"fields": fields(place)}, "access": ANYWHERE})
    outcome = one.read(call(place, b"MCKH_12345", "&net=V%D2T"), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "field operator is not utf-8 text"


@PLACES
def test_a_text_twice_counts_by_its_octets(door_of: Opener, place: str) -> None:
    one = webhook(door_of, {"inbound": {"fields": fields(place)}, "access": ANYWHERE})
    assert one_mo(one.read(call(place, b"A\xe3", "&text=A%E3"), NOW)).text == "A\ufffd"
    outcome = one.read(call(place, b"A\xe3", "&text=A%E4"), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "field text is given twice with different values"


@PLACES
@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
@pytest.mark.parametrize("text", [b"MCKH_12345 M\xe3", "MCKH_12345 mã".encode(), b"MCKH_12345"])
def test_a_signature_is_over_the_octets_as_they_came(
    door_of: Opener, place: str, charset: str, text: bytes
) -> None:
    signature = {
        **ESMS,
        "over": f"{{{place}:text}}{{secret}}",
        "field": f"{place}:sign",
        "secrets": ["hush"],
    }
    access = {"signatures": {"telco": signature}}
    inbound = {"fields": fields(place), "charset": charset}
    one = webhook(door_of, {"inbound": inbound, "access": access})
    made = b64encode(hashlib.md5(text + b"hush", usedforsecurity=False).digest()).decode()
    request = call(place, text, f"&sign={quote_plus(made)}")
    assert one_mo(one.read(request, NOW)).text == text.decode(charset, "replace")
    denied(one, call(place, text + b"\xe4", f"&sign={quote_plus(made)}"))


def test_odd_octets_that_read_alike_do_not_share_a_signature(door_of: Opener) -> None:
    one = door(door_of, QUERY_FIELDS, ESMS)
    over = b"CP01900001MCKH_12345 \xe320201123101500PRIVATEKEY-EXAMPLE"
    sign = b64encode(hashlib.md5(over, usedforsecurity=False).digest()).decode()
    query = (
        "sender=84900000001&content=MCKH_12345+%E3&serviceNumber=8083&cpid=CP01&smsid=900001"
        f"&receiverTime=20201123101500&sign={quote_plus(sign)}"
    )
    good = WebhookRequest("GET", "/mo/telco", query, {}, b"", "203.0.113.7")
    assert one_mo(one.read(good, NOW)).text == "MCKH_12345 \ufffd"
    bad = WebhookRequest("GET", "/mo/telco", query.replace("%E3", "%E4"), {}, b"", "203.0.113.7")
    denied(one, bad)


def mangled(text: str) -> bytes:
    """A text in UCS-2 of which a gateway deleted all 0x00 octets (domain 2, section 2.0, 9)."""
    return text.encode("utf-16-be").replace(b"\0", b"")


UNREAD = [
    (mangled("MCKH_Mã số 170703-0001"), "MCKH_M\ufffd s\x1e\ufffd 170703-0001"),
    (
        mangled("MCKH_Mã số biên nhận 12345"),
        "MCKH_M\ufffd s\x1e\ufffd bi\ufffdn nh\x1e\ufffdn 12345",
    ),
    (mangled("MCKH 12345 đ"), "MCKH 12345 \x01\x11"),
    ("MCKH_12345 mã".encode("latin-1"), "MCKH_12345 m\ufffd"),
]


@pytest.mark.parametrize("encoding", ["base64", "auto"])
@pytest.mark.parametrize("octets,text", UNREAD)
def test_odd_octets_in_base64_are_read_as_those_of_a_query_are(
    door_of: Opener, encoding: str, octets: bytes, text: str
) -> None:
    inbound = {"fields": fields("form"), "text_encoding": encoding}
    one = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    assert one_mo(one.read(call("form", b64encode(octets)), NOW)).text == text


def test_a_text_in_base64_whose_octets_are_all_odd_is_taken_where_the_telco_always_encodes(
    door_of: Opener,
) -> None:
    raw = b64encode(mangled("Soạn MCKH 12345"))
    for encoding, text in (("base64", "So\x1e\ufffdn MCKH 12345"), ("auto", raw.decode())):
        inbound = {"fields": fields("form"), "text_encoding": encoding}
        one = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
        assert one_mo(one.read(call("form", raw), NOW)).text == text


@pytest.mark.parametrize("text", [b"MCKH_12345", b"MCKH_170703-0001", b"MCKH 1", b"M\xe3 12345"])
def test_base64_without_its_padding_is_read(door_of: Opener, text: bytes) -> None:
    inbound = {"fields": fields("form"), "text_encoding": "base64"}
    one = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    packed = b64encode(text)
    for bare in {packed, packed.rstrip(b"="), packed.removesuffix(b"=")}:
        read = one_mo(one.read(call("form", bare), NOW)).text
        assert read == text.decode("utf-8", "replace")


@pytest.mark.parametrize("raw", [b"TUNLSF8xMjM0NR", b"T", b"TUNL=", b"TUNL====", b"MCKH1234567"])
def test_what_base64_without_padding_cannot_end_with_is_none(door_of: Opener, raw: bytes) -> None:
    inbound = {"fields": fields("form"), "text_encoding": "base64"}
    one = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    outcome = one.read(call("form", raw), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.detail.startswith("field text is not Base64")
