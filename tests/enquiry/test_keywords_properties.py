"""What holds for every text, however odd."""

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.intents import Candidate, Intent, Lookup, OptIn, OptOut
from sms_gateway.enquiry.keywords import load_grammars, parse, parse_slowly
from sms_gateway.enquiry.normalise import MAX_CHARS, accented, fold, undo_telex, undo_vni
from sms_gateway.enquiry.words import one_slip

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
GRAMMAR = load_grammars(tomllib.loads(FILE.read_text(encoding="utf-8")))[ShortCode("8083")]

PIECES = st.sampled_from(
    [
        *("MCKH", "mckh", "MKCH", "МСКН", "MCK H", "12345", "12 345", "170703-0001", "8083", "EN"),
        *("H32.12-230615-0001", "HUY", "tc", "từ chối", "mã số biên nhận", "BN", "so", "HO SO"),
        *("gửi 8083", "gui", "cảm ơn", "ạ", "a", "?", "O", "Đ9", "\x1e¡", "\x11", "_", " ", "-"),
        *(".", "/", "id:", "stat:", "0905123456", "12/07/2017", "HD", "KHONG DAU", "🙂", "\u200b"),
    ]
)
TYPED = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join)
ANY = st.one_of(TYPED, st.text(max_size=2_000))
CODES = st.one_of(
    st.from_regex(r"[0-9]{5,12}", fullmatch=True),
    st.from_regex(r"[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9])-[0-9]{4}", fullmatch=True),
    st.from_regex(r"[A-HJKMNP-Z][0-9]{2}\.[0-9]{2}-2306(0[1-9]|1[0-9])-[0-9]{4}", fullmatch=True),
).filter(lambda code: not re.fullmatch(r"(84|0)[235789].*", code))
NOISE = st.text(alphabet="_ -:.\n\t\u00a0\u200b—–§\x11<(“'🙂…,#*=\ufeff\u2060", max_size=8)


def found(intent: Intent) -> tuple[Candidate, ...]:
    return intent.candidates if isinstance(intent, Lookup | OptOut | OptIn) else ()


@settings(max_examples=200, deadline=None)
@given(ANY)
@example("MCKH " + "1 " * 900)
@example("00¼È")
@example("\ufdfa" * 400)
@example("MCKH \u0390\u1f82" * 100)
def test_candidates_are_few_distinct_and_clean_for_any_text(text: str) -> None:
    intent = parse(text, GRAMMAR)
    candidates = found(intent)
    assert len(candidates) <= 3
    assert len({c.key for c in candidates}) == len(candidates)
    assert not isinstance(intent, Lookup) or candidates
    assert [c.repaired for c in candidates] == sorted(c.repaired for c in candidates)
    for candidate in candidates:
        assert re.fullmatch(r"[A-Z0-9]{1,64}", candidate.key)
        assert re.fullmatch(r"[A-Z0-9](?:[A-Z0-9 ./-]{0,23}[A-Z0-9])?", candidate.shown)
        assert len(candidate.rest) <= 4
        assert all(re.fullmatch(r"[A-Z0-9]{3,64}", word) for word in candidate.rest)


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_normalising_again_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once.plain).plain == once.plain
    assert len(once.plain) == len(once.kept) <= MAX_CHARS
    assert re.fullmatch(r"[A-Z0-9 ./?-]*", once.plain)


@settings(max_examples=200, deadline=None)
@given(ANY)
@example("MCKH_Mã số biên nhận 12345 ạ")
@example("e\u0301" * 1_500 + "MCKH 12345")
def test_composed_and_decomposed_letters_read_the_same(text: str) -> None:
    composed = parse(unicodedata.normalize("NFC", text), GRAMMAR)
    assert parse(unicodedata.normalize("NFD", text), GRAMMAR) == composed


@settings(max_examples=200, deadline=None)
@given(CODES, NOISE, st.sampled_from(["MCKH", "mckh", "МСКН", "ＭＣＫＨ"]))
def test_noise_between_keyword_and_code_never_changes_the_best_candidate(
    code: str, noise: str, keyword: str
) -> None:
    candidates = found(parse(keyword + noise + code, GRAMMAR))
    assert candidates[0].key == canonical_key(code)
    assert candidates[0].shown == code[:25]


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        TYPED,
        st.from_regex(
            r"\s{0,2}[Mm]CKH[ _:.\-]{0,4}[0-9A-Za-z./ -]{1,30}[ .\n]{0,2}", fullmatch=True
        ),
        st.from_regex(GRAMMAR.fast, fullmatch=True),
    )
)
@example("MCKH_8083")
@example("MCKH0001010000")
@example("MCKH 0905123456")
@example("MCKH 12/07/2017")
@example("MCKH -12345-A1.")
def test_the_quick_way_and_the_long_way_say_the_same(text: str) -> None:
    assert parse(text, GRAMMAR) == parse_slowly(text, GRAMMAR)


@pytest.mark.parametrize("text", ["MCKH_170703-0001", "mckh 12345", "MCKH000.00.12-230615-0001 "])
def test_the_plain_shapes_take_the_quick_way(text: str) -> None:
    assert GRAMMAR.fast.fullmatch(text)


@given(st.one_of([st.from_regex(shape.strict, fullmatch=True) for shape in GRAMMAR.words.shapes]))
def test_a_number_of_any_shape_is_official(text: str) -> None:
    assert GRAMMAR.official(text) or GRAMMAR.personal(text)


def distance(a: str, b: str) -> int:
    """Damerau's distance by the book (optimal string alignment), as the oracle."""
    rows = [[i + j if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = a[i - 1] != b[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@settings(max_examples=200, deadline=None)
@given(st.text("MCK", max_size=6), st.text("MCK", max_size=6))
def test_one_slip_is_damerau_distance_of_at_most_one(a: str, b: str) -> None:
    assert one_slip(a, b) == (distance(a, b) <= 1)


@pytest.mark.parametrize(
    "letters, vni, telex",
    [
        ("Đ", "D9", "DD"),
        ("Á", "A1", "AS"),
        ("Ấ", "A61", "AAS"),
        ("Ộ", "O65", "OOJ"),
        ("Ư", "U7", "UW"),
        ("Ắ", "A81", "AWS"),
        ("Ò", "O2", "OF"),
        ("B-1", "B-1", "B-1"),
    ],
)
def test_letters_are_undone_to_the_keys_that_make_them(letters: str, vni: str, telex: str) -> None:
    plain = fold(letters).plain
    assert (undo_vni(letters, plain), undo_telex(letters, plain)) == (vni, telex)


def test_the_stroke_of_d_alone_does_not_make_a_word_prose() -> None:
    assert (accented("ĐB"), accented("SỐ"), accented("SO")) == (False, True, False)


def test_a_long_text_is_read_up_to_its_limit_and_no_further() -> None:
    assert found(parse("." * (MAX_CHARS - 10) + "MCKH 12345", GRAMMAR))
    assert not found(parse("." * MAX_CHARS + "MCKH 12345", GRAMMAR))
