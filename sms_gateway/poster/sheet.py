"""Where each line stands on the poster and on the card; all lengths in millimetres."""

import functools
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import jinja2

from sms_gateway.poster.qr import Scheme, drawn, link

EXAMPLE = "170703-0001"
"""A receipt number as the poster shows it."""

_WIDE = 0.58
"""How wide a letter is, of its height; of the widest font that may be there."""

_TITLE = ("TRA CỨU HỒ SƠ", "BẰNG TIN NHẮN")
_NUMBER = "mã số biên nhận"
_SCAN = "Quét mã này bằng máy ảnh điện thoại: tin nhắn được soạn sẵn,"
_SCAN_THEN = "chỉ cần ghi thêm mã số biên nhận rồi bấm gửi."
_TIERS = (
    "Số điện thoại đã đăng ký với hồ sơ đọc được đầy đủ; số khác chỉ đọc được hồ sơ đến bước nào."
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What citizens are told.

    Attributes:
        office: whose dossiers they are, as people call it; empty for no particular one.
        keyword: the word before the number.
        short_code: where texts go.
        price: what one text costs them.
        hotline: who answers questions.
        hours: when; may be empty.
        scheme: how the code is written.
    """

    office: str
    keyword: str
    short_code: str
    price: str
    hotline: str
    hours: str
    scheme: Scheme = "smsto"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, from the left edge or around the middle of the sheet."""

    y: float
    size: float
    text: str
    bold: bool = False
    x: float = 105.0
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    width: float
    height: float
    lines: Sequence[Line]
    qr_x: float
    qr_y: float
    qr_width: float
    said: str
    box: tuple[float, float, float, float] | None = None


def poster(invitation: Invitation) -> str:
    """An A4 poster as SVG; its code fills in the keyword, the citizen adds the number."""
    told, keyword = invitation, invitation.keyword
    lines = [Line(32 + 16 * at, 14, text, bold=True) for at, text in enumerate(_TITLE)]
    lines += [
        *_stacked(Line(60, 7, told.office), 180),
        Line(84, 7, "Soạn tin nhắn:"),
        *_stacked(Line(97, 11, f"{keyword} {_NUMBER}", bold=True), 174),
        Line(111, 11, f"gửi {told.short_code}", bold=True),
        Line(125, 6, f"Ví dụ: {keyword} {EXAMPLE} gửi {told.short_code}"),
        Line(216, 5.5, _SCAN),
        Line(223, 5.5, _SCAN_THEN),
        *_stacked(Line(237, 8, f"Giá cước: {told.price} một tin nhắn", bold=True), 180),
        *_stacked(Line(255, 4.5, _TIERS), 180),
        Line(274, 8, f"Hỏi đáp: {told.hotline}", bold=True),
        *_stacked(Line(282, 5, told.hours), 180),
    ]
    said = link(told.short_code, f"{keyword} ", told.scheme)
    sheet = _Sheet(" ".join(_TITLE), 210, 297, lines, 65, 131, 80, said, (15, 74, 180, 42))
    return _svg(sheet)


def card(invitation: Invitation, code: str) -> str:
    """A card for the receipt of one dossier as SVG; its code fills in the whole text.

    Args:
        invitation: as for the poster.
        code: the dossier's code or receipt number.
    """
    told, text = invitation, f"{invitation.keyword} {code}"
    lines: list[Line] = []
    for size, words, bold in (
        (4.0, "Tra cứu hồ sơ bằng tin nhắn", True),
        (3.5, f"Soạn: {text}", True),
        (3.5, f"gửi {told.short_code}", True),
        (3.0, "Hoặc quét mã bên cạnh rồi bấm gửi.", False),
        (3.0, f"Giá cước: {told.price} một tin nhắn", False),
        (3.0, f"Hỏi đáp: {told.hotline}", False),
    ):
        top = lines[-1].y + 2 if lines else 5.0
        lines += _stacked(Line(top + size, size, words, bold, 41, "start"), 56)
    height = max(40.0, lines[-1].y + 4)
    said = link(told.short_code, text, told.scheme)
    return _svg(_Sheet("Tra cứu hồ sơ bằng tin nhắn", 100, height, lines, 3, 3, 34, said))


def as_html(svg: str, *, a4: bool) -> str:
    """A page that prints an SVG.

    Args:
        svg: made here.
        a4: it fills an A4 sheet; otherwise it stands in the corner of one.
    """
    page: str = _templates().get_template("page.html").render(svg=svg, a4=a4)
    return page


def _stacked(line: Line, width: float) -> Iterator[Line]:
    """A line in as many lines as it needs."""
    letters = max(1, int(width / (line.size * _WIDE)))
    for at, part in enumerate(textwrap.wrap(line.text, letters)):
        yield replace(line, y=line.y + at * line.size * 1.25, text=part)


def _svg(sheet: _Sheet) -> str:
    qr = drawn(sheet.said)
    # What cannot be printed cannot stand in XML either (XML 1.0 section 2.2).
    lines = [
        replace(line, text="".join(filter(str.isprintable, line.text))) for line in sheet.lines
    ]
    made: str = (
        _templates()
        .get_template("sheet.svg")
        .render(sheet=sheet, lines=lines, qr=qr, scale=round(sheet.qr_width / qr.size, 4))
    )
    return made


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
