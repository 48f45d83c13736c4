"""A letter that nobody can read may be a digit of the number: what is left of it is another one."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import Intent, Lookup, Malformed
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
GRAMMAR = load_grammars(tomllib.loads(FILE.read_text(encoding="utf-8")))[ShortCode("8083")]
CASED = "ЖЗИФЩЮЯΔΘΛΣΦΨΩÆØÞԱ"
UNCASED = "中号ก가אع"
SYMBOLS = "😀👍©°\ufffd?"


def read(text: str) -> list[tuple[str, bool]]:
    """The candidates and whether each is a second reading."""
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup), intent
    return [(str(c.key), c.repaired) for c in intent.candidates]


def exact(intent: Intent) -> list[str]:
    if not isinstance(intent, Lookup):
        return []
    return [str(c.key) for c in intent.candidates if not c.repaired]


@pytest.mark.parametrize("letter", [*"ЖжΩøÆ中가", *SYMBOLS, "Ж中", "??"])
def test_a_number_with_an_unreadable_letter_in_it_is_not_believed(letter: str) -> None:
    assert isinstance(parse(f"MCKH 12{letter}45", GRAMMAR), Malformed)
    assert isinstance(parse(f"MCKH12{letter}45 gui 8083", GRAMMAR), Malformed)
    assert isinstance(parse(f"12{letter}45678", GRAMMAR), Malformed)


@pytest.mark.parametrize(
    "text, repaired",
    [
        ("MCKH 12З45", "12345"),
        ("MCKH 12з45", "12345"),
        ("MCKHЗ70703-0001", "3707030001"),
        ("MCKH З70703-0001", "3707030001"),
        ("MCKH 1707OЗ-0001", "1707030001"),
        ("MCKH 170703-000З", "1707030003"),
        ("MCKH BN 12З45", "12345"),
        ("12З45", "12345"),
    ],
)
def test_the_cyrillic_letter_that_looks_like_a_three_is_one_in_a_second_reading(
    text: str, repaired: str
) -> None:
    found = read(text)
    assert (repaired, True) in found
    assert all(second for _, second in found)


def test_a_letter_with_capitals_at_the_end_of_a_number_may_be_its_digit() -> None:
    assert isinstance(parse("MCKH Ж12345", GRAMMAR), Malformed)
    assert isinstance(parse("MCKH 12345Ж", GRAMMAR), Malformed)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "MCKH 12345 👍",
            "MCKH 12345👍",
            "MCKH 👍12345",
            "MCKH👍12345",
            "MCKH 12345👍👍",
            "👍MCKH_12345",
        ),
        *(
            "MCKH 12345?",
            "MCKH?12345",
            "MCKH 12345\ufffd",
            "MCKH 12345👍 cảm ơn",
            "MCKH 12345👍cam on",
        ),
        # languages that write no spaces around a number
        *("MCKH 접수번호12345입니다", "MCKH 编号12345谢谢"),
        *("MCKH 12345 спасибо", "So\x1e¡n MCKH 12345", "MCKH 12345 \x1e¡"),
        *("MCKH_Mã s\x1eÑ biên nh\x1e\xadn 12345", "MCKH§12345", "MCKH\x1112345", "MCKHÄ12345Ñ"),
        "MCKH 1️⃣2️⃣345",
    ],
)
def test_what_stands_beside_a_number_does_no_harm(text: str) -> None:
    assert exact(parse(text, GRAMMAR))[0] == "12345"


@pytest.mark.parametrize("dash", ["?", "\ufffd", "°"])
def test_a_symbol_in_the_place_of_a_dash_leaves_an_official_number_whole(dash: str) -> None:
    assert read(f"MCKH 170703{dash}0001") == [("1707030001", False)]
    intent = parse(f"MCKH 170703{dash}0001", GRAMMAR)
    assert isinstance(intent, Lookup)
    assert intent.candidates[0].shown == "170703-0001"
    assert not exact(parse(f"MCKH 17{dash}0703-0001", GRAMMAR))


def test_an_unreadable_letter_in_the_place_of_a_dash_is_none() -> None:
    assert isinstance(parse("MCKH 170703中0001", GRAMMAR), Malformed)


def test_another_number_beside_it_is_still_read() -> None:
    assert read("MCKH 12Ж45, 170703-0001") == [("1707030001", False)]


def test_what_is_left_of_it_is_no_second_secret() -> None:
    intent = parse("MCKH 170703-0001 48Ж21", GRAMMAR)
    assert isinstance(intent, Lookup)
    assert intent.candidates[0].rest == ()


@settings(max_examples=200, deadline=None)
@given(
    st.from_regex(r"[1-9]{1,6}", fullmatch=True),
    st.text(CASED + UNCASED + SYMBOLS, min_size=1, max_size=3),
    st.from_regex(r"[1-9]{1,6}", fullmatch=True),
    st.sampled_from(["", " cảm ơn", " gửi 8083", " ạ", "👍"]),
)
def test_a_number_is_never_made_of_what_stands_around_such_a_letter(
    before: str, letters: str, behind: str, end: str
) -> None:
    keys = exact(parse(f"MCKH {before}{letters}{behind}{end}", GRAMMAR))
    assert not {before, behind, before + behind} & set(keys) or GRAMMAR.official(
        f"{before} {behind}"
    )
