"""XML of gateways that put a text into it as it came: made such that it can be read.

Some escape nothing, some leave octets of another character set in the text, or control characters
(domain 2, section 2.0, 9). What a text needs for its answer survives: letters and digits of ASCII.
"""

import re

ODD = "\ufffd"
"""What stands for a character that cannot be (Unicode 3.9: the replacement character)."""

_CDATA, _CDATA_END = "<![CDATA[", "]]>"
# XML 1.0 section 2.2, and 4.1 for references.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERED = re.compile(r"&#(?:x0{0,9}([0-9A-Fa-f]{1,6})|0{0,9}([0-9]{1,7}));")
_BARE = re.compile(
    r"&(?!#x0{0,9}[0-9A-Fa-f]{1,6};|#0{0,9}[0-9]{1,7};|[A-Za-z_][A-Za-z0-9_.-]{0,63};)"
)
_LAST = 0x10FFFF


def mended(text: str) -> str:
    """A document that is no XML, with `&amp;` for a bare `&`.

    `ODD` stands where XML has no character. It may still be none; and what is refused in XML is
    refused in it, for no tag, DTD or instruction comes or goes. In CDATA (section 2.7) an `&` is
    one.
    """
    first, *others = _NO_CHARACTER.sub(ODD, text).split(_CDATA)
    pieces = [_escaped(first)]
    for piece in others:
        inside, end, after = piece.partition(_CDATA_END)
        pieces += [_CDATA, inside, end, _escaped(after)]
    return "".join(pieces)


def _escaped(text: str) -> str:
    return _BARE.sub("&amp;", _NUMBERED.sub(_known, text))


def _known(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if code <= _LAST and not _NO_CHARACTER.match(chr(code)) else ODD
