"""`[cases.sql]`: somebody else's SQL database, and the two questions that it is asked."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.settings.decode import MAY_BE_FILE

MAX_STATEMENT = 20_000
"""Longest SELECT, in characters."""

# What stands before @ is hidden wherever a URL is shown, so no other part may hold a password.
_URL = re.compile(
    r"(?P<kind>postgres(?:ql)?|mysql|mariadb|oracle|mssql)://(?:[^/?#@\s]*@)?[^/?#@\s]+/[^/?#@\s]*"
    r"(?:\?[^#\s]*)?"
)

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]")
_BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")  # as SQLAlchemy reads it
_COMMENT = re.compile(r"--|/\*")
_BEGIN = re.compile(r"\s*\(?\s*(?:select|with)\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:insert|update|delete|merge|replace\s+into|into|exec|execute|call|do|copy|drop|alter|"
    r"create|truncate|grant|revoke|lock|set)\b",
    re.IGNORECASE,
)


class CasesSql(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.sql]`: a case database that is asked in SQL, where `cases.kind` is `sql`.

    Attributes:
        url: `postgresql://user@host/database`, and the same with `mysql`, `mariadb`, `oracle` or
            `mssql`; better in a file that the variable with `_FILE` at its end names.
        by_codes: the SELECT that finds dossiers. `:codes` stands for the numbers as papers may
            show them, `:keys` for the same with letters and digits only.
        by_time: the SELECT that tells what changed. It needs `:since` and `:limit`, and an order
            by the time; `:after` stands for the code behind which to go on within one moment.
        time_column: the column of `by_time` that says when the dossier changed.
        time_kind: whether that column holds the time of `gateway.timezone`, of UTC, or a zone of
            its own.
        overlap_s: seconds that are read once more each time, for what was written late.
        pool: connections at most.
        columns: a national field name to the column that holds it, where the names differ.
    """

    url: Annotated[str, Meta(extra={MAY_BE_FILE: True})] = ""
    by_codes: Annotated[str, Meta(max_length=MAX_STATEMENT)] = ""
    by_time: Annotated[str, Meta(max_length=MAX_STATEMENT)] = ""
    time_column: Annotated[str, Meta(max_length=128)] = ""
    time_kind: Literal["local", "utc", "zoned"] = "local"
    overlap_s: Annotated[float, Meta(ge=0, le=86_400)] = 60.0
    pool: Annotated[int, Meta(ge=1, le=50)] = 4
    columns: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.url and not _URL.fullmatch(self.url):
            # Never quoted: it may hold the password.
            message = (
                "`url`: write postgresql://USER@HOST/DATABASE, or mysql, mariadb, oracle, mssql"
            )
            raise ValueError(message)
        if self.by_codes:
            _check("by_codes", self.by_codes, one_of=("codes", "keys"))
        if self.by_time:
            _check("by_time", self.by_time, needed=("since", "limit"), more=("after",))
            if not self.time_column:
                message = "`time_column`: missing; name the column of by_time with the change time"
                raise ValueError(message)

    @property
    def missing(self) -> str:
        """The first setting without which nothing can be asked; empty where none is missing."""
        needed = {"url": self.url, "by_codes": self.by_codes, "by_time": self.by_time}
        return next((name for name, value in needed.items() if not value), "")


def _check(
    name: str,
    statement: str,
    *,
    needed: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
) -> None:
    """See that a text is one SELECT that only reads, with the names it is given values for."""
    bare = _QUOTED.sub("''", statement)
    if ";" in bare or not _BEGIN.match(bare):
        _refuse(name, "must be one SELECT, or WITH ... SELECT, without ;")
    if _COMMENT.search(bare):
        _refuse(name, "holds a comment: take it out")
    if found := _CHANGES.search(bare):
        word = found[0].split()[0].lower()
        _refuse(name, f"holds the word {word}: it may only read; quote a column of that name")
    names = set(_BIND.findall(statement))
    if lacking := [one for one in needed if one not in names]:
        _refuse(name, f"lacks :{lacking[0]}; docs/case-databases.md shows an example")
    if one_of and not names & set(one_of):
        _refuse(name, f"lacks :{one_of[0]}; docs/case-databases.md shows an example")
    known = {*needed, *one_of, *more}
    if unknown := sorted(names - known):
        told = ", ".join(f":{one}" for one in sorted(known))
        _refuse(name, f"has :{unknown[0]}, and known are {told}")


def _refuse(name: str, why: str) -> None:
    message = f"`{name}`: {why}"
    raise ValueError(message)
