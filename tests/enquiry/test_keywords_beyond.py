"""What people type beyond the table of domain 3.3."""

import tomllib
from pathlib import Path

import pytest

from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import (
    Candidate,
    Help,
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.enquiry.keywords import load_grammars, parse

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))
GRAMMAR = load_grammars(RAW)[ShortCode("8083")]


def candidates(intent: Intent) -> tuple[Candidate, ...]:
    assert isinstance(intent, Lookup | OptOut | OptIn), intent
    return intent.candidates


def keys(text: str, grammar: Grammar = GRAMMAR) -> list[str]:
    intent = parse(text, grammar)
    assert isinstance(intent, Lookup), intent
    return [str(candidate.key) for candidate in intent.candidates]


def varied(**lines: object) -> Grammar:
    changed = {**RAW, "short_codes": {"8083": lines}}
    return load_grammars(changed)[ShortCode("8083")]


@pytest.mark.parametrize(
    "text",
    [
        "Tra cứu tình trạng giải quyết TTHC, Soạn: MCKH_170703-0001 gửi 8083",
        "170703-0001 MCKH",
        "170703-0001MCKH",
        "MCKH MCKH 170703-0001",
        "MCKH170703-0001MCKH170703-0001",
        "MCKH_Mã số biên nhận gửi 8083\nMCKH_170703-0001",
        "MCKH__170703__0001",
        "MCKH 170703-0001 gửi tới 8083",
        "MCKH_170703-0001_gui_8083_(1000d/tin)",
        "MCKH 170703-0001 send to 8083",
        "MCKH 170703-0001 8083",
        "MCKH 8083 170703-0001",
        "MCKH 170703-0001 ma tra cuu 48213",
        "MCKH 170703‑0001",
        "MCKH 170703−0001",
        "MCKH 170703–0001 nhé em ơi",
        "\x00M\x00C\x00K\x00H\x00 \x001\x007\x000\x007\x000\x003\x00-\x000\x000\x000\x001",
        "\u2400M\u2400C\u2400K\u2400H\u2400 \u24001\u24007\u24000\u24007\u24000\u24003\u2400-0001",
        "MCKHÄ170703-0001Ñ",
        "MCKH 1️⃣70703-0001",
        "FW: MCKH 170703-0001",
        "cho hỏi 170703-0001 xong chưa ạ",
        "M.C.K.H 170703-0001",
        "\u202eMCKH\u202c 170703-0001",
        "ΜCΚΗ 170703-0001",
        "MCKH 170703-0001, 0905 123 456",
        "MCKH 170703-0001 Nguyen Van A 0905123456 12/07/2017",
        "Kính gửi Sở. SĐT 0905123456, nộp ngày 03/07/2017, hồ sơ: MCKH 170703-0001",
    ],
)
def test_the_number_is_found_and_comes_alone(text: str) -> None:
    assert keys(text) == ["1707030001"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("MCKH ma so bien nhan BN 12345", ["BN12345", "12345"]),
        ("MCKH mã BN12345", ["BN12345", "MABN12345", "12345"]),
        ("MCKH MSBN12345", ["12345", "MSBN12345"]),
        ("MCKH BN 170703-0001", ["1707030001", "BN1707030001"]),
        ("MCKH ABTC 12345", ["ABTC12345", "12345"]),
        ("MCKH 12345 UB", ["12345UB", "12345"]),
        ("MCKH 12345 TC", ["12345TC", "12345"]),
        ("MCKH 12345 a", ["12345", "12345A"]),
        ("MCKH 12345 ạ", ["12345"]),
        ("MCKH 818/SNgV-VP ngay 10/7/2017", ["818SNGVVP"]),
        ("MCKH 03706/2026/07906", ["03706202607906"]),
        ("MCKH 12 UB 345", ["12UB345"]),
        ("MCKH 12345 le 5", ["12345LE5", "12345", "123451E5"]),
        ("MCKH 12345 UB 17", ["12345UB17", "12345"]),
        ("MCKH 170703-0001 le 5", ["1707030001"]),
    ],
)
def test_letters_around_the_number_are_kept_on_first_where_they_may_belong_to_it(
    text: str, expected: list[str]
) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("MCKH 170703 001", ["170703001"]),
        ("MCKH 000 00 12 H32 230615 001", ["0000012H32230615001"]),
        ("MCKH 000.00.12.32 230615-0001", ["0000012322306150001"]),
        ("MCKH 12 34567", ["1234567"]),
        ("MCKH 170703 00012", ["17070300012"]),
        ("MCKH H32 170703-0001", ["H321707030001"]),
    ],
)
def test_a_piece_of_a_mistyped_official_number_is_not_tried_alone(
    text: str, expected: list[str]
) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "MCKH 123 den dau roi",
        "123",
        "8083",
        "goi lai cho toi so 0905123456",
        "MCKH nop ngay 12/07/2017",
        "cam on",
        "xin chao",
        "huy ho so cua toi",
        "MCKH huy ho so",
        "MCKH HUY ma so bien nhan",
        "",
        " \n",
        "MCKH " + "1" * 65,
        "EN",
    ],
)
def test_what_would_be_a_guess_is_malformed(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), Malformed)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "HELP",
        "MCKH HELP",
        "MCKH TRO GIUP",
        "MCKH HD",
        "mckh hướng dẫn ạ",
        "MCKH_Ma so bien nhan gui 8083",
        "Tra cứu tình trạng giải quyết TTHC, Soạn: MCKH_Mã số biên nhận gửi 8083",
        "MKCH",
        "MCKH 8083",
        "MCKH gui 8083",
        "MCKH cam on",
        "Mã số biên nhận",
    ],
)
def test_a_question_about_the_service_is_help(text: str) -> None:
    assert parse(text, GRAMMAR) == Help()


