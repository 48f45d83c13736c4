"""A word that says what to do, glued to the number or on the other side of the keyword."""

import pytest

from sms_gateway.domain.dossier import Found, canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.enquiry.intents import Lookup, Malformed, OptIn, OptOut, SetLanguage
from sms_gateway.enquiry.keywords import parse
from tests.enquiry.test_keywords_beyond import GRAMMAR, candidates, keys, varied
from tests.parts import AN, BINH, SECRET_WORD, Desk, dossier, rules

NUMBER = "1707030001"


def first(text: str) -> tuple[type, str]:
    intent = parse(text, GRAMMAR)
    return type(intent), candidates(intent)[0].key


@pytest.mark.parametrize(
    "text",
    [
        "MCKH DK170703-0001", "mckh dk170703-0001", "MCKH_DK170703-0001", "MCKHDK170703-0001",
        "MCKH ĐK170703-0001", "MCKH DK-170703-0001", "MCKH DK.170703/0001", "MCKH DK1707030001",
        "MCKH DK170703 0001", "DK170703-0001", "MKCH DK170703-0001", "MCKH DANGKI170703-0001",
        "MCKH NHAN170703-0001", "MCKH nhận170703-0001",
    ],
)  # fmt: skip
def test_notices_are_wanted_of_the_number_that_the_word_is_glued_to(text: str) -> None:
    assert first(text) == (OptIn, NUMBER)


@pytest.mark.parametrize(
    "text",
    [
        "MCKH HUY170703-0001", "MCKHHUY170703-0001", "MCKH HUY-170703-0001", "HUY170703-0001",
        "MCKH TC170703-0001", "MCKH hủy170703-0001", "MCKH 170703-0001HUY",
    ],
)  # fmt: skip
def test_notices_are_refused_of_the_number_that_the_word_is_glued_to(text: str) -> None:
    assert first(text) == (OptOut, NUMBER)


@pytest.mark.parametrize(
    "text, means",
    [
        ("MCKH HUYH32.12-230615-0001", OptOut),
        ("MCKH DKH32.12-230615-0001", OptIn),
        ("MCKH NHANH32.12-230615-0001", OptIn),
        ("MCKH DK000.00.12.H32-230615-0001", OptIn),
        ("MCKH DK000 00 12 H32 230615 0001", OptIn),
    ],
)
def test_also_of_a_code_that_begins_with_a_letter_or_is_long(text: str, means: type) -> None:
    kind, key = first(text)
    assert kind is means
    assert GRAMMAR.official(key)


def test_the_secret_behind_it_is_read_as_ever() -> None:
    glued, apart = (
        candidates(parse(f"MCKH DK{gap}170703-0001 {SECRET_WORD}", GRAMMAR)) for gap in ("", " ")
    )
    assert (glued[0].key, glued[0].rest) == (apart[0].key, apart[0].rest)
    verdict = Desk(rules(DISCLOSURE__SECOND_SECRET="true"), BINH).text(
        f"MCKH DK170703-0001 {SECRET_WORD}"
    )
    assert verdict.reason == "O5"


@pytest.mark.parametrize("text", ["MCKH EN170703-0001", "MCKH VI170703-0001", "VN170703-0001"])
def test_a_language_may_be_glued_to_the_number(text: str) -> None:
    intent = parse(text, GRAMMAR)
    assert isinstance(intent, Lookup)
    assert intent.candidates[0].key == NUMBER
    assert intent.language is (Language.EN if "EN" in text else Language.VI)


@pytest.mark.parametrize("text", ["MCKH DK12345", "MCKH TC12345", "MCKH DK-12345", "MCKH DKX-1"])
def test_before_what_is_no_official_number_two_letters_belong_to_it(text: str) -> None:
    assert keys(text)[0] == canonical_key(text.removeprefix("MCKH "))


def test_a_real_number_that_begins_so_is_looked_up() -> None:
    desk = Desk()
    desk.cases = {CanonicalKey("DK1707030001"): Found(dossier(1, AN))}
    verdict = desk.text("MCKH DK170703-0001")
    assert (verdict.reason, verdict.opt_out) == ("S4", None)


def test_a_wrong_secret_beside_a_real_number_that_begins_so_counts_as_one() -> None:
    desk = Desk(rules(DISCLOSURE__SECOND_SECRET="true"), BINH)
    desk.cases = {CanonicalKey("TC1707030001"): Found(dossier(1, AN))}
    verdict = desk.text("MCKH TC170703-0001 A7K28")
    assert (verdict.reason, verdict.opt_out, verdict.wrong_secret) == ("E7", None, True)
    desk.tried[dossier(1).id] = 10
    assert desk.text(f"MCKH TC170703-0001 {SECRET_WORD}").reason == "E7"


