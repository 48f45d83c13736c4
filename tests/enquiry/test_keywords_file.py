"""What the keyword file may say, and how a mistake in it is told."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import Lookup, OptOut
from sms_gateway.enquiry.keyword_file import KeywordError, load_grammars
from sms_gateway.enquiry.keywords import parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))


def with_code(**lines: object) -> Mapping[str, object]:
    return {**RAW, "short_codes": {"8083": lines}}


def first_key(text: str, raw: Mapping[str, object], short_code: str = "8083") -> str:
    intent = parse(text, load_grammars(raw)[ShortCode(short_code)])
    assert isinstance(intent, Lookup)
    return intent.candidates[0].key


def test_a_short_code_without_a_table_has_the_default_grammar() -> None:
    grammars = load_grammars(RAW)
    assert list(grammars) == ["8083"]
    assert len(grammars) == 1
    assert ShortCode("9999") not in grammars
    assert isinstance(parse("MCKH 12345", grammars[ShortCode("9999")]), Lookup)


def test_a_short_code_says_only_what_differs() -> None:
    raw = with_code(keyword="HOSOKH", aliases=["Tra cứu KH"])
    assert first_key("HOSOKH 12345", raw) == "12345"
    assert first_key("tracuukh_12345", raw) == "12345"
    assert first_key("tra cứu KH 12345 cảm ơn", raw) == "12345"
    assert first_key("MCKH 12345", raw) == "MCKH12345"


def test_the_same_keyword_may_stand_on_several_short_codes() -> None:
    raw = {**RAW, "short_codes": {"8083": {}, "8183": {"opt_out": ["chấm dứt"]}}}
    grammars = load_grammars(raw)
    assert parse("MCKH CHAM DUT", grammars[ShortCode("8183")]) == OptOut()
    assert parse("MCKH CHAM DUT", grammars[ShortCode("8083")]) != OptOut()


def test_a_keyword_of_two_letters_is_never_glued_or_misspelled() -> None:
    raw = with_code(keyword="BH")
    assert first_key("BH 12345", raw) == "12345"
    assert first_key("BH12345", raw) == "12345"
    assert first_key("BK 12345", raw) == "BK12345"
    assert first_key("BHX12345", raw) == "BHX12345"


def test_the_shortest_word_to_be_believed_is_set_by_the_file() -> None:
    assert first_key("MCKH 1234 cua ong ba toi", with_code(minimum_token=4)) == "1234"


def test_a_shape_makes_a_short_number_official() -> None:
    assert first_key("MCKH K12 cua ong ba toi", with_code(shapes=["A99"])) == "K12"


@pytest.mark.parametrize(
    "raw, message",
    [
        (
            with_code(help=["huỷ"]),
            (
                "keywords.toml [short_codes.8083] opt_out 'hủy' and help 'huỷ' are the same "
                "without accents (HUY); remove one of them"
            ),
        ),
        (
            with_code(aliases=["Mc-kh"]),
            (
                "keywords.toml [short_codes.8083] keyword 'MCKH' is there twice without accents; "
                "remove one of them"
            ),
        ),
        (
            with_code(keyword="STOP"),
            (
                "keywords.toml [short_codes.8083] opt_out 'stop' and keyword or alias 'STOP' are "
                "the same without accents (STOP); remove one of them"
            ),
        ),
        (
            with_code(opt_uot=["thôi"]),
            "keywords.toml [short_codes.8083] does not know 'opt_uot'; did you mean 'opt_out'?",
        ),
        ({**RAW, "shortcodes": {}}, "keywords.toml does not know 'shortcodes'; did you mean "),
        ({}, "keywords.toml [default] must be a table"),
        ({"default": {}}, "keywords.toml [default] needs keyword = "),
        ({**RAW, "short_codes": {"80-83": {}}}, "'80-83' is not a short code of 3 to 10 digits"),
        ({**RAW, "short_codes": {"8083": 1}}, "[short_codes.8083] must be a table"),
        ({**RAW, "short_codes": {str(n): {} for n in range(100, 201)}}, "more than 100 tables"),
        (with_code(keyword="M1"), "must have 2 to 12 letters and no digits"),
        (with_code(aliases="MC"), "aliases must be a list of texts"),
        (with_code(help=[1]), "help must be a list of texts"),
        (with_code(help=["?"]), "help entry '?' has no letter; remove it"),
        (with_code(help=["a" * 61]), "an entry of more than 60 characters"),
        (with_code(help=["a"] * 201), "help has more than 200 entries"),
        (with_code(shapes=["99x"]), "shapes entry '99x': a shape has only 9, A, yymmdd and"),
        (with_code(shapes=["--"]), "shapes entry '--': a shape must have at least one"),
        (with_code(minimum_token=2), "minimum_token must be a whole number from 3 to 20"),
        (with_code(minimum_token=True), "minimum_token must be a whole number from 3 to 20"),
        (with_code(tolerate_misspelling="yes"), "tolerate_misspelling must be true or false"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(
    raw: Mapping[str, object], message: str
) -> None:
    with pytest.raises(KeywordError) as caught:
        load_grammars(raw)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("keywords.toml ")
