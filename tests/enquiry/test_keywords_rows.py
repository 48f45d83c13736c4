"""Every row of the table of what people type (domain 3.3), exactly as written there."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.enquiry.intents import Help, Lookup, Malformed, OptOut, SetLanguage
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
GRAMMAR = load_grammars(tomllib.loads(FILE.read_text(encoding="utf-8")))[ShortCode("8083")]


def keys(text: str) -> list[str]:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup), intent
    return [str(candidate.key) for candidate in intent.candidates]


def exact(text: str) -> list[str]:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup), intent
    return [str(candidate.key) for candidate in intent.candidates if not candidate.repaired]


@pytest.mark.parametrize(
    "text",
    [
        "MCKH_12345",
        "MCKH 12345",
        "mckh12345",
        "Mckh_12345",
        " MCKH  _ 12345.",
        "MCKH-12345",
        "MCKH:12345",
        "MCKH\n12345",
        "MCK H 12345",
        "“MCKH_12345”",
        "'MCKH 12345'",
        "‘MCKH 12345’",
        "MCKH <12345>",
        "MCKH (12345)",
        "MCKH 12345 👍",
        "ＭＣＫＨ＿１２３４５",
        "MCKH\u00a012345",
        "MCKH\u200b_12345",
        "MCKH—12345",
        "МСКН 12345",
        "MCKH§12345",
        "MCKH\x1112345",
        "MCKH_Mã số biên nhận 12345",
        unicodedata.normalize("NFD", "MCKH_Mã số biên nhận 12345"),
        "MCKH ma so bien nhan 12345",
        "MCKH dau cach 12345",
        "Soạn: MCKH_12345 gửi 8083",
        "Soan MCKH 12345 gui 8083",
        "MCKH 12 345",
        "MCKH_12345 cam on",
        "12345",
        "MCKH_Mã s\x1eÑ biên nh\x1e\xadn 12345",
        "So\x1e¡n MCKH 12345",
        "MCKH 12345 \x1e¡",
    ],
)
def test_these_all_ask_for_12345_and_for_nothing_else(text: str) -> None:
    assert keys(text) == ["12345"]


@pytest.mark.parametrize("text", ["MCKH_Mã số biên nhận", "MCKH_<mã>", "MCKH", "MCKH ?"])
def test_the_bare_keyword_and_the_placeholder_of_the_poster_are_help(text: str) -> None:
    assert parse(text, GRAMMAR) == Help()


def test_of_two_numbers_the_first_is_tried_before_the_second_and_never_more_than_three() -> None:
    found = keys("MCKH 12345 12346")
    assert found.index("12345") < found.index("12346")
    assert len(found) <= 3


@pytest.mark.parametrize(
    "text, key",
    [
        ("MCKH_000.00.12.H32-230615-0001", "0000012H322306150001"),
        ("mckh 000 00 12 H32 230615 0001", "0000012H322306150001"),
        ("MCKH H32.12–230615–0001", "H32122306150001"),
        ("MCKHH32.12-230615-0001", "H32122306150001"),
        ("MCKH H32.12/230615/0001", "H32122306150001"),
    ],
)
def test_an_official_code_is_its_letters_and_digits_and_no_piece_of_it(text: str, key: str) -> None:
    assert keys(text) == [key]


def test_the_letter_o_for_zero_is_a_repaired_reading_after_the_exact_one() -> None:
    intent = parse("MCKH OOO.OO.12.H32-23O615-OOO1", GRAMMAR)
    assert isinstance(intent, Lookup)
    assert [(c.key, c.repaired) for c in intent.candidates] == [
        ("OOOOO12H3223O615OOO1", False),
        ("0000012H322306150001", True),
    ]


def test_a_keyboard_that_made_a_letter_of_keys_is_undone_both_ways() -> None:
    intent = parse("MCKH ABC-Đ9/17", GRAMMAR)
    assert isinstance(intent, Lookup)
    assert [(c.key, c.repaired) for c in intent.candidates] == [
        ("ABCD917", False),
        ("ABCD9917", True),
        ("ABCDD917", True),
    ]


@pytest.mark.parametrize("text", ["MKCH 12345", "MCHK 12345", "MCHK_12345", "MCHK12345"])
def test_a_keyword_with_two_letters_swapped_is_the_keyword(text: str) -> None:
    assert keys(text)[0] == "12345"


@pytest.mark.parametrize("text", ["MCKH HUY", "MCKH TC", "mckh huỷ", "MCKH từ chối", "TC"])
def test_the_words_of_refusal_without_a_code_refuse_all_notices(text: str) -> None:
    assert parse(text, GRAMMAR) == OptOut()


def test_a_question_in_prose_is_malformed_and_kept_for_staff() -> None:
    assert isinstance(parse("MCKH hồ sơ của tôi đâu", GRAMMAR), Malformed)


def test_a_piece_of_a_number_is_never_a_candidate() -> None:
    assert not {"12", "345"} & set(keys("MCKH 12 345"))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("MCKH BN 12345", ["BN12345", "12345"]),
        ("MCKH_BN12345", ["BN12345", "12345"]),
        ("MCKH so 12345", ["SO12345", "12345"]),
        ("MCKH HO SO 12345", ["HOSO12345", "12345"]),
        ("MCKH hồ sơ 12345", ["12345", "HOSO12345"]),
    ],
)
def test_a_short_label_word_may_be_a_prefix_so_both_are_tried(
    text: str, expected: list[str]
) -> None:
    assert keys(text) == expected


def test_the_short_number_behind_a_possible_prefix_is_not_tried_alone() -> None:
    assert exact("MCKH BN 123") == ["BN123"]


@pytest.mark.parametrize(
    "text, language",
    [
        ("MCKH EN", Language.EN),
        ("MCKH CO DAU", Language.VI_ACCENTED),
        ("MCKH có dấu", Language.VI_ACCENTED),
        ("MCKH KHONG DAU", Language.VI),
        ("MCKH VI", Language.VI),
    ],
)
def test_a_language_without_a_code_is_a_choice_for_later_replies(
    text: str, language: Language
) -> None:
    assert parse(text, GRAMMAR) == SetLanguage(language)


def test_a_possible_secret_does_not_show_in_a_repr() -> None:
    assert "4821" not in repr(parse("MCKH 170703-0001 4821", GRAMMAR))
