"""Texts as every database of this house keeps them."""

NUL = "\0"
"""The one letter that PostgreSQL keeps in no text (PostgreSQL 18, clause 8.3); SQLite would."""

_PICTURE = "\u2400"


def storable(text: str) -> str:
    """The text with U+2400, the picture of a NUL, in the place of each U+0000."""
    return text.replace(NUL, _PICTURE) if NUL in text else text
