"""The keyword with gaps in it and the number glued to it."""

import tomllib
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import Intent, Lookup, OptOut
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))
GRAMMAR = load_grammars(RAW)[ShortCode("8083")]
STRICT = load_grammars({**RAW, "short_codes": {"8083": {"tolerate_misspelling": False}}})[
    ShortCode("8083")
]


def keys(intent: Intent) -> list[str]:
    assert isinstance(intent, Lookup | OptOut), intent
    return [str(candidate.key) for candidate in intent.candidates]


@pytest.mark.parametrize("grammar", [GRAMMAR, STRICT], ids=["tolerant", "strict"])
@pytest.mark.parametrize(
    "text, expected",
    [
        ("M CKH12345", ["12345"]),
        ("MC KH170703-0001", ["1707030001"]),
        ("M-CKH12345", ["12345"]),
        ("m c kh12345", ["12345"]),
        ("Soạn: MC KH12345 gửi 8083", ["12345"]),
        ("М СКН12345", ["12345"]),
        ("MC KH8083", []),
    ],
)
def test_a_keyword_with_a_gap_and_glued_to_the_number_is_the_keyword(
    text: str, expected: list[str], grammar: Grammar
) -> None:
    intent = parse(text, grammar)
    assert (keys(intent) if expected else intent.name) == (expected or "help")


@pytest.mark.parametrize("grammar", [GRAMMAR, STRICT], ids=["tolerant", "strict"])
@pytest.mark.parametrize(
    "text, expected",
    [
        # as it is written first: the last letter may be the code's
        ("MCK H12345", ["H12345", "12345"]),
        ("M C K H12345", ["H12345", "12345"]),
        ("MC-K_H12345 cam on", ["H12345", "12345"]),
        # except before an official number
        ("MCK H170703-0001", ["1707030001", "H1707030001"]),
        ("M.C.K.H170703-0001", ["1707030001", "H1707030001"]),
        # too short to be believed without its letter
        ("MCK H123", ["H123"]),
    ],
)
def test_the_last_letter_alone_before_the_number_may_be_the_number_s(
    text: str, expected: list[str], grammar: Grammar
) -> None:
    assert keys(parse(text, grammar)) == expected


@pytest.mark.parametrize("text", ["MCK H32.12-230615-0001", "M C K H32.12-230615-0001"])
def test_an_official_number_is_never_cut(text: str) -> None:
    assert keys(parse(text, STRICT))[0] == "H32122306150001"
    assert "32122306150001" not in keys(parse(text, GRAMMAR))


def test_our_own_number_behind_it_is_still_none() -> None:
    long = load_grammars({**RAW, "short_codes": {"19008083": {}}})[ShortCode("19008083")]
    assert keys(parse("MCK H19008083", long)) == ["H19008083"]


def test_repaired_readings_stay_behind() -> None:
    intent = parse("MCK H1234O", GRAMMAR)
    assert isinstance(intent, Lookup)
    assert [(c.key, c.repaired) for c in intent.candidates] == [
        ("H1234O", False),
        ("1234O", False),
        ("H12340", True),
    ]


def test_a_command_behind_such_a_number_is_heard() -> None:
    intent = parse("MC KH12345 HUY", GRAMMAR)
    assert isinstance(intent, OptOut)
    assert keys(intent) == ["12345"]


@pytest.mark.parametrize("text", ["XM CKH12345", "M   C   K   H12345"])
def test_letters_of_other_words_or_far_apart_are_no_keyword(text: str) -> None:
    assert "12345" not in keys(parse(text, STRICT))[:1]
