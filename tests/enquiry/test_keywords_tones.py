"""Names, questions and answers that fold to a word which stops or begins notices."""

import pytest

from sms_gateway.enquiry.intents import Help, Lookup, OptIn, OptOut
from sms_gateway.enquiry.keywords import parse
from tests.enquiry.test_keywords_beyond import GRAMMAR, keys

NUMBER = "170703-0001"


@pytest.mark.parametrize(
    "text",
    [
        f"MCKH hồ sơ {NUMBER} bị dừng", f"MCKH {NUMBER} sao bị từ chối?", f"MCKH {NUMBER} bi huy",
        f"MCKH {NUMBER} đã hủy chưa", f"MCKH {NUMBER} anh Dũng", f"MCKH {NUMBER} Nguyễn Dũng",
        f"MCKH {NUMBER} tên Dung", f"MCKH tên Dung {NUMBER}", f"MCKH {NUMBER} đúng",
        f"MCKH đúng {NUMBER}", f"MCKH {NUMBER} nhận chưa", f"MCKH {NUMBER} được nhận chưa",
        f"MCKH {NUMBER} Nhân", f"MCKH {NUMBER} cô Nhàn", f"MCKH {NUMBER} sao tu choi",
        f"MCKH {NUMBER} dung chua", f"MCKH {NUMBER} ngừng chưa", f"MCKH {NUMBER} da huy",
        f"MCKH {NUMBER} dừng?", f"MCKH {NUMBER} huy ?", f"MCKH {NUMBER} nhan?", f"{NUMBER} Dũng",
    ],
)  # fmt: skip
def test_who_asks_or_signs_commands_nothing(text: str) -> None:
    assert keys(text)[0] == "1707030001"


@pytest.mark.parametrize(
    "word",
    ["hủy", "huỷ", "hũy", "HỦY", "huy", "dừng", "đừng", "dung", "từ chối", "từ choi", "ngưng",
             "không nhận", "Không Nhận", "không nhắn tin", "hủy nhắn tin", "hủy nhân"]
)  # fmt: skip
def test_a_no_is_heard_however_its_accents_are_written(word: str) -> None:
    assert isinstance(parse(f"MCKH {NUMBER} {word}", GRAMMAR), OptOut)
    assert isinstance(parse(f"MCKH {word} {NUMBER}", GRAMMAR), OptOut)
    assert parse(f"MCKH {word}", GRAMMAR) == OptOut()


@pytest.mark.parametrize("word", ["nhận", "nhan", "đăng ký", "đăng kí", "dang ky", "ĐK"])
def test_so_is_a_yes(word: str) -> None:
    assert isinstance(parse(f"MCKH {word} {NUMBER}", GRAMMAR), OptIn)


@pytest.mark.parametrize("text", [f"MCKH HUY {NUMBER}?", f"MCKH hủy {NUMBER} được không?"])
def test_what_stands_in_front_commands_also_in_a_question(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), OptOut)


@pytest.mark.parametrize("text", ["MCKH đúng", "MCKH Dũng", "MCKH anh Nhân"])
def test_a_name_alone_chooses_nothing(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), Help)


def test_a_name_beside_a_number_is_no_reason_to_look_up_less() -> None:
    assert isinstance(parse("MCKH 12345 Dũng", GRAMMAR), Lookup)
