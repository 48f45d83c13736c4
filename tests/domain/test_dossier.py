import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.dossier import Dossier, State, canonical_key
from sms_gateway.domain.ids import DossierId

CODES = st.text(st.sampled_from("ABCĐđêỘ0123456789.-/ _ＭＣ１２"), max_size=40)


@pytest.mark.parametrize(
    "code, key",
    [
        ("170703-0001", "1707030001"),
        ("000.00.12.H32-230615-0001", "0000012H322306150001"),
        ("000 00 12 h32 230615 0001", "0000012H322306150001"),
        ("H32.12\u2013230615\u20130001", "H32122306150001"),
        ("03706/2026/07906", "03706202607906"),
        ("\uff2d\uff23\uff11\uff12", "MC12"),
        ("ĐN-Đ9/17", "DND917"),
        ("Hồ sơ số 12", "HOSOSO12"),
        ("Ho\u0302\u0300 so\u031b 12", "HOSO12"),
        ("\u2460\u00b2", "12"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_a_code_becomes_its_letters_and_digits(code: str, key: str) -> None:
    assert canonical_key(code) == key


@given(st.text())
def test_a_key_holds_nothing_but_letters_and_digits(text: str) -> None:
    assert re.fullmatch("[A-Z0-9]*", canonical_key(text))


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    key = canonical_key(text)
    assert canonical_key(key) == key


@given(CODES)
def test_accents_letter_case_and_unicode_form_make_no_difference(text: str) -> None:
    key = canonical_key(text)
    for form in (text.lower(), text.upper()):
        assert canonical_key(form) == key
    for normal in ("NFC", "NFD", "NFKC", "NFKD"):
        assert canonical_key(unicodedata.normalize(normal, text)) == key


@given(st.text(st.characters(max_codepoint=127)), st.text(st.characters(max_codepoint=127)))
def test_the_key_of_two_halves_is_the_two_keys(left: str, right: str) -> None:
    assert canonical_key(left + right) == canonical_key(left) + canonical_key(right)


def test_the_citizen_is_shown_the_number_on_the_paper() -> None:
    named = Dossier(DossierId("H32-1"), "170703-0001", "", State.PROCESSING)
    assert named.code == "170703-0001"
    assert Dossier(DossierId("H32-1"), "", "", State.PROCESSING).code == "H32-1"
