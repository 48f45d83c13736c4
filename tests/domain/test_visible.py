"""What nobody sees is taken out of what people type."""

import unicodedata

import pytest

from sms_gateway.domain.visible import visible


@pytest.mark.parametrize(
    "typed, seen",
    [
        ("đã gọi lại lúc 10:00", "đã gọi lại lúc 10:00"),
        ("đã \u202eiọg\u202c lại", "đã iọg lại"),
        ("\u2067dừng\u2069 \u200ehẳn\u200f", "dừng hẳn"),
        ("MCKH\u200b_\u200c17\u200d0703\ufeff", "MCKH_170703"),
        ("nhập\u00adlại", "nhậplại"),
        ("ẩn\U000e0068\U000e0069 ý\ufe0f", "ẩn ý"),
        ("\u3164\u2800\uffa0", ""),
        ("a\x00b\x07c\x1bd\x9be", "abcde"),
        ("một\r\n\thai", "một\r\n\thai"),
        ("một\u2028hai\x0bba\x85bốn", "một\nhai\nba\nbốn"),
        ("ភាសាខ្មែរ 中文 😀", "ភាសាខ្មែរ 中文 😀"),
    ],
)
def test_letters_stay_and_what_shows_nothing_goes(typed: str, seen: str) -> None:
    assert visible(typed) == seen


def test_no_sign_of_format_and_no_control_is_left_of_all_there_are() -> None:
    left = visible("".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)])))
    kinds = {unicodedata.category(letter) for letter in left if letter not in "\t\n\r"}
    # Signs before digits and letters of some scripts show themselves.
    shown = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    formats = {one for one in left if unicodedata.category(one) == "Cf" and one not in shown}
    assert "Cc" not in kinds
    assert {one for one in formats if not 0x11000 <= ord(one) < 0x14000} == set()


def test_marks_of_vietnamese_stay_composed_or_not() -> None:
    for form in ("NFC", "NFD"):
        said = unicodedata.normalize(form, "Nguyễn Thị Ửng, Đặng Phở")
        assert visible(said) == said
