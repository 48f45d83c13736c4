"""A telco's XML as a tree: read without DTDs, entities and instructions, within limits.

The standard library's expat does it, with handlers that refuse. A package such as defusedxml adds
to a parser the same handful of handlers, but bounds neither its depth nor its number of elements.
"""

import re
import xml.parsers.expat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from sms_gateway.channels.http.xml_mending import ODD, mended

MAX_DEPTH = 32
"""Elements that may stand within one another."""

MAX_ELEMENTS = 2_000
"""Most elements of a document: a hundred texts of twenty fields."""

_BOM = b"\xef\xbb\xbf"
# XML 1.0 appendix F: no document begins with an octet 0, but in UTF-16.
_UTF_16 = (
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")
)  # fmt: skip
_DECLARATION = re.compile(
    rb"<\?xml[ \t\r\n][^<>]{0,200}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z0-9._-]{1,40})[\"']"
)
_CHARSETS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii",
    "iso-8859-1": "latin-1", "latin1": "latin-1", "latin-1": "latin-1",
    **{f"windows-125{n}": f"cp125{n}" for n in range(9)},
    # Whoever could read this in octets of ASCII wrote no UTF-16, whatever it says.
    "utf-16": "utf-8",
}  # fmt: skip


class NoXmlError(Exception):
    """These octets are no XML that is read here; raised and caught inside this folder only."""


@dataclass(slots=True)
class Element:
    """One element.

    Attributes:
        name: as written, with its prefix.
        attributes: their names as written, and values.
        content: texts and elements, in order.
        guessed: a `<` of its document was taken for one of a text, see `mended`: what follows it
            may have been a tag all the same.
    """

    name: str
    attributes: dict[str, str]
    content: "list[str | Element]" = field(default_factory=list)
    guessed: bool = False

    @property
    def children(self) -> "Iterator[Element]":
        """The elements in it."""
        return (part for part in self.content if isinstance(part, Element))

    @property
    def text(self) -> str | None:
        """Its text; None where elements stand in it, for such a one has no value of its own."""
        if any(isinstance(part, Element) for part in self.content):
            return None
        return "".join(part for part in self.content if isinstance(part, str))


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def read_xml(body: bytes) -> Element:
    """Read a document, in UTF-16 or the character set that it declares, else UTF-8.

    XML 1.0 section 4.3.3, and appendix F for UTF-16, which is known by its first octets.

    Where it is none, it is looked at once more as `mended`.

    Raises:
        NoXmlError: it is none even so, has a DTD or an instruction, is too deep, has too many
            elements, or is written in another character set than UTF-8, UTF-16, Latin-1 and
            Windows-1250 to 1258.
    """
    body = body.removeprefix(_BOM)
    charset = _charset(body)
    builder = _Builder()
    try:
        _parse(body.decode(charset), builder, builder.start)
    except (UnicodeDecodeError, xml.parsers.expat.ExpatError):
        return _second_try(body.decode(charset, "replace"))
    return builder.root


def _second_try(text: str) -> Element:
    whole = mended(text)
    builder = _Builder(guessed=whole.count("&lt;") > text.count("&lt;"))
    try:
        _parse(whole, builder, builder.start_whole)
    except xml.parsers.expat.ExpatError:
        raise NoXmlError from None
    return builder.root


def _parse(text: str, builder: "_Builder", start: Callable[[str, dict[str, str]], None]) -> None:
    parser = xml.parsers.expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    # Entities can only be declared in a DTD; without one expat refuses those it does not know.
    parser.StartDoctypeDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    parser.Parse(text.encode(), True)  # noqa: FBT003 - the library's own way to say the end


class _Builder:
    """Puts the tree together as the parser goes."""

    def __init__(self, *, guessed: bool = False) -> None:
        top = Element("", {})
        self._guessed = guessed
        self._open = [top]
        self._top = top
        self._count = 0

    @property
    def root(self) -> Element:
        return next(self._top.children)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise NoXmlError
        element = Element(name, attributes, guessed=self._guessed)
        self._open[-1].content.append(element)
        self._open.append(element)

    def start_whole(self, name: str, attributes: dict[str, str]) -> None:
        """The same, of names without odd characters: one may be that of a secret, garbled."""
        if any(ODD in one for one in (name, *attributes)):
            raise NoXmlError
        self.start(name, attributes)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].content.append(text)


def _refuse(*_: object) -> None:
    raise NoXmlError


def utf_16(body: bytes) -> str | None:
    """Which UTF-16 a document is written in, as Python calls it; None for another one."""
    return next((charset for start, charset in _UTF_16 if body.startswith(start)), None)


def _charset(body: bytes) -> str:
    if found := utf_16(body):
        return found
    declared = _DECLARATION.match(body)
    charset = _CHARSETS.get(declared[1].decode().lower()) if declared else "utf-8"
    if charset is None:
        raise NoXmlError
    return charset


def found_at(top: Element, path: Sequence[str]) -> list[Element]:
    """The elements whose place ends with this path, in their order.

    Args:
        top: where to look; its own name counts as the first part of a place.
        path: names without prefixes.
    """
    found: list[Element] = []
    _walk(top, (), tuple(path), found)
    return found


def _walk(
    element: Element, above: tuple[str, ...], path: tuple[str, ...], found: list[Element]
) -> None:
    place = (*above, local(element.name))
    if place[-len(path) :] == path:
        found.append(element)
    for child in element.children:
        _walk(child, place, path, found)


def values_at(top: Element, path: Sequence[str]) -> list[str]:
    """The texts at a path; a last part `@NAME` means that attribute of the elements before it.

    An element with elements in it has no value of its own, so it is not meant.
    """
    *before, last = path
    if not last.startswith("@"):
        return [text for one in found_at(top, path) if (text := one.text) is not None]
    return [
        value
        for one in found_at(top, before)
        for name, value in one.attributes.items()
        if local(name) == last[1:]
    ]


def written(element: Element, hidden: Collection[str] = ()) -> str:
    """The element as text again.

    Args:
        element: what to write.
        hidden: names in lower case, without prefixes: of such an element or attribute only `***`
            is written.
    """
    name = element.name
    if local(name).lower() in hidden:
        return f"<{name}>***</{name}>"
    start = name + "".join(
        f" {key}={quoteattr('***' if local(key).lower() in hidden else value)}"
        for key, value in element.attributes.items()
    )
    inner = "".join(
        escape(part) if isinstance(part, str) else written(part, hidden) for part in element.content
    )
    return f"<{start}>{inner}</{name}>" if inner else f"<{start}/>"
