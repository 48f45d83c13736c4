"""A reply in the office's name repeats a number that was texted, and nothing that swindlers text.

Whoever forges a sender could else have any link or telephone number sent to the victim by us.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    NotFound,
    Unavailable,
    Withheld,
    canonical_key,
)
from sms_gateway.domain.ids import CanonicalKey, ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing
from sms_gateway.enquiry.echo import may_be_shown
from sms_gateway.enquiry.keywords import load_grammars
from tests.parts import Desk, dossier, words

FILE = Path(__file__).parents[2] / "config" / "keywords.toml"
GRAMMAR = load_grammars(tomllib.loads(FILE.read_text(encoding="utf-8")))[ShortCode("8083")]

NUMBERS = [
    *("12345", "170703-0001", "170703 0001", "H32.12-230615-0001", "000.00.12.H32-230615-0001"),
    *("000 00 12 H32 230615 0001", "818/SNGV-VP", "03706/2026/07906", "BN12345", "12/UB/345", "7"),
    *("12.345", "H15.50.05.13-261008-0975", "TTHTN-17-0042"),
]
OTHERS = [
    *("BIT.LY/2XY9", "BIT.LY-2", "EVIL.COM/9", "HTTP-EVIL-9", "WWW9", "4.VN", "1.IO"),
    *("A1.XN--P1AI", "T.ME1", "VAY1..COM", "192.168.1.10", "10.0.0.1/9", "HTTPS/12"),
    *("0912345678", "84912345678", "0912.345.678", "0912-345-678", "0258 3999999", "02583999999"),
    *("GOI0912345678", "GOI-0912.345.678", "0912/345/678", "19001234", "1900.1234", "1800-599-920"),
    *("0084912345678", "X19001234", "12345-0912345678"),
    *("0 GOI 0912345678", "12 UB 345", "VAY TIEN 9", "ABC", "", "170703-0001 VAY"),
]


@pytest.mark.parametrize("code", NUMBERS)
def test_what_looks_like_a_receipt_number_is_shown(code: str) -> None:
    assert may_be_shown(code, canonical_key(code), GRAMMAR)


@pytest.mark.parametrize("code", OTHERS)
def test_a_link_a_telephone_number_and_a_sentence_are_not_shown(code: str) -> None:
    assert not may_be_shown(code, canonical_key(code), GRAMMAR)


def test_a_number_that_was_cut_is_not_shown() -> None:
    assert may_be_shown("1" * 25, CanonicalKey("1" * 25), GRAMMAR)
    assert not may_be_shown("1" * 25, CanonicalKey("1" * 26), GRAMMAR)


SCAMS = [
    "MCKH bit.ly/2xY9",
    "MCKH http://evil.com/9",
    "MCKH vay tien lai suat 0 goi 0912345678",
    "MCKH 0912345678",
    "MCKH www.evil9.vn",
    "MCKH HUY bit.ly/2xY9",
    "MKCH evil.com/9",
    "MCKH EN bit.ly/2xY9",
]


class Everything(dict[CanonicalKey, CaseLookup]):
    """A directory that says the same of every key."""

    def __init__(self, said: CaseLookup) -> None:
        super().__init__()
        self.said = said

    def get(self, _key: CanonicalKey, _default: object = None) -> CaseLookup:
        return self.said


@pytest.mark.parametrize("text", SCAMS)
@pytest.mark.parametrize(
    "said, template, billing",
    [
        (NotFound(), "E1-nocode", Billing.REFUND),
        (Unavailable("timeout"), "E4-nocode", Billing.FREE),
        (Ambiguous((dossier(1), dossier(1, agency="x"))), "E6-nocode", Billing.REFUND),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_failure_repeats_no_link_and_no_telephone_number(
    text: str, said: CaseLookup, template: str, billing: Billing, language: Language
) -> None:
    desk = Desk()
    desk.cases = Everything(said)
    desk.citizen = type(desk.citizen)(language=language)
    verdict = desk.text(text)
    assert (verdict.reason, verdict.billing) == (template, billing)
    told = words(verdict).upper().replace("0258 3999999", "")
    assert not re.search(r"BIT|LY/|EVIL|HTTP|WWW|0912|GOI 09", told)


@pytest.mark.parametrize(
    "said, template", [(NotFound(), "E1"), (Unavailable(""), "E4"), (Withheld(), "E7-call")]
)
def test_a_receipt_number_is_repeated_as_it_was_written(said: CaseLookup, template: str) -> None:
    desk = Desk()
    desk.cases = Everything(said)
    verdict = desk.text("mckh h32.12-230615-0001")
    assert verdict.reason == template
    assert "H32.12-230615-0001" in words(verdict)


def test_a_dossier_that_is_withheld_is_named_by_its_own_letters() -> None:
    desk = Desk()
    desk.cases = Everything(Withheld())
    assert "Ho so 818SNGV17: vui long goi" in words(desk.text("MCKH 8.18sn.gv/17"))


SCRAPS = st.sampled_from(
    ["HTTP", "WWW", ".", "/", "-", "BIT", "LY", "COM", "VN", "12", "0912345678", "H32", " ", "9"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SCRAPS, max_size=8).map("".join))
def test_what_is_shown_is_one_number_or_one_token_and_no_address(code: str) -> None:
    if may_be_shown(code, canonical_key(code), GRAMMAR):
        assert GRAMMAR.official(code) or re.fullmatch(r"[A-Z0-9./-]{1,25}", code)
        assert not re.search(r"[A-Z]\.[A-Z]|HTTP|WWW|(?<![0-9])09[0-9]{8}(?![0-9])", code)
        assert any(map(str.isdigit, code))


def test_the_variant_without_a_code_says_the_same_of_what_to_do() -> None:
    cases: Mapping[str, str] = {
        "MCKH 99999": "Khong thay ho so 99999. ",
        "MCKH t.me/99999": "Khong thay ho so theo ma da gui. ",
    }
    ends = {words(Desk().text(text)).removeprefix(start) for text, start in cases.items()}
    assert len(ends) == 1
