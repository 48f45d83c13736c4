"""Texts whose call says which character set they are in."""

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sms_gateway.ports import Refused, WebhookRequest
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import ANYWHERE, NOW, Opener, one_mo, webhook

FIELDS = {
    "sender": "query:from", "short_code": "const:8083", "text": "query:text",
    "charset": "query:charset",
}  # fmt: skip
INBOUND = {"fields": FIELDS, "methods": ["GET"], "charsets": {"UTF-16BE": "utf-16-be"}}


def call(text: bytes, charset: str) -> WebhookRequest:
    query = f"from=84900000001&text={quote_from_bytes(text)}{charset}"
    return WebhookRequest("GET", "/mo/telco", query, {}, b"", "203.0.113.7")


@pytest.mark.parametrize("word", ["UTF-16BE", "utf-16be", "+UTF-16BE+"])
def test_a_text_is_read_in_the_character_set_that_its_call_names(
    door_of: Opener, word: str
) -> None:
    door = webhook(door_of, {"inbound": INBOUND, "access": ANYWHERE})
    raw = "MCKH có dấu – 12345".encode("utf-16-be")
    outcome = door.read(call(raw, f"&charset={word}"), NOW)
    assert one_mo(outcome).text == "MCKH có dấu – 12345"


@pytest.mark.parametrize("word", ["&charset=UTF-8", "&charset=8-BIT", "&charset=", ""])
def test_a_word_that_is_not_known_means_the_character_set_of_the_door(
    door_of: Opener, word: str
) -> None:
    door = webhook(door_of, {"inbound": INBOUND, "access": ANYWHERE})
    assert one_mo(door.read(call("Mã số 12345".encode(), word), NOW)).text == "Mã số 12345"


@given(raw=st.binary(max_size=60))
@example(raw="MCKH 12345".encode("utf-16-be")[:-1])
@example(raw="MCKH 12345".encode("utf-16-be") + b"\xd8\x3d")
def test_any_octets_are_read_and_what_is_no_character_is_told_by_one(
    door_of: Opener, raw: bytes
) -> None:
    door = webhook(door_of, {"inbound": INBOUND, "access": ANYWHERE})
    outcome = door.read(call(raw, "&charset=UTF-16BE"), NOW)
    assert one_mo(outcome).text == raw.decode("utf-16-be", "replace")


def test_a_character_set_that_is_named_twice_is_refused(door_of: Opener) -> None:
    door = webhook(door_of, {"inbound": INBOUND, "access": ANYWHERE})
    outcome = door.read(call(b"12345", "&charset=UTF-8&charset=UTF-16BE"), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "field charset is given twice with different values"


@pytest.mark.parametrize(
    "changes",
    [{"text_encoding": "base64"}, {"fields": FIELDS | {"text": "json:text"}}],
)
def test_only_a_plain_text_of_a_query_or_form_may_have_its_character_set_named(
    door_of: Opener, changes: dict[str, object]
) -> None:
    with pytest.raises(SettingsError, match=r"inbound\.fields\.charset: only for a plain text"):
        webhook(door_of, {"inbound": INBOUND | changes, "access": ANYWHERE})


def test_words_of_character_sets_want_their_field(door_of: Opener) -> None:
    fields = {name: ref for name, ref in FIELDS.items() if name != "charset"}
    with pytest.raises(SettingsError, match=r"inbound\.charsets: wants fields\.charset"):
        webhook(door_of, {"inbound": INBOUND | {"fields": fields}, "access": ANYWHERE})
