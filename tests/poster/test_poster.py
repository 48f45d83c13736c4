"""What is printed tells how to ask, and its code fills that in."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.poster import Invitation, as_html, card, poster
from sms_gateway.poster.qr import QUIET, link

GOLDEN = Path(__file__).parent.parent / "golden"
OURS = Invitation(
    office="Sở Ngoại vụ Khánh Hòa",
    keyword="MCKH",
    short_code="8083",
    price="1.000 đồng",
    hotline="0258 3999999",
    hours="07:30-11:30, 13:30-17:00, thứ Hai đến thứ Sáu",
)
CODE = "000.00.12.H32-170703-0001"
SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> str:
    return " ".join(one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314  # made here


def dark(svg: str) -> set[tuple[int, int]]:
    """The dark modules of the code in an SVG, its quiet zone counted."""
    (path,) = ET.fromstring(svg).iter(f"{SVG}path")  # noqa: S314  # made here
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.get("d", ""))
    assert all(there == back for _, _, there, back in runs)
    return {(x, int(y)) for x0, y, n, _ in runs for x in range(int(x0), int(x0) + int(n))}


def wanted(said: str) -> set[tuple[int, int]]:
    """What the library itself would draw."""
    rows = segno.make(said, error="q", micro=False).matrix_iter(border=QUIET)
    return {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


@pytest.mark.parametrize(
    "name, made", [("poster.svg", poster(OURS)), ("receipt.svg", card(OURS, CODE))]
)
def test_it_looks_as_it_was_agreed(name: str, made: str) -> None:
    assert made == (GOLDEN / name).read_text(encoding="utf-8")


def test_the_poster_tells_syntax_number_price_hotline_and_hours() -> None:
    told = words(poster(OURS))
    for part in (
        "MCKH mã số biên nhận", "gửi 8083", "Giá cước: 1.000 đồng một tin nhắn",
        "Hỏi đáp: 0258 3999999", OURS.office, OURS.hours,
    ):  # fmt: skip
        assert part in told


def test_its_code_fills_in_the_keyword_and_leaves_the_number_to_the_citizen() -> None:
    assert dark(poster(OURS)) == wanted("SMSTO:8083:MCKH ")


def test_the_code_of_a_receipt_fills_in_the_whole_text() -> None:
    made = card(OURS, CODE)
    assert dark(made) == wanted(f"SMSTO:8083:MCKH {CODE}")
    assert f"MCKH {CODE}" in words(made)
    assert "1.000 đồng" in words(made)


def test_the_other_way_of_writing_it_is_that_of_rfc_5724() -> None:
    assert link("8083", f"MCKH {CODE}", "sms") == f"sms:8083?body=MCKH%20{CODE}"
    assert dark(card(replace(OURS, scheme="sms"), "A 1")) == wanted("sms:8083?body=MCKH%20A%201")


def test_nothing_that_is_printed_breaks_out_of_its_place() -> None:
    evil = replace(OURS, office='<script>"&', price="<b>", hours="]]>&", hotline="'\"")
    for made in (poster(evil), card(evil, "<svg/onload=1>&")):
        assert "<script>" not in made
        assert "<b>" not in made
        ET.fromstring(made)  # noqa: S314  # made here


def test_the_page_prints_the_same_on_a4_without_any_script() -> None:
    page = as_html(poster(OURS), a4=True)
    assert poster(OURS) in page
    assert "size: A4" in page
    assert "<script" not in page


@given(
    office=st.text(max_size=120),
    price=st.text(max_size=60),
    code=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=50),
)
def test_no_line_leaves_the_sheet(office: str, price: str, code: str) -> None:
    told = replace(OURS, office=office, price=price)
    for made in (poster(told), card(told, code)):
        sheet = ET.fromstring(made)  # noqa: S314  # made here
        width, height = (float(side) for side in sheet.get("viewBox", "").split()[2:])
        for line in sheet.iter(f"{SVG}text"):
            x, y = float(line.get("x", "")), float(line.get("y", ""))
            long = 0.58 * float(line.get("font-size", "")) * len(line.text or "")
            middle = line.get("text-anchor") == "middle"
            assert x + (long / 2 if middle else long) <= width
            assert y <= height
