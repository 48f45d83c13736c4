"""A QR code that opens the phone's message app with number and text filled in.

Nothing is sent until the citizen presses the button.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import segno

Scheme = Literal["smsto", "sms"]
"""`smsto` is what most readers of QR codes know; `sms` is RFC 5724, which says how a text is
escaped, and which some older ones know only without the text."""

QUIET = 4
"""Modules around the code that stay white (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code as it is drawn.

    Attributes:
        size: modules on each side, with the quiet zone.
        path: the dark ones as an SVG path, one unit a module.
    """

    size: int
    path: str


def link(short_code: str, text: str, scheme: Scheme) -> str:
    """What the code says.

    Args:
        short_code: where the text goes.
        text: what is filled in.
        scheme: how that is written.
    """
    if scheme == "sms":
        return f"sms:{short_code}?body={quote(text)}"
    return f"SMSTO:{short_code}:{text}"


def drawn(said: str) -> QrCode:
    """The code of a text; a quarter of it may be dirty or torn."""
    rows = [bytes(row) for row in segno.make_qr(said, error="q").matrix]
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x + QUIET} {y + QUIET}h{end - x}v1h-{end - x}z")
            x = end + 1
    return QrCode(len(rows) + 2 * QUIET, "".join(runs))
