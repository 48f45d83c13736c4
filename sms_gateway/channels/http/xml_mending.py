"""XML of gateways that put a text into it as it came: made such that it can be read.

Some escape nothing, some leave octets of another character set in the text, or control characters
(domain 2, section 2.0, 9), some escape as HTML does. What a text needs for its answer survives:
letters and digits of ASCII.
"""

import re
from collections.abc import Callable
from html.entities import name2codepoint

ODD = "\ufffd"
"""What stands for a character that cannot be (Unicode 3.9: the replacement character)."""

_CDATA, _CDATA_END = "<![CDATA[", "]]>"
# XML 1.0 section 2.2, and 4.1 for references.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERED = re.compile(r"&#(?:x0{0,9}([0-9A-Fa-f]{1,6})|0{0,9}([0-9]{1,7}));")
_BARE = re.compile(
    r"&(?!#x0{0,9}[0-9A-Fa-f]{1,6};|#0{0,9}[0-9]{1,7};|[A-Za-z_][A-Za-z0-9_.-]{0,63};)"
)
_NAMED = re.compile(r"&([A-Za-z]{2,8}[0-9]{0,2});")
_LAST = 0x10FFFF
# HTML 4.01 section 24, without the five of XML, which stay as they are.
_OF_HTML = {
    name: chr(code)
    for name, code in name2codepoint.items()
    if name not in ("amp", "lt", "gt", "quot", "apos")
}
# A tag, as far as it goes: its name, and whether it closes itself.
_TAG = re.compile(r"<(?![!?])(/?)([^\s<>/]*)(?:[^<>]*?(/)>)?")
_CLOSED = re.compile(r"</([^\s<>/]+)\s*>")


def mended(text: str) -> str:
    """A document that is no XML, with `&amp;` for a bare `&` and `&lt;` for a `<` of a text.

    A `<` is one of a text where no name follows, or one that nothing closes. `ODD` stands where
    XML has no character, and the character for an entity of HTML. It may still be none; and what
    is refused in XML is refused in it, for no tag that is closed, no DTD and no instruction comes
    or goes. In CDATA (section 2.7) an `&` and a `<` are one.
    """
    first, *others = _NO_CHARACTER.sub(ODD, text).split(_CDATA)
    inside, outside = [], [first]
    for piece in others:
        cdata, end, after = piece.partition(_CDATA_END)
        inside.append(_CDATA + cdata + end)
        outside.append(after)
    closed = {name for piece in outside for name in _CLOSED.findall(piece)}
    as_text = _as_text(closed)
    kept = [_TAG.sub(as_text, _escaped(piece)) for piece in outside]
    return kept[0] + "".join(map("".join, zip(inside, kept[1:], strict=True)))


def _as_text(closed: set[str]) -> Callable[[re.Match[str]], str]:
    def written(tag: re.Match[str]) -> str:
        end, name, itself = tag.groups()
        named = name[:1].isalpha() or name[:1] in ("_", ":")
        markup = bool(name) and named and bool(end or itself or name in closed)
        return tag[0] if markup else "&lt;" + tag[0][1:]

    return written


def _escaped(text: str) -> str:
    return _BARE.sub("&amp;", _NAMED.sub(_spelt, _NUMBERED.sub(_known, text)))


def _known(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if code <= _LAST and not _NO_CHARACTER.match(chr(code)) else ODD


def _spelt(entity: re.Match[str]) -> str:
    return _OF_HTML.get(entity[1], entity[0])