@pytest.mark.parametrize(
    "text, kind, expected",
    [
        ("MCKH HUY 12345", OptOut, ["12345"]),
        ("MCKH HUY12345", OptOut, ["12345"]),
        ("MCKH 12345 HUY", OptOut, ["12345"]),
        ("MCKH TC 170703-0001 cam on", OptOut, ["1707030001"]),
        ("STOP 12345", OptOut, ["12345"]),
        ("MCKH không nhận tin", OptOut, []),
        ("MCHK HUY", OptOut, []),
        ("STOP", OptOut, []),
        ("MCKH NHAN", OptIn, []),
        ("MCKH DK 12345", OptIn, ["12345"]),
        ("MCKH đăng ký", OptIn, []),
    ],
)
def test_notices_are_stopped_and_resumed_for_one_dossier_or_for_all(
    text: str, kind: type[OptOut | OptIn], expected: list[str]
) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, kind)
    assert [candidate.key for candidate in intent.candidates] == expected


@pytest.mark.parametrize("text, best", [("MCKH TC12345", "TC12345"), ("MCKH HD 12345", "HD12345")])
def test_two_letters_that_may_be_a_prefix_do_not_turn_a_lookup_into_a_command(
    text: str, best: str
) -> None:
    assert keys(text)[0] == best


@pytest.mark.parametrize(
    "text, expected, language",
    [
        ("MCKH EN 12345", ["12345", "EN12345"], Language.EN),
        ("MCKH_EN_12345", ["12345", "EN12345"], Language.EN),
        ("MCKHEN 12345", ["12345", "EN12345"], Language.EN),
        ("MCKH 12345 EN", ["12345", "EN12345"], Language.EN),
        ("EN 170703-0001", ["1707030001", "EN1707030001"], Language.EN),
        ("MCKH EN170703-0001", ["1707030001", "EN1707030001"], Language.EN),
        ("MCKHEN12345", ["EN12345", "12345"], None),
        ("MCKH EN12345", ["EN12345", "12345"], None),
        ("MCKH CO DAU 12345", ["12345"], Language.VI_ACCENTED),
        # before the keyword it is no prefix of the number
        ("EN MCKH 170703-0001", ["1707030001"], Language.EN),
        ("English: MCKH_12345", ["12345"], Language.EN),
        ("có dấu MCKH 12345", ["12345"], Language.VI_ACCENTED),
        ("please EN MKCH 170703-0001", ["1707030001", "MKCH1707030001"], Language.EN),
        ("bien nhan EN 12 MCKH 12345", ["12345"], None),
    ],
)
def test_english_is_asked_for_by_a_word_that_stands_apart_or_before_an_official_number(
    text: str, expected: list[str], language: Language | None
) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup)
    assert ([c.key for c in intent.candidates], intent.language) == (expected, language)


