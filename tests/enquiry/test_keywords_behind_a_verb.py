"""A number that begins like a word of ours, behind another such word or an office's short name."""

import dataclasses

import pytest

from sms_gateway.domain.dossier import Ambiguous, Found
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.records import OptOutChange
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import Lookup, OptIn, OptOut
from sms_gateway.enquiry.keywords import load_grammars, parse
from sms_gateway.rules import load_rules
from sms_gateway.settings import load
from tests.enquiry.test_keywords_beyond import GRAMMAR, RAW, candidates, varied
from tests.parts import AN, BINH, CODE, HASHER, ROOT, Desk, dossier, key_of

DK = varied(code_prefixes=["DK"])
FOREIGN = {"code": "000.00.12.H32", "short": "SNGV", "name": "Sở Ngoại vụ"}
HEALTH = "000.00.13.H32"


def read(text: str, grammar: Grammar = GRAMMAR) -> tuple[type, list[str]]:
    intent = parse(text, grammar)
    return type(intent), [str(c.key) for c in candidates(intent) if not c.repaired]


def desk_with(short: str) -> Desk:
    """A desk for which an office is named by this word."""
    settings = load(None, None, {}, ROOT)
    office = {"code": HEALTH, "short": short, "name": "Sở Y tế"}
    agencies = {"default": settings.agencies["default"], "agency": [FOREIGN, office]}
    return Desk(load_rules(dataclasses.replace(settings, agencies=agencies), HASHER))


@pytest.mark.parametrize("prefix", ["DK", "ĐK", "DI", "TIN", "HET", "BO", "DK-"])
def test_behind_a_refusal_a_number_keeps_the_letters_glued_to_it(prefix: str) -> None:
    whole = f"{prefix.replace('Đ', 'D').removesuffix('-')}12345"
    assert read(f"MCKH HUY {prefix}12345") == (OptOut, [whole, "12345"])


@pytest.mark.parametrize("prefix", ["TIN", "LAI"])
def test_behind_a_wish_too(prefix: str) -> None:
    assert read(f"MCKH NHAN {prefix}12345") == (OptIn, [f"{prefix}12345", "12345"])


@pytest.mark.parametrize(
    "text",
    ["MCKH HUY DK170703-0001", "HUY DK170703-0001", "MCKH HUY DK170703-0001 A7K29",
     "MCKH HUY DK170703 0001"],
)  # fmt: skip
def test_before_an_official_number_as_well(text: str) -> None:
    assert read(text) == (OptOut, ["DK1707030001", "1707030001"])


def test_notices_of_a_dossier_stop_that_begins_so_and_of_no_other() -> None:
    desk = Desk()
    desk.cases = {CanonicalKey("DK12345"): Found(dossier(1, AN)),
                  CanonicalKey("12345"): Found(dossier(2, BINH))}  # fmt: skip
    assert desk.text("MCKH HUY DK12345").opt_out == OptOutChange(
        opted_out=True, dossier_id=dossier(1).id
    )


@pytest.mark.parametrize(
    "text",
    ["MCKH HUY TIN 12345", "MCKH HUYTIN12345", "MCKH HUY DK 12345", "MCKH TU CHOI12345",
     "MCKH KHONG NHAN 12345", "MCKH HUY DANG KY 12345"],
)  # fmt: skip
def test_words_that_stand_apart_from_the_number_belong_to_the_refusal(text: str) -> None:
    assert read(text) == (OptOut, ["12345"])


@pytest.mark.parametrize("text", ["MCKH HUY DK170703-0001", "MCKH HUY DK-170703-0001"])
def test_what_real_numbers_begin_with_is_cut_behind_no_verb(text: str) -> None:
    assert read(text, DK) == (OptOut, ["DK1707030001"])


def test_what_real_numbers_begin_with_may_stand_apart() -> None:
    assert read("MCKH HUY DK 170703-0001", DK) == (OptOut, ["DK1707030001", "1707030001"])
    known = parse("MCKH DK 170703-0001", DK)
    assert [(str(c.key), c.with_verb) for c in candidates(known)] == [
        ("1707030001", False), ("DK1707030001", True),
    ]  # fmt: skip


def test_a_number_that_may_begin_so_is_acted_on_only_where_no_other_is_meant() -> None:
    desk = Desk()
    desk.cases = {CanonicalKey("DK1707030001"): Found(dossier(1, AN)),
                  CanonicalKey("1707030001"): Found(dossier(2, BINH))}  # fmt: skip
    verdict = desk.text("MCKH DK170703-0001")
    assert (verdict.reason, verdict.opt_out) == ("S4", None)
    assert verdict.dossier == dossier(1, AN)


@pytest.mark.parametrize("short", ["TC", "DK", "HD", "VN", "EN"])
@pytest.mark.parametrize("gap", ["", " ", "-"])
def test_an_office_named_by_a_word_of_ours_is_named_and_nothing_is_done(
    short: str, gap: str
) -> None:
    desk = desk_with(short)
    desk.cases = {key_of(1): Found(dossier(1, AN, agency=HEALTH))}
    verdict = desk.text(f"MCKH {short}{gap}170703-0001")
    assert (verdict.reason, verdict.opt_out) == ("S4", None)


@pytest.mark.parametrize("short", ["TC", "DK", "HD", "VN", "EN"])
@pytest.mark.parametrize("gap", ["", " "])
def test_such_an_office_tells_dossiers_with_one_number_apart(short: str, gap: str) -> None:
    desk = desk_with(short)
    both = Ambiguous((dossier(1, BINH), dossier(1, BINH, agency=HEALTH)))
    desk.cases = {key_of(1): both}
    verdict = desk.text(f"MCKH {short}{gap}170703-0001")
    assert (verdict.dossier, verdict.opt_out) == (dossier(1, BINH, agency=HEALTH), None)


def test_a_word_that_names_an_office_still_does_what_it_says_to_the_dossiers_of_others() -> None:
    desk = desk_with("TC")
    desk.cases = {key_of(1): Found(dossier(1, AN))}
    assert desk.text("MCKH TC 170703-0001").reason == "O3"
    assert desk.text("MCKH TC").reason == "O1"


def test_an_office_named_by_another_word_changes_nothing_of_what_words_do() -> None:
    grammar = load_grammars(RAW, ["D", "SYT"])[CODE]
    assert read("MCKH DK170703-0001", grammar)[0] is OptIn
    assert read("MKCH DK170703-0001", grammar)[0] is OptIn
    assert read("MCKH SYT170703-0001", grammar)[0] is Lookup
