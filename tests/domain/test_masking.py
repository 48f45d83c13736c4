"""Phone numbers are found in a text however they are written, and codes are left as they are."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.masking import masked_numbers

SAMPLES = Path(__file__).parents[2] / "config" / "samples"
CODES = tuple(
    code
    for path in sorted(SAMPLES.glob("*.csv"))
    for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())
    for code in (row["MaHoSo"], row["SoBienNhan"])
)


@pytest.mark.parametrize(
    "written",
    [
        *("0912345678", "0912 345 678", "0912.345,678", "0912/345/678", "0912_345_678"),
        *("0 9 1 2 3 4 5 6 7 8", "09:12:34:56:78", "0912\u00a0345\u00a0678", "0912\u200b345678"),
        *("+84912345678", "+84 (0) 912 345 678", "84912345678", "0084912345678", "912345678"),
        *("０９１２３４５６７８", "٠٩١٢٣٤٥٦٧٨", "01234565678", "02033 125 678", "+1 650 253 5678"),
    ],
)
def test_a_number_keeps_its_last_three_digits(written: str) -> None:
    for before in ("", "goi", "sdt: ", "ma 170703-0001 ", "hen 05/07/2017 08:30 "):
        for behind in ("", " ma 170703-0001", ", cam on"):
            assert masked_numbers(before + written + behind) == f"{before}xxx678{behind}"


LIKE = {"0": "Oo", "1": "Il"}


@given(st.data())
def test_a_number_is_masked_although_letters_pass_for_some_of_its_digits(
    data: st.DataObject,
) -> None:
    tail = data.draw(st.text("0123456789", min_size=8, max_size=8))
    between = data.draw(st.sampled_from(["", " ", ".", "-", ". "]))
    head = data.draw(st.sampled_from(["0", "84", "+84"])) + data.draw(st.sampled_from("35789"))
    signs, left = [], 4
    for sign in head + tail:
        like = LIKE.get(sign, "") if left else ""
        chosen = data.draw(st.sampled_from(sign + like))
        left -= chosen != sign
        signs.append(chosen)
    written = between.join("".join(signs[at : at + 4]) for at in range(0, len(signs), 4))
    for before in ("", "goi so ", "ma 170703-0001 ", "cho toi "):
        assert masked_numbers(f"{before}{written} ai lo") == f"{before}xxx{tail[-3:]} ai lo"


@given(st.text("Oo Il0123456789.-_HK", max_size=40), st.sampled_from(CODES))
def test_a_code_is_left_as_it_is_beside_whatever_was_typed(around: str, code: str) -> None:
    assert masked_numbers(f"{around}, ma: {code}").endswith(f", ma: {code}")


def test_words_and_codes_with_such_letters_are_no_numbers() -> None:
    for text in (
        "Ho so 000.00.12.H32-170703-0001 o dau, toi o 30 Le Loi",
        "MCKH 17O7O3-OOO1",
        "MCKH_17o703-ooo1 hoi lo 3 ngay 12 thang 5",
        "OOOO OOOO OOOO",
        "lo lo lo o 9 o o o o o o o o",
    ):
        assert masked_numbers(text) == text


def test_codes_are_never_masked() -> None:
    assert len(CODES) > 50
    for code in CODES:
        for text in (code, canonical_key(code), f"MCKH_{code} {code}", f"MCKH {code} 001"):
            assert masked_numbers(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "05/07/2017 08:30 09:15",
        "3-7-2017 0h00",
        "500.000.000 đ",
        "ｆｕｌｌ…",
        "1900 1234",
        "",
    ],
)
def test_what_holds_no_number_is_as_it_was(text: str) -> None:
    assert masked_numbers(text) == text


def test_a_hostile_text_costs_what_its_length_does() -> None:
    begun = time.process_time()
    for piece in ("0 ", "O9", "oI9 ", "O ", "0", "84", "0.9", "170703", "+ ", "9_", "+84 (0) 9"):
        masked_numbers(piece * 20_000)
    assert time.process_time() - begun < 4.0
