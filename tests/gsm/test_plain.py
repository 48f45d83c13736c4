import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.gsm.alphabet import Alphabet, alphabet_of
from sms_gateway.gsm.plain import allowed, clean_accented, nfc, offenders, plain
from sms_gateway.gsm.segment import count

ALLOWED = set(string.ascii_letters + string.digits + " .:-/()")
BASES = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = [
    (nfc(vowel + tone), BASES.get(vowel, vowel)) for vowel in (*"aeiouy", *BASES) for tone in TONES
] + [("đ", "d")]
BREAKERS = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u00a0\u2022\u200b`\u0111\u20ab"
TRICKY = st.sampled_from(
    "aZ5 \u1ed3\u0111\u01a1\u0301\u0323\u200b\u200d\ufe0f\u20e3\u20ab\u2019\u2026"
    "\r\n\t\x1b\x11`?!.,;&+=%<>[]\\|_^{}\"'@$#*~\ufffd\uff1f\u061f\U0001f44d\U0001f1fb\u2713\u2260\u6f22\ud83d\U000e0061"
)
TEXTS = st.text(TRICKY | st.characters(), max_size=120)
ASCII = st.text(st.characters(max_codepoint=0x7F), max_size=120)


@pytest.mark.parametrize("letter,base", LETTERS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_vietnamese_letter_becomes_its_base_letter(letter: str, base: str, form: str) -> None:
    accented = f"x{letter}{letter.upper()}x"
    if form == "NFD":
        accented = unicodedata.normalize("NFD", accented)
    assert plain(accented) == f"x{base}{base.upper()}x"
    assert clean_accented(accented) == nfc(accented)


@given(st.text(st.sampled_from([letter for letter, _ in LETTERS] + list("bcd 19.:-/()\n"))))
def test_an_accented_text_loses_no_letter(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert clean_accented(text) == text


@given(TEXTS)
def test_plain_text_is_printable_gsm7(text: str) -> None:
    outcome = plain(text)
    assert outcome.isascii()
    assert outcome.replace("\n", "").isprintable()
    assert alphabet_of(outcome) is Alphabet.GSM7


@given(TEXTS)
def test_a_question_mark_comes_only_from_a_question_mark(text: str) -> None:
    assert plain(text).count("?") == text.count("?")


def test_no_character_of_unicode_becomes_a_question_mark_or_a_spelt_out_emoji() -> None:
    for code in range(0x80, 0x32000):
        outcome = plain(f"x{chr(code)}x")
        assert "?" not in outcome
        assert outcome.count(":") <= 1 or len(outcome) <= 5
        assert alphabet_of(outcome) is Alphabet.GSM7


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_accented(clean_accented(text)) == clean_accented(text)
    assert plain(plain(text)) == plain(text) == plain(clean_accented(text))
    assert allowed(allowed(text)) == allowed(text)


@given(TEXTS)
def test_clean_text_is_nfc_and_holds_nothing_invisible(text: str) -> None:
    outcome = clean_accented(text)
    assert unicodedata.is_normalized("NFC", outcome)
    categories = {unicodedata.category(character) for character in outcome if character != "\n"}
    assert categories.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@given(st.text(st.sampled_from(sorted(set(map(chr, range(0x20, 0x7F))) - {"`"}))))
def test_printable_ascii_but_the_backtick_stays_as_it_is(text: str) -> None:
    assert plain(text) == text
    assert clean_accented(text) == text


def test_each_silent_breaker_of_gsm7_is_repaired() -> None:
    for breaker in BREAKERS:
        dirty = f"Ho so 5{breaker} xong"
        assert alphabet_of(dirty) is Alphabet.UCS2
        assert alphabet_of(plain(dirty)) is Alphabet.GSM7
        if breaker != "\u0111":
            assert alphabet_of(clean_accented(dirty)) is Alphabet.GSM7


@pytest.mark.parametrize(
    "text,expected",
    [
        (
            "\u201cM\u1ed9t c\u1eeda\u201d \u2013 \u2018\u0111\u00f3\u2019\u2026",
            "\"Mot cua\" - 'do'...",
        ),
        ("S\u1ed1\u00a05\u200b\u202f\u2022\u2009A", "So 5 - A"),
        ("ph\u00ed 50.000\u20ab", "phi 50.000 VND"),
        ("\u20ab50", "VND50"),
        ("xong \U0001f44d\U0001f3fd.", "xong."),
        ("ch\u00e0o\U0001f44db\u1ea1n \U0001f1fb\U0001f1f3 \u2764\ufe0f nh\u00e9", "chao ban nhe"),
        (
            "\U0001f44d m\u1ed9t\n\U0001f44d hai \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "mot\nhai",
        ),
        ("1\ufe0f\u20e3 gi\u1ea5y", "1 giay"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd e"),
        ("MCKH\x1112345\x1b\x00\ufffd\ud83d", "MCKH12345"),
        ("\uff2d\uff23\uff2b\uff28 stra\u00dfe \u00d8 \u041d\u0430", "MCKH strasse O Na"),
        ("g\u00ec\uff1f", "gi."),
        ("o\u0323\u031b", "o"),
        ("A \u2192 B \u2260 C", "A -> B <> C"),
    ],
)
def test_plain_keeps_what_can_be_said_in_ascii(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(TEXTS | ASCII)
def test_allowed_text_is_on_the_allow_list_and_single_spaced(text: str) -> None:
    outcome = allowed(text)
    assert set(outcome) <= ALLOWED
    assert "  " not in outcome
    assert outcome == outcome.strip()
    assert offenders(outcome) == ()
    assert count(outcome).alphabet is Alphabet.GSM7


@given(st.lists(st.text(st.sampled_from(sorted(ALLOWED - {" "})), min_size=1)))
def test_a_text_on_the_allow_list_comes_back_as_it_is(words: list[str]) -> None:
    text = " ".join(words)
    assert allowed(text) == text


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Lao động & Xã hội, Nha Trang; Khánh Hòa", "Lao dong - Xa hoi - Nha Trang - Khanh Hoa"),
        ("Phòng A, (B, ) C, D,.", "Phong A - (B) C - D."),
        ("phí 1,500,000₫, hạn 1,5 ngày", "phi 1.500.000 VND - han 1.5 ngay"),
        ("phòng 1,2,3", "phong 1 - 2 - 3"),
        ("170703-0001,170703-0002", "170703-0001 - 170703-0002"),
        ("gọi +84 258 3999999", "goi 0258 3999999"),
        ("gọi +84 (0)258.3999999", "goi 0258.3999999"),
        ("+1 415 555 2671", "001 415 555 2671"),
        ("A+B +5", "A B 5"),
        ("Bạn hỏi gì ?! Hay!", "Ban hoi gi. Hay."),
        ("MCKH_<mã> [x] {y}", "MCKH (ma) (x) (y)"),
        ("Bước 1 -> bước 2", "Buoc 1 - buoc 2"),
        ("50 % a=b", "50/100 a: b"),
        ("x@y.vn 'q' \"r\" 5$ #3 *101#", "x(at)y.vn q r 5USD 3 101"),
        ("a|b c\\d ~5 e^f", "a/b c/d -5 e f"),
        ("một\nhai\r\n  ba ", "mot hai ba"),
        ("👍", ""),
    ],
)
def test_allowed_rewords_before_it_drops(text: str, expected: str) -> None:
    assert allowed(text) == expected


def test_offenders_names_each_character_once_with_its_fault() -> None:
    cheap = "not on the allow-list, some telcos refuse it"
    dear = "not in GSM-7, the whole text becomes UCS-2"
    assert offenders("Ho so H32.12-230615-0001: (10/11) xong.") == ()
    assert offenders("O\u0302ng’s_\n__’`") == (
        f"U+00D4 LATIN CAPITAL LETTER O WITH CIRCUMFLEX: {dear}",
        f"U+2019 RIGHT SINGLE QUOTATION MARK: {dear}",
        f"U+005F LOW LINE: {cheap}",
        f"U+000A (no name): {cheap}",
        f"U+0060 GRAVE ACCENT: {dear}",
    )


@given(TEXTS)
def test_a_text_without_offenders_is_gsm7(text: str) -> None:
    assert bool(offenders(text)) is not (set(nfc(text)) <= ALLOWED)
    if not offenders(text):
        assert count(nfc(text)).alphabet is Alphabet.GSM7


def test_the_unaccented_reply_is_generated_from_the_accented_one() -> None:
    accented = (
        "Hồ sơ H32.12-230615-0001 đã có kết quả ngày 20/11/2026. Mang giấy hẹn và giấy tờ tùy thân"
        " đến nơi nộp hồ sơ để nhận. Hỏi đáp: 0258 3999999"
    )
    unaccented = allowed(accented)
    assert unaccented == (
        "Ho so H32.12-230615-0001 da co ket qua ngay 20/11/2026. Mang giay hen va giay to tuy than"
        " den noi nop ho so de nhan. Hoi dap: 0258 3999999"
    )
    assert (count(unaccented).units, count(unaccented).segments) == (138, 1)
