"""What a search takes for the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm.words import word_number, word_numbers, words_of


@pytest.mark.parametrize(
    "text,words",
    [
        ("Giấy phép, GIẤY", ("giay", "phep")),
        ("Đường đỏ", ("duong", "do")),
        ("MCKH_170703-0001", ("mckh", "170703", "0001")),
        ("?! ...", ()),
        ("", ()),
        ("e\u0301t", ("et",)),
    ],
)
def test_marks_case_and_signs_do_not_matter(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_each_word_of_a_text_is_one_word_and_fits_the_index(text: str) -> None:
    for word in words_of(text):
        assert words_of(word) == (word,)
        assert -(2**63) <= word_number(word) < 2**63


def test_the_number_of_a_word_stays_what_it_is() -> None:
    """It is on disks."""
    assert word_numbers("Giấy phép") == [word_number("giay"), word_number("phep")]
    assert word_number("giay") == 589_297_290_358_586_145
