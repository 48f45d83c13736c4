"""Addresses of databases."""

import re
from typing import Annotated

from msgspec import Meta

from sms_gateway.settings.decode import MAY_BE_FILE

# What stands before @ is hidden wherever a URL is shown, so that no other part may hold a password:
# one with / or @ in it is written with %2F or %40.
_POSTGRES = re.compile(r"postgres(?:ql)?://(?:[^/?#@\s]*@)?[^/?#@\s]*/[^/?#@\s]+(?:\?[^#\s]*)?")
_SQLITE = re.compile(r"sqlite:///(?P<path>[^?#]+)")


DatabaseUrl = Annotated[str, Meta(extra={MAY_BE_FILE: True})]
"""A database's URL; it may hold a password, so that `..._FILE` may name a file that holds it."""


def sqlite_path(url: str) -> str | None:
    """The file that `sqlite:///path` names (`sqlite:////path` an absolute one), else None."""
    match = _SQLITE.fullmatch(url)
    return match["path"] if match and match["path"] != ":memory:" else None


def is_postgres(url: str) -> bool:
    """Whether a URL is that of a PostgreSQL database."""
    return _POSTGRES.fullmatch(url) is not None


def check_url(url: str) -> None:
    """See that `url` is empty, or names one of our own databases. Raises ValueError."""
    # The URL is never quoted: of a database server it may hold the password.
    if url and sqlite_path(url) is None and not is_postgres(url):
        message = (
            "`url`: write sqlite:///FOLDER/FILE.db, or postgresql://USER@HOST/DATABASE for several "
            "nodes"
        )
        raise ValueError(message)