@pytest.mark.parametrize(
    "text, repaired",
    [
        ("MCKH l7O7O3-OOO1", "1707030001"),
        ("MCKH I2345", "12345"),
        ("MCKH 1234O", "12340"),
        ("MCKH lOOlO", "10010"),
        ("MCKH L32.12-23O615-OOOl", "L32122306150001"),
        ("MCKH BÁ-2345", "BA12345"),
        ("MCKH BÒ-2345", "BO22345"),
    ],
)
def test_a_slip_is_undone_in_a_second_reading(text: str, repaired: str) -> None:
    found = candidates(parse(text, GRAMMAR))
    assert repaired in [candidate.key for candidate in found if candidate.repaired]
    assert not found[0].repaired


@pytest.mark.parametrize(
    "text, expected",
    [
        ("MCH 12345", ["12345", "MCH12345"]),
        ("NCKH 12345", ["12345", "NCKH12345"]),
        ("MCK12345", ["MCK12345", "12345"]),
        ("MCK H32.12-230615-0001", ["H32122306150001", "MCKH32122306150001"]),
        ("MKCHH32.12-230615-0001", ["H32122306150001", "MKCHH32122306150001"]),
        ("Soạn: MKCH 12345 gửi 8083", ["12345", "MKCH12345"]),
        ("KHMC 12345", ["KHMC12345", "12345"]),
        ("H32.12-230615-0001", ["H32122306150001"]),
    ],
)
def test_a_word_that_is_only_similar_to_the_keyword_stays_a_possible_prefix(
    text: str, expected: list[str]
) -> None:
    assert keys(text) == expected


def test_a_prefix_that_the_office_uses_is_never_a_misspelled_keyword() -> None:
    assert keys("MCK 12345", varied(code_prefixes=["MCK"])) == ["MCK12345", "12345"]


def test_misspelling_is_forgiven_only_where_it_is_switched_on() -> None:
    assert parse("MKCH", varied(tolerate_misspelling=False)) == Malformed(
        "no keyword and no number"
    )


def test_what_may_be_a_second_secret_stands_in_rest_but_is_no_candidate() -> None:
    (only,) = candidates(parse("MCKH 170703-0001 4821", GRAMMAR))
    assert only.rest == ("4821",)
    joined, first = candidates(parse("MCKH 12345 4821", GRAMMAR))
    assert (joined.key, joined.rest) == ("123454821", ())
    assert (first.key, first.rest) == ("12345", ("4821",))


def test_the_code_is_shown_as_written_but_clean() -> None:
    shown = [c.shown for c in candidates(parse("mckh_h32.12–230615–0001…", GRAMMAR))]
    assert shown == ["H32.12-230615-0001"]


@pytest.mark.parametrize(
    "text",
    [
        "id:123 sub:001 dlvrd:001 submit date:1707030800 done date:1707030801 stat:DELIVRD err:000",
        "ID:ab-1 STAT:UNDELIV",
        "msg id:77 sub:001 dlvrd:001 err:000",
        "stat:DELIVRD",
        "MCKH stat:DELIVRD",
        "MCKH 170703-0001 Stat: UNDELIV err 001",
    ],
)
def test_a_delivery_report_that_came_as_a_text_is_not_from_a_citizen(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), NotACitizen)


def test_a_citizen_may_write_a_colon() -> None:
    assert isinstance(parse("id: MCKH 12345", GRAMMAR), Lookup)
    assert isinstance(parse("MCKH stat: 12345", GRAMMAR), Lookup)


@pytest.mark.parametrize(
    "text, intent",
    [
        ("EN MCKH", SetLanguage(Language.EN)),
        ("MCKH tieng anh gui 8083", SetLanguage(Language.EN)),
        ("HELP MCKH", Help()),
        ("EN MCKH_Mã số biên nhận", Help()),
    ],
)
def test_a_word_of_command_is_heard_before_the_bare_keyword_too(text: str, intent: Intent) -> None:
    assert parse(text, GRAMMAR) == intent
