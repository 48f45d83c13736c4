"""What a search takes for the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm.words import (
    LEAST_PART,
    Sought,
    part_numbers,
    part_span,
    says,
    sought_in,
    word_number,
    words_of,
)

WORDS = st.from_regex("[a-z0-9]{1,64}", fullmatch=True)


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
    assert word_number("giay") == 589_297_290_358_586_145


@given(WORDS, st.data())
def test_whatever_a_word_contains_leads_to_it(word: str, data: st.DataObject) -> None:
    numbers = part_numbers(word)
    assert len(numbers) == len(set(numbers)) <= max(len(word) - LEAST_PART + 1, 0)
    if len(word) >= LEAST_PART:
        start = data.draw(st.integers(0, len(word) - LEAST_PART))
        end = data.draw(st.integers(start + LEAST_PART, len(word)))
        low, high = part_span(word[start:end])
        assert [number for number in numbers if low <= number <= high]


@given(st.text("ab01", min_size=6, max_size=9), st.text("ab01", max_size=20))
def test_what_a_word_does_not_contain_does_not_lead_to_it(part: str, word: str) -> None:
    """But for chance, where a part is so short that its octets are few."""
    low, high = part_span(part)
    assert -(2**63) <= low <= high < 2**63
    assert any(low <= number <= high for number in part_numbers(word)) == (part in word)


def test_the_numbers_of_parts_stay_what_they_are() -> None:
    """They are on disks."""
    assert part_numbers("phep") == [5_531_892_339_372_457_984, 769_363_470_326_956_032]
    assert part_numbers("ab") == []


@pytest.mark.parametrize(
    "question,sought",
    [
        ("Giấy phép, PHÉP", [("giay", False), ("phep", False)]),
        ('xin "Giấy phép" mới', [("xin", False), ("giay", True), ("phep", True), ("moi", False)]),
        ("“giấy” phép", [("giay", True), ("phep", False)]),
        ('giấy "phép', [("giay", False), ("phep", False)]),
        ('"a" b "c d', [("a", True), ("b", True), ("c", True), ("d", True)]),
        ("so 12 an", [("so", True), ("12", True), ("an", True)]),
        ('"" "!?" %_', []),
        ("x" * 70, [("x" * 64, False), ("x" * 6, False)]),
    ],
)
def test_what_is_asked_for_is_a_part_of_a_word_or_a_whole_one(
    question: str, sought: list[tuple[str, bool]]
) -> None:
    assert [(one.text, one.whole) for one in sought_in(question)] == sought


@given(st.text(), st.lists(st.builds(Sought, WORDS, st.booleans()), max_size=3))
def test_a_text_says_what_its_words_say(text: str, sought: list[Sought]) -> None:
    words = words_of(text)
    expected = all(
        one.text in words if one.whole else any(one.text in word for word in words)
        for one in sought
    )
    assert says(text, sought) == expected
