"""Names of rooms and officers, as people write them: the same one in several ways."""

import unicodedata


def name_key(name: str) -> str:
    """What names are compared by: letters composed, capitals and odd blanks put aside.

    The one place where this is computed, for settings, reports and warnings alike.
    """
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())
