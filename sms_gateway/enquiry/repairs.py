"""Second readings of a code: letters typed for digits, and keyboard slips undone.

They may be believed only if exactly one dossier has such a key (domain 3.3).
"""

from collections.abc import Iterator

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.normalise import UNREADABLE, look_alike_digits, undo_telex, undo_vni

_DIGIT_OF = {"O": "0", "I": "1", "L": "1"}
_AS_DIGITS = "letters read as digits"
_DIGITS = str.maketrans(_DIGIT_OF)


def repairs(text: str, kept: str, grammar: Grammar) -> Iterator[tuple[CanonicalKey, str, str]]:
    """The repaired readings of a code, best first.

    Args:
        text: the code as folded.
        kept: the same with its accents.
        grammar: knows where an official number has digits and where letters.

    Yields:
        The key, what to show, and why; the key may be that of the unrepaired code. Nothing where
        a letter cannot be read.
    """
    had_lost = UNREADABLE in text
    text = look_alike_digits(kept, text)
    if UNREADABLE in text:
        return
    if had_lost:
        yield canonical_key(text), text, _AS_DIGITS
    if not kept.isascii():
        for undo, keyboard in ((undo_vni, "VNI"), (undo_telex, "Telex")):
            undone = undo(kept, text)
            yield canonical_key(undone), undone, f"{keyboard} keys undone"
    fixed = _with_digits(text, grammar)
    yield canonical_key(fixed), fixed, _AS_DIGITS


def _with_digits(text: str, grammar: Grammar) -> str:
    """O, I and L as digits: where an official shape wants digits, else everywhere."""
    for shape in grammar.words.shapes:
        if shape.loose.fullmatch(text):
            classes = iter(shape.classes)
            return "".join(_at(char, classes) if char.isalnum() else char for char in text)
    return text.translate(_DIGITS)


def _at(char: str, classes: Iterator[str]) -> str:
    return _DIGIT_OF.get(char, char) if next(classes) == "9" else char
