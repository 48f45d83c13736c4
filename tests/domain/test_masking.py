"""Phone numbers are found in a text however they are written, and codes are left as they are."""

import csv
import time
from pathlib import Path

import pytest

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
    for piece in ("0 ", "0", "84", "0.9", "170703", "+ ", "9_", "+84 (0) 9"):
        masked_numbers(piece * 20_000)
    assert time.process_time() - begun < 4.0
