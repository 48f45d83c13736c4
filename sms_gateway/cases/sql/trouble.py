"""What a database may not do for us, as a word and as a sentence.

A driver's own text is never shown: drivers put values of rows into it. Only their codes
are taken: the SQLSTATE of PostgreSQL, the number of MySQL, Oracle and SQL Server.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sqlalchemy.exc import TimeoutError as NoConnectionError

from sms_gateway.cases.remote import Away

_SENTENCES: Mapping[str, str] = MappingProxyType({
    "down": "cannot be reached, or closed the connection: is it running, and is the host right?",
    "certificate": "has a certificate that is not trusted, or of another host: check the "
    "authority's file and the host in cases.sql.url",
    "slow": "took longer than cases.timeout_s: add an index, or give it more time",
    "forbidden": "refuses the user, its password or its rights: GRANT it SELECT",
    "missing": "has no such database, table or column: compare the SELECT with it",
    "crowded": "has no room for another connection: lower cases.sql.pool, or raise its limit",
    "refused": "refuses the statement: run it by hand with the same user",
    "many": "gave more rows than were asked for: each SELECT must use what is bound to it",
    "stuck": "tells the same changes again: ORDER BY time and code, and go on behind :after",
    "unordered": "tells changes in no order: ORDER BY the time, then the code, in by_time",
    "timeless": "holds no moment in cases.sql.time_column: CAST it, or set time_kind",
    "broken": "answered in a way that its driver did not understand",
})  # fmt: skip

WORDS = tuple(_SENTENCES)
"""All of them."""

_STATES = (
    ("57014", "slow"), ("55P03", "slow"), ("28", "forbidden"), ("42501", "forbidden"),
    ("3D000", "missing"), ("42P01", "missing"), ("42703", "missing"), ("42883", "refused"),
    ("53300", "crowded"), ("08", "down"), ("57P", "down"),
)  # fmt: skip
"""Beginnings of SQLSTATEs (PostgreSQL, appendix A)."""

_NUMBERS: Mapping[int, str] = MappingProxyType({
    # MySQL and MariaDB
    1044: "forbidden", 1045: "forbidden", 1142: "forbidden", 1143: "forbidden", 1698: "forbidden",
    1049: "missing", 1054: "missing", 1146: "missing", 1040: "crowded", 1203: "crowded",
    1205: "slow", 1969: "slow", 3024: "slow", 2002: "down", 2003: "down", 2006: "down",
    2013: "down", 1053: "down", 1792: "refused",
    # Oracle
    1017: "forbidden", 1031: "forbidden", 28000: "forbidden", 942: "missing", 904: "missing",
    12514: "missing", 12541: "down", 3113: "down", 3136: "slow", 1456: "refused",
})  # fmt: skip

_SQL_SERVER: Mapping[str, str] = MappingProxyType({
    "Client unable to establish connection": "down", "Communication link failure": "down",
    "Connection failure during transaction": "down", "Server rejected the connection": "down",
    "Connection timeout expired": "down", "Timeout expired": "slow",
    "Invalid authorization specification": "forbidden",
    "Base table or view not found": "missing", "Column not found": "missing",
    "Syntax error or access violation": "refused",
})  # fmt: skip
"""What mssql-python says for a SQLSTATE; the rest of its text is the server's."""

_ORACLE = re.compile(r"(?:ORA|DPY)-(\d{4,5})")
_DRIVER_DOWN = frozenset({4011, 6005, 6000})  # python-oracledb: the connection is gone
_DRIVER_SLOW = 4024


def away(word: str, code: str = "") -> Away:
    """Why it could not say, by its word."""
    told = f" (error {code})" if code else ""
    return Away(word, f"the case database {_SENTENCES.get(word, _SENTENCES['refused'])}{told}")


def away_of(error: BaseException) -> Away:
    """Why it could not say, by what a driver raised."""
    word, code = next(_known(error), ("broken", ""))
    return away(word, code)


def _known(error: BaseException) -> Iterator[tuple[str, str]]:
    if any(isinstance(one, ssl.SSLError) for one in _chain(error)):
        # Before the number of a driver, to which it is a server that cannot be reached.
        yield "certificate", ""
    for one in _chain(error):
        if isinstance(one, TimeoutError | NoConnectionError):
            yield "slow", ""
        if (number := _number(one)) is not None:
            yield _word(number), str(number)
        state = getattr(one, "sqlstate", None)
        if isinstance(state, str) and state.isalnum():
            yield next((w for begin, w in _STATES if state.startswith(begin)), "refused"), state
        if (word := _SQL_SERVER.get(str(getattr(one, "driver_error", "")))) is not None:
            yield word, ""
    if any(isinstance(one, OSError) for one in _chain(error)):
        yield "down", ""
    if getattr(error, "connection_invalidated", False):
        yield "down", ""


def _word(number: int) -> str:
    if number in _DRIVER_DOWN:
        return "down"
    return "slow" if number == _DRIVER_SLOW else _NUMBERS.get(number, "refused")


def _number(error: BaseException) -> int | None:
    first = error.args[0] if error.args else None
    if isinstance(first, int) and not isinstance(error, OSError):
        return first
    match = _ORACLE.fullmatch(str(getattr(first, "full_code", "")))
    return int(match[1]) if match else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """It and what it came from, at most ten."""
    one: BaseException | None = error
    for _ in range(10):
        if one is None:
            return
        yield one
        one = getattr(one, "orig", None) or one.__cause__ or one.__context__
