"""How people refuse notices, in their own words."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import UNCLEAR, Help, Lookup, Malformed, OptIn, OptOut
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))
GRAMMAR = load_grammars(RAW)[ShortCode("8083")]


@pytest.mark.parametrize(
    "text",
    [
        "MCKH khong nhan tin nua",
        "dung gui tin nhan cho toi",
        "Đừng gửi tin nhắn cho tôi nữa",
        "Tu choi nhan tin quang cao",
        "Từ chối nhận tin nhắn quảng cáo",
        "MCKH ngung nhan tin",
        "MCKH ngưng gửi tin nhắn đến số này",
        "Stop all",
        "STOPALL",
        "MCKH stop sms",
        "please stop sending messages",
        "Tôi không muốn nhận tin nữa",
        "MCKH không nhận tin báo hồ sơ nữa ạ",
        "Tu choi tin bao",
        "MCKH đừng nhắn tin nữa",
        "MCKH hủy nhận thông báo",
        "MCKH huy dang ki",
        "MCKH HUY BO",
        "Hủy bỏ nhận tin",
        "MCKH huy bo tin bao nay",
        "MCKH không gửi tin cho em nữa nhé, cảm ơn",
        "MCKH tu choi tat ca",
        "MCKH HUY a",
        "Tôi không muốn nhận tin nhắn này nữa",
        "Dung lam phien toi nua",
        "unsubscribe me",
        "please stop texting me",
        # as other services of the telcos do it
        "HUY MCKH",
        "TC MCKH gui 8083",
    ],
)
def test_a_no_to_all_notices_is_heard_in_many_words(text: str) -> None:
    assert parse(text, GRAMMAR) == OptOut()


@pytest.mark.parametrize(
    "text", ["MCKH đăng kí", "MCKH dang ki nhan tin", "MCKH nhận lại tin báo", "NHAN MCKH"]
)
def test_a_yes_is_heard_too_and_ky_is_ki(text: str) -> None:
    assert parse(text, GRAMMAR) == OptIn()


@pytest.mark.parametrize(
    "text, key",
    [
        ("MCKH khong nhan tin nua 12345", "12345"),
        ("12345 MCKH HUY", "12345"),
        ("170703-0001 MCKH TC", "1707030001"),
        ("MCKH ngung nhan tin ho so 170703-0001", "1707030001"),
        ("MCKH 12345 đừng gửi tin nữa", "12345"),
    ],
)
def test_a_no_with_a_number_is_for_that_dossier_alone(text: str, key: str) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, OptOut)
    assert intent.candidates[0].key == key


@pytest.mark.parametrize(
    "text",
    [
        "MCKH huy ho so",
        "huy ho so cua toi",
        "MCKH huy bo ho so",
        "MCKH HUY ma so bien nhan",
        "MCKH HUY 12Ж45",
        "MCKH HUY 170703 1",
        "MCKH khi nao nhan lai",
        "MCKH nhan tin roi dung gui",
    ],
)
def test_what_to_stop_may_be_unclear(text: str) -> None:
    intent = parse(text, GRAMMAR)
    assert intent == Malformed(UNCLEAR) or (isinstance(intent, OptOut) and intent.candidates)


@pytest.mark.parametrize(
    "text",
    ["MCKH chưa nhận được", "MCKH khong nhan duoc tin nhan", "MCKH đúng rồi ạ", "MCKH chua nhan"],
)
def test_what_sounds_like_a_no_and_is_none_stops_nothing(text: str) -> None:
    assert parse(text, GRAMMAR) == Help()


@pytest.mark.parametrize(
    "text",
    [
        "MCKH nhan ket qua",
        "MCKH nhận kết quả chưa",
        "MCKH khi nao nhan ket qua",
        "MCKH da nhan roi cam on",
        "Đã nhận được ạ",
        "MCKH da nhan ket qua",
        "MCKH khong nhan ket qua",
        "MCKH không gửi kết quả",
        "MCKH da dung",
        "MCKH dung chua",
        "MCKH dang ky ket hon",
        "dang ky kinh doanh",
        "MCKH ngung kinh doanh",
    ],
)
def test_who_speaks_of_a_result_or_a_procedure_chooses_nothing(text: str) -> None:
    assert not isinstance(parse(text, GRAMMAR), OptOut | OptIn)


@pytest.mark.parametrize(
    "text",
    [
        "MCKH nhan ket qua 12345",
        "MCKH 12345 da nhan",
        "MCKH 12345 khi nao nhan",
        "MCKH dang ky ket hon 12345",
        "MCKH đăng ký khai sinh 12345",
        "MCKH dang ky xe 12345",
        "MCKH dang ki thanh lap cong ty 12345",
        "MCKH hủy đăng ký kinh doanh 12345",
        "MCKH ngung kinh doanh 12345",
        "dang ky ket hon 12345",
    ],
)
def test_with_a_number_it_is_asked_for(text: str) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup)
    assert intent.candidates[0].key == "12345"


@pytest.mark.parametrize("text", ["MCKH NHAN SNGV 12345", "MCKH nhan lai tin bao ho so 12345"])
def test_notices_of_one_dossier_can_still_be_had_again(text: str) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, OptIn)
    assert "12345" in [candidate.key for candidate in intent.candidates]


@pytest.mark.parametrize("text", ["HUY MCKH 12345", "dung MCKH 12345", "nhan MCKH 12345"])
def test_before_the_keyword_and_a_number_such_a_word_commands_nothing(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), Lookup)


NO = st.sampled_from(["HUY", "tu choi", "dung", "stop", "khong nhan tin", "NHAN", "dang ky", "TC"])
AROUND = st.sampled_from(
    [
        *("MCKH", "MKCH", "MCK H", "M CKH", "nua", "tin", "cho toi", "gui 8083", "gui", "ma", "BN"),
        *("cam on", "12", "1", "A5", "12345", "170703-0001", "12Ж45", "7?1", "O0", "0905123456"),
        *("12/07/2017", "1000d/tin", "EN", "?", "ho so", "👍", "so", "HD", "MCKH_", "_"),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(AROUND, max_size=4), NO, st.lists(AROUND, max_size=4), st.sampled_from(["", " "]))
def test_a_text_with_a_figure_in_it_never_stops_all_notices(
    before: list[str], no: str, behind: list[str], glue: str
) -> None:
    text = (glue or " ").join([*before, no]) + glue + glue.join(behind)
    if any(figure.isdigit() for figure in text.replace("8083", "")):
        assert parse(text, GRAMMAR) not in (OptOut(), OptIn())
