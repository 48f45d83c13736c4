"""The answer to the question of the survey is understood as people write it."""

import pytest

from sms_gateway.enquiry.keyword_file import KeywordError, load_grammars
from sms_gateway.enquiry.scores import score_of
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
        ("4 gửi 8083", 4), ("dạ 5 ạ", 5),
    ],
)  # fmt: skip
def test_marks_in_the_citizens_ways(text: str, score: int | None) -> None:
    assert score_of(text, GRAMMAR) == score


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH", "0", "6", "45", "MCKH 170703-0001", "170703-0001", "4 170703-0001",
        "MCKH HUY", "khong nhan tin nua", "MCKH EN", "cam on", "12345", "4" * 81,
    ],
)  # fmt: skip
def test_what_gives_no_mark(text: str) -> None:
    assert score_of(text, GRAMMAR) is None


def test_words_with_two_marks_are_refused() -> None:
    raw = {"default": {"keyword": "MCKH", "scores": {"1": ["tệ"], "2": ["TE"]}}}
    with pytest.raises(KeywordError, match="stands at 1 and at 2; remove one"):
        load_grammars(raw)


def test_a_mark_that_is_none_is_refused() -> None:
    with pytest.raises(KeywordError, match="does not know '6'"):
        load_grammars({"default": {"keyword": "MCKH", "scores": {"6": ["tệ"]}}})
