"""The poster's own words, copied with what stands around them, are a question how it works."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import Help, Lookup, Malformed, OptOut
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
GRAMMAR = load_grammars(tomllib.loads(FILE.read_text(encoding="utf-8")))[ShortCode("8083")]


@pytest.mark.parametrize(
    "text",
    [
        "Soạn tin: MCKH_Mã số biên nhận gửi 8083 (1000đ/tin)",
        "Soạn tin: MCKH_Mã số biên nhận gửi 8083 (1.000đ)",
        "Soạn tin: MCKH_Mã số biên nhận gửi 8083 (giá 1.000 đồng/tin nhắn)",
        "MCKH_ma so bien nhan gui 8083 (1500d/sms). Hotline 0258 3999999",
        "MCKH ma gui 8083, vi du 170703-0001",
        "MCKH gửi 8083 (1000đ)",
        "MKCH_Mã số biên nhận gửi 8083 (1000đ/tin)",
        "MCKH <mã số> rồi gửi 8083. Phí 1000đ",
        # a part of it, without the keyword
        "Mã số biên nhận gửi 8083 (1000đ/tin)",
    ],
)
def test_what_stands_behind_the_address_on_a_poster_is_no_receipt_number(text: str) -> None:
    assert parse(text, GRAMMAR) == Help()
    assert parse(unicodedata.normalize("NFD", text), GRAMMAR) == Help()


@pytest.mark.parametrize(
    "text",
    [
        "Soạn tin: MCKH_Mã số biên nhận gửi 8083 (1000đ/tin) MCKH 170703-0001",
        "MCKH_Mã số biên nhận gửi 8083\nMCKH_170703-0001",
        "MCKH_Mã số biên nhận: 170703-0001 gửi 8083 (1000đ/tin)",
        "170703-0001 MCKH gui 8083 (1000d/tin)",
        "MCKH em gửi 8083 hồ sơ 170703-0001",
        "gui 8083 170703-0001",
        # no price has the shape of an official number
        "MCKH gửi 8083 170703-0001",
        "Mã hồ sơ gửi 8083: 170703-0001",
        "ho so gui 8083 170703-0001",
    ],
)
def test_a_poster_with_a_number_of_the_citizen_s_own_is_a_look_up(text: str) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup)
    assert intent.candidates[0].key == "1707030001"


def test_a_refusal_behind_the_address_is_heard() -> None:
    assert parse("MCKH gui 8083 HUY", GRAMMAR) == OptOut()


@pytest.mark.parametrize(
    "text",
    [
        "MCKH <ma so bien nhan tren giay hen>",
        "MCKH [mã số ghi trên giấy biên nhận]",
        "MCKH_Mã số hồ sơ trên Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "MCKH <receipt number on your receipt>",
    ],
)
def test_a_placeholder_that_says_where_the_number_stands_is_help(text: str) -> None:
    assert parse(text, GRAMMAR) == Help()


def test_prose_in_the_place_of_a_number_is_still_for_staff() -> None:
    assert isinstance(parse("MCKH hồ sơ của tôi đâu", GRAMMAR), Malformed)
