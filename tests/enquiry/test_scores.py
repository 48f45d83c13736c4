"""The answer to the question of the survey is understood as people write it."""

import pytest

from sms_gateway.enquiry.keyword_file import KeywordError, load_grammars
from sms_gateway.enquiry.scores import is_attempt, score_of
from tests.parts import CODE, rules

GRAMMAR = rules().grammars[CODE]


@pytest.mark.parametrize(
    "text, score",
    [
        ("4", 4), (" 4 ", 4), ("MCKH 4", 4), ("mckh4", 4), ("MCKH_5", 5), ("4/5", 4),
        ("MCKH 3/5", 3), ("bon", 4), ("Bốn", 4), ("MCKH bốn", 4), ("nam", 5), ("một", 1),
        ("hai", 2), ("rat khong hai long", 1),
        ("hài lòng", 4), ("hai long", 4), ("HAILONG", 4), ("MCKH hai long a", 4),
        ("rất hài lòng", 5), ("Rat hai long, cam on", 5), ("không hài lòng", 2),
        ("chưa hài lòng lắm", None), ("bình thường", 3), ("diem 5", 5), ("5 điểm", 5),
        ("4 sao", 4), ("toi cho 3 diem", 3), ("MCKH 5 diem cam on", 5), ("đánh giá: 4", 4),
        ("4 gửi 8083", 4), ("dạ 5 ạ", 5), ("chua hai long", 2), ("chưa hài lòng", 2),
        ("chua tot", 2), ("MCKH chưa tốt ạ", 2), ("ko hai long", 2), ("K HÀI LÒNG", 2),
        ("rat ko hai long", 1), ("4 / 5", 4), ("4 trên 5", 4), ("5d", 5), ("4đ", 4), ("4 đ", 4),
        ("4sao", 4), ("diem5", 5), ("5diem", 5), ("số 5", 5), ("5 ⭐", 5), ("5 ok", 5),
        ("1 khong hai long", 1), ("5/5 rat hai long", 5), ("5 hai long", 5), ("tot lam", 5),
        ("tam on", 3), ("cung duoc", 3), ("MCKH DANH GIA 5", 5), ("tuyet", 5), ("that vong", 1),
        ("HL", 4), ("KHL", 2), ("chưa được", 2), ("được chưa", None),
        ("MCKH dấu cách 4", 4), ("MCKH cach 4", 4), ("MCKH space 4", 4), ("MCKH mark 4", 4),
        ("MCKH space rating 5", 5), ("MCKH number 3", 3), ("mức ba", 3), ("hai gửi 8083", 2),
        ("bốn ạ", 4),
    ],
)  # fmt: skip
def test_marks_in_the_citizens_ways(text: str, score: int | None) -> None:
    assert score_of(text, GRAMMAR) == score


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH", "0", "6", "45", "MCKH 170703-0001", "170703-0001", "4 170703-0001",
        "1 rat hai long", "5 khong hai long", "4 5", "4-5", "8/10", "4.5", "4 ok 5",
        "MCKH HUY", "khong nhan tin nua", "MCKH EN", "cam on", "12345", "4" * 81,
        "MCKH 4 xong chưa", "MCKH số 4 có kết quả chưa", "MCKH 3 nhé em cho anh hỏi", "4?",
        "MCKH 4 ?", "kiem tra 4", "MCKH tra cứu 4", "4 tình trạng", "tốt không?",
        "anh Hai ơi", "em Nam", "chị Tư", "được rồi", "dạ được ạ", "tam roi",
    ],
)  # fmt: skip
def test_what_gives_no_mark(text: str) -> None:
    assert score_of(text, GRAMMAR) is None


@pytest.mark.parametrize("text", ["hai long", "bốn", "ok tốt", "chưa được", "được rồi"])
def test_where_only_digits_count_words_by_themselves_give_no_mark(text: str) -> None:
    assert score_of(text, GRAMMAR, words=False) is None


@pytest.mark.parametrize("text", ["4", "MCKH 4 sao", "4 hai long", "cho 4 điểm ạ"])
def test_where_only_digits_count_words_may_stand_beside_them(text: str) -> None:
    assert score_of(text, GRAMMAR, words=False) == 4


def test_words_with_two_marks_are_refused() -> None:
    raw = {"default": {"keyword": "MCKH", "scores": {"1": ["tệ"], "2": ["TE"]}}}
    with pytest.raises(KeywordError, match="stands at 1 and at 2; remove one"):
        load_grammars(raw)


def test_a_mark_that_is_none_is_refused() -> None:
    with pytest.raises(KeywordError, match="does not know '6'"):
        load_grammars({"default": {"keyword": "MCKH", "scores": {"6": ["tệ"]}}})


@pytest.mark.parametrize(
    "text",
    [
        "6", "0", "10", "MCKH 6", "8/10", "9 điểm", "4.5", "4,5", "4-5", "4 5", "100",
        "5 khong tot", "chua hai long lam", "khong hai long chut nao",
    ],
)  # fmt: skip
def test_what_was_meant_as_a_mark_and_is_none(text: str) -> None:
    assert score_of(text, GRAMMAR) is None
    assert is_attempt(text, GRAMMAR)


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH", "123", "MCKH 12345", "170703-0001", "MCKH HUY", "khong nhan nua", "cam on",
        "ho so cua toi dau", "toi can hoi", "khong hai long " * 8, "hai long, huy tin", "6 12345",
        "MCKH 12-34", "MCKH 12-34 56", "12.34", "12 34", "12/34", "10-11", "MCKH 6 xong chưa", "6?",
    ],
)  # fmt: skip
def test_what_was_never_meant_as_a_mark(text: str) -> None:
    assert not is_attempt(text, GRAMMAR)
