"""Numbers as a phone writes down what is said to it, and numbers of dong that are no receipt's."""

import tomllib
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import Lookup, Malformed
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
GRAMMAR = load_grammars(tomllib.loads(FILE.read_text(encoding="utf-8")))[ShortCode("8083")]


def keys(text: str) -> list[str]:
    intent = parse(text, GRAMMAR)
    return [str(c.key) for c in intent.candidates] if isinstance(intent, Lookup) else []


@pytest.mark.parametrize(
    "text",
    [
        "MCKH 170703 gạch ngang 0001",
        "MCKH 170703 gach 0001",
        "mckh 170703 gạch nối 0001",
        "MCKH 170703 trừ 0001 cảm ơn",
        "MCKH 17 chấm 07 chấm 03 gạch ngang 0001",
        "mckh 170703, gạch ngang, 0001",
    ],
)
def test_a_separator_may_be_said_in_words(text: str) -> None:
    assert keys(text) == ["1707030001"]


def test_also_in_the_long_code_and_beside_letters() -> None:
    said = "MCKH 000 chấm 00 chấm 12 chấm H32 gạch ngang 170703 gạch ngang 0001"
    assert keys(said) == ["0000012H321707030001"]


def test_a_word_that_only_sounds_like_one_parts_nothing() -> None:
    assert keys("MCKH 12345 gach men") == keys("MCKH 12345 xyz men")


@pytest.mark.parametrize(
    "text",
    [
        "MCKH sao tra loi cham vay, mat tien cua toi 1000d",
        "MCKH toi da nop 500.000d roi",
        "MCKH thu cua toi 20000VND la sao",
        "can bo doi them 500k moi lam",
    ],
)
def test_an_amount_in_a_sentence_is_no_receipt_number(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), Malformed)


def test_beside_an_amount_the_number_is_found() -> None:
    assert keys("MCKH 12345 da nop 500.000d roi")[0] == "12345"


@pytest.mark.parametrize("text, key", [("MCKH 1200D", "1200D"), ("MCKH ho so 12345D", "12345D")])
def test_what_stands_alone_or_is_no_round_sum_is_looked_up(text: str, key: str) -> None:
    assert key in keys(text)