@pytest.mark.parametrize(
    "lines", [{"code_prefixes": ["DK"]}, {"shapes": ["AA999999-9999", "yymmdd-9999"]}]
)
def test_numbers_that_are_said_to_begin_so_are_never_cut(lines: dict[str, object]) -> None:
    assert keys("MCKH DK170703-0001", varied(**lines)) == ["DK1707030001"]


@pytest.mark.parametrize(
    "text, means",
    [
        ("DK MCKH 170703-0001", OptIn), ("ĐK MCKH_12345", OptIn), ("dk: mckh 12345", OptIn),
        ("MCKH 170703-0001 DK", OptIn), ("MCKH 170703-0001 HUY", OptOut),
    ],
)  # fmt: skip
def test_the_words_may_stand_in_another_order(text: str, means: type) -> None:
    assert isinstance(parse(text, GRAMMAR), means)


@pytest.mark.parametrize(
    "text",
    [
        "Đăng ký kết hôn MCKH 12345", "khi nào nhận MCKH 12345", "chưa nhận được MCKH 12345",
        "MCKH 12345 DK", "MCKH 170703-0001 TC", "anh Huy MCKH 12345", "TC MCKH 12345",
        "EN MCKH 12345", "mua ban DK MCKH 12345",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_a_look_up(text: str) -> None:
    assert isinstance(parse(text, GRAMMAR), Lookup)


@pytest.mark.parametrize(
    "text",
    [
        "MCKH THOI", "MCKH thôi", "MCKH thôi nhé", "MCKH thoi khong nhan nua", "MCKH STOP",
        "MCKH DUNG", "MCKH dung lai", "MCKH KHONG NHAN", "MCKH HUY BO", "MCKH khong can",
        "MCKH không cần nữa", "MCKH ko nhan tin nua", "MCKH k nhan", "MCKH tắt", "MCKH HUY HET",
        "MCKH hủy đi", "MCKH thoi di", "MCKH huy theo doi", "MCKH bo theo doi",
        "MCKH khong can nhan tin", "THOI MCKH", "thoi khong nhan nua", "MCKH cancel",
    ],
)  # fmt: skip
def test_a_no_is_heard_in_the_words_of_people(text: str) -> None:
    assert parse(text, GRAMMAR) == OptOut()


@pytest.mark.parametrize(
    "text", ["MCKH dky", "MCKH nhan tin lai", "MCKH toi muon nhan tin", "MCKH tiep tuc nhan tin"]
)
def test_a_yes_is_heard_in_the_words_of_people(text: str) -> None:
    assert parse(text, GRAMMAR) == OptIn()


@pytest.mark.parametrize(
    "text", ["MCKH khong co dau", "MCKH bo dau", "MCKH Viet Nam", "MCKH Vietnamese"]
)
def test_the_usual_writing_is_chosen_in_the_words_of_people(text: str) -> None:
    assert parse(text, GRAMMAR) == SetLanguage(Language.VI)


@pytest.mark.parametrize(
    "text",
    ["MCKH toi muon nhan ket qua 12345", "MCKH theo doi ho so 12345", "MCKH khong co dau 12345"],
)
def test_who_speaks_of_a_dossier_asks_for_it(text: str) -> None:
    assert "12345" in keys(text)


@pytest.mark.parametrize(
    "text", ["MCKH thoi 12345", "MCKH 12345 con bao lau thoi", "MCKH thoi gian 12345", "thoi 12345"]
)
def test_a_word_that_refuses_only_where_it_stands_alone_stops_no_dossier(text: str) -> None:
    assert "12345" in keys(text)


def test_without_the_keyword_such_a_word_is_answered_by_how_to_stop() -> None:
    assert isinstance(parse("thoi", GRAMMAR), Malformed)
    assert Desk().text("thoi").reason == "H1"
    assert Desk().text("thoi").opt_out is None


@pytest.mark.parametrize("text", ["MCKH ko dau", "MCKH k dau", "MCKH KODAU"])
def test_khong_is_understood_as_people_shorten_it(text: str) -> None:
    assert parse(text, GRAMMAR) == parse("MCKH KHONG DAU", GRAMMAR)


def test_a_shortened_khong_makes_no_refusal_of_a_question() -> None:
    assert isinstance(parse("MCKH 12345 dung ko", GRAMMAR), Lookup)
    assert isinstance(parse("MCKH 12345 ko nhan duoc", GRAMMAR), Lookup)
