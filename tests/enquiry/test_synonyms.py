"""A synonym stands where the word stands that it means, in each short code that names that one."""

from collections.abc import Sequence

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.synonyms import Synonym
from sms_gateway.enquiry.intents import Help, Lookup, OptOut
from sms_gateway.enquiry.keywords import parse
from sms_gateway.enquiry.normalise import squash
from sms_gateway.enquiry.synonyms import MOST_SYNONYMS, Vocabulary
from tests.parts import START

FILE = {
    "default": {
        "keyword": "MCKH", "aliases": ["MOTCUA"], "help": ["HELP"], "opt_out": ["HUY"],
        "label": ["mã số"], "opt_in": [],
    },
    "short_codes": {"8083": {}, "8183": {"keyword": "STP", "help": ["HDSTP"]}},
}  # fmt: skip
WORDS = Vocabulary(FILE, ["SNGV"])
MAIN, OTHER = ShortCode("8083"), ShortCode("8183")


def synonym(word: str, keyword: str) -> Synonym:
    return Synonym(squash(word), word, keyword, "", START, "os:an")


def read(text: str, code: ShortCode, *synonyms: Synonym) -> object:
    return parse(text, WORDS.grammars(synonyms)[code])


def test_a_synonym_of_the_keyword_is_a_first_word_of_texts() -> None:
    intent = read("TRACUU AB12", MAIN, synonym("TRACUU", "MCKH"))
    assert isinstance(intent, Lookup)
    assert [one.key for one in intent.candidates] == ["AB12"]


@pytest.mark.parametrize("keyword", ["HUY", "huỷ", "H U Y"])
def test_a_synonym_of_any_word_means_what_that_word_means(keyword: str) -> None:
    intent = read("MCKH NGUNGNHAN", MAIN, synonym("NGUNG NHAN", keyword))
    assert isinstance(intent, OptOut)


def test_a_short_code_that_names_a_word_itself_gets_its_synonym_and_no_other_does() -> None:
    added = synonym("CHIDAN", "HDSTP")
    assert isinstance(read("STP CHIDAN", OTHER, added), Help)
    assert WORDS.tables([added])["default"] == FILE["default"]
    of_all = synonym("CHIDAN", "HELP")
    assert WORDS.tables([of_all])["short_codes"] == FILE["short_codes"]


def test_without_synonyms_the_tables_are_those_of_the_file() -> None:
    assert WORDS.tables([]) is FILE


@pytest.mark.parametrize(
    "word, why",
    [("Mốt cửa", "has a meaning already"), ("sngv", "name of an office"), ("STP", "has a meaning")],
)
def test_a_word_that_has_a_meaning_cannot_get_another(word: str, why: str) -> None:
    assert why in WORDS.refusal([], Synonym(squash(word), word, "MCKH", "", START, "os:an"))


def test_two_synonyms_do_not_become_one_word() -> None:
    first = synonym("TRACUU", "MCKH")
    assert "has a meaning already" in WORDS.refusal([first], synonym("tra cuu", "HUY"))


def test_there_is_an_end_to_how_many_are_added() -> None:
    many = [
        synonym(f"AB{chr(65 + at // 26)}{chr(65 + at % 26)}", "HELP") for at in range(MOST_SYNONYMS)
    ]
    assert "write them into keywords.toml" in WORDS.refusal(many, synonym("TRACUU", "HELP"))


def test_what_no_longer_fits_is_left_out_and_the_rest_is_read() -> None:
    kept: Sequence[Synonym] = [
        synonym("MOTCUA", "MCKH"),
        synonym("GONE", "NOWHERE"),
        synonym("TRACUU", "MCKH"),
    ]
    assert [one.word for one in WORDS.fitting(kept)] == ["TRACUU"]
