"""Texts of a telco that writes them now plain, now in Base64."""

import base64
import json
import random
from string import ascii_letters, ascii_uppercase, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.channels.http.values import MAX_TEXT, read_plain_or_base64
from sms_gateway.ports import Refused, WebhookRequest
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import ANYWHERE, NOW, Opener, one_mo, webhook

FIELDS = {"sender": "json:from", "short_code": "const:8083", "text": "json:text"}


TEXTS = [
    "MCKH",
    "?",
    "MCKH 12",
    "MCKH 12345 “ạ” 😀",
    "MCKH_1234",
    "MCKH_A-12",
    "Mã số 12345",
    "HD",
    "tra cuu",
]
CODES = ["12345", "123456", "170703-0001", "H32.12-230615-0001", "TC414669", "2023-06", "12/2023"]


def read(door_of: Opener, text: str) -> str:
    inbound = {"fields": FIELDS, "text_encoding": "auto"}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    body = json.dumps({"from": "84900000001", "text": text}).encode()
    request = WebhookRequest("POST", "/mo/telco", "", {}, body, "203.0.113.7")
    return one_mo(door.read(request, NOW)).text


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [*TEXTS, *(f"{keyword}{code}" for keyword in ("", "MCKH ", "mckh_", "tc: ") for code in CODES)],
)
def test_a_text_is_read_the_same_plain_and_in_base64(door_of: Opener, text: str) -> None:
    assert read(door_of, text) == text
    assert read(door_of, packed(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH", "TUNL", "TUNLSDEy", "TUNLSCAx", "huyy", "IEh IEhI", "12345678",
        "TUNLSF8xMjM0NQ", "TUNLSF8xMjM0NQ= ", "TUNLSF8xMjM0NR==", "AAAA1234", "////",
        "MDA=MDA=", "IA==", "đđđđ",
        # Codes, and words of letters and digits: of a few signs, of control characters, of
        # letters of Asia, of half a word with odd octets.
        "TC414669", "OG590599", "KHF72549", "3587XGJG", "VM2ENN2Q", "24toez1u", "Sm5pRwwL",
        "1J1p", "4Yap", "278/5722", "IV9855243697", "359734042743", "UUlaS8h0eHuX",
        "R2F1SG8ZM1K8", "Y0ZmUxpJWrF8", "KnxDTzZ1",
    ],
)  # fmt: skip
def test_what_is_not_surely_base64_of_a_text_stays_as_it_is(door_of: Opener, text: str) -> None:
    assert read(door_of, text) == text


def test_of_random_words_of_letters_and_digits_hardly_any_is_taken_for_base64() -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    for alphabet in (ascii_letters + digits, ascii_uppercase + digits):
        for length in (4, 8, 12, 16):
            words = ["".join(chance.choices(alphabet, k=length)) for _ in range(5_000)]
            taken = [word for word in words if read_plain_or_base64(word) != word]
            assert len(taken) <= 5


def test_no_code_of_two_letters_and_six_digits_is_taken_for_base64() -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    for _ in range(20_000):
        code = "".join(chance.choices(ascii_uppercase, k=2)) + f"{chance.randrange(10**6):06}"
        assert read_plain_or_base64(code) == code


@settings(deadline=None)
@given(code=st.text("0123456789-_/ abcdefABCDEF+", max_size=20))
def test_a_text_that_begins_with_the_keyword_is_never_taken_for_base64(
    door_of: Opener, code: str
) -> None:
    for keyword in ("MCKH", "mckh", "Mckh"):
        assert read(door_of, keyword + code) == keyword + code


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_taken(door_of: Opener, text: str) -> None:
    assert isinstance(read(door_of, text.encode("utf-8", "replace").decode()), str)


def test_a_text_that_is_too_long_is_refused_either_way(door_of: Opener) -> None:
    inbound = {"fields": FIELDS, "text_encoding": "auto"}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    for text in ("1 " * MAX_TEXT, packed("1 " * MAX_TEXT)):
        body = json.dumps({"from": "84900000001", "text": text}).encode()
        request = WebhookRequest("POST", "/mo/telco", "", {}, body, "203.0.113.7")
        outcome = door.read(request, NOW)
        assert isinstance(outcome, Refused)
        assert outcome.detail == f"field text is longer than {MAX_TEXT} characters"


def test_auto_wants_utf_8(door_of: Opener) -> None:
    inbound = {"fields": FIELDS, "text_encoding": "auto", "charset": "latin-1"}
    with pytest.raises(SettingsError, match="auto wants charset utf-8"):
        webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
