import unicodedata

import gsm0338
import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm import alphabet
from sms_gateway.gsm.alphabet import Alphabet, alphabet_of, decode, encode, septets, units

ORACLE = gsm0338.Codec()
# Both oracles take U+001B for a character; on the air it changes the one that follows.
WITHOUT_ESCAPE = st.characters(exclude_characters="\x1b", codec="utf-8")
GSM_LETTERS = st.sampled_from(
    [
        character
        for character in map(chr, range(0x2100))
        if character != "\x1b" and smsutil.is_valid_gsm(character)
    ]
)
TEXTS = st.text(WITHOUT_ESCAPE | GSM_LETTERS, max_size=200)
GSM_TEXTS = st.text(GSM_LETTERS, max_size=200)
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ACCENTED = [
    letter
    for vowel in VOWELS + VOWELS.upper() + "đĐ"
    for tone in (TONES if vowel not in "đĐ" else ("",))
    if not (letter := unicodedata.normalize("NFC", vowel + tone)).isascii()
]


def test_every_character_of_the_two_basic_planes_is_judged_as_both_oracles_judge_it() -> None:
    table = {ORACLE.decode(bytes((code,)))[0] for code in range(0x80) if code != 0x1B}
    table |= {ORACLE.decode(bytes((0x1B, code)))[0] for code in b"\n\x14()/<=>@e"}
    for code in range(0x20000):
        character = chr(code)
        if character == "\x1b" or 0xD800 <= code <= 0xDFFF:
            continue
        valid = bool(smsutil.is_valid_gsm(character))
        assert alphabet.is_gsm7(character) is valid
        assert (alphabet_of(character) is Alphabet.GSM7) is valid
        assert (character in table) is valid


@given(TEXTS)
def test_the_alphabet_is_the_oracles_alphabet(text: str) -> None:
    expected = not text or smsutil.is_valid_gsm(text)
    assert (alphabet_of(text) is Alphabet.GSM7) is expected


@given(GSM_TEXTS)
def test_octets_are_the_oracles_octets_and_come_back(text: str) -> None:
    octets = encode(text)
    assert octets == ORACLE.encode(text)[0]
    assert septets(text) == len(octets)
    assert decode(octets) == text == ORACLE.decode(octets)[0]


@given(st.binary(max_size=200))
def test_decoding_reads_any_octets_and_gives_no_escape(octets: bytes) -> None:
    text = decode(octets)
    assert "\x1b" not in text
    assert len(text) <= len(octets)


@given(TEXTS)
def test_ucs2_is_counted_in_utf16_code_units(text: str) -> None:
    assert units(text, Alphabet.UCS2) == len(text.encode("utf-16-be")) // 2


def test_each_extension_character_costs_two_septets() -> None:
    for character in "^{}[]~\\|\u20ac\f":
        assert alphabet.is_extension(character)
        assert septets(character) == 2
        assert encode(character)[0] == 0x1B
    assert septets("a{b}") == 6
    assert not alphabet.is_extension("a")
    assert not alphabet.is_extension("\u1ea1")


def test_the_standard_places_these_characters_here() -> None:
    assert encode("_") == b"\x11"
    assert encode("@$[{|") == b"\x00\x02\x1b<\x1b(\x1b@"
    assert decode(b"\x5f\x40\x24\x60") == "\u00a7\u00a1\u00a4\u00bf"


def test_an_escape_without_a_meaning_is_read_as_the_standard_says() -> None:
    assert decode(b"\x1ba") == "a"
    assert decode(b"a\x1b") == "a "
    assert decode(b"\x1b\x1ba") == " a"
    assert decode(b"\x80\x1b\xff") == "\ufffd \ufffd"


def test_an_escape_character_in_a_text_is_not_gsm7() -> None:
    assert alphabet_of("\x1be") is Alphabet.UCS2


@pytest.mark.parametrize("text", ["H\u1ed3 s\u01a1", "`", "\x1b"])
def test_what_is_not_gsm7_is_refused_without_repeating_the_text(text: str) -> None:
    for refuse in (septets, encode):
        with pytest.raises(ValueError, match="not GSM-7") as caught:
            refuse(text)
        assert text not in str(caught.value)


def test_few_vietnamese_letters_are_gsm7() -> None:
    assert len(ACCENTED) == 134
    assert {letter for letter in ACCENTED if alphabet.is_gsm7(letter)} == set("àèéìòùÉ")
