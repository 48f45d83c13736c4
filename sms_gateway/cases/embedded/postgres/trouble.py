"""What PostgreSQL, or the way to it, may complain of: one word for machines, a line for people."""

from collections.abc import Mapping
from types import MappingProxyType

from sms_gateway.cases.embedded.trouble import CaseTablesError, trouble
from sms_gateway.postgres.connecting import DOWN
from sms_gateway.postgres.refused import PostgresRefusedError
from sms_gateway.sql.migrations import SchemaError

TROUBLE = (*DOWN, SchemaError, PostgresRefusedError)
"""What this dialect raises where the database is not what it should be."""

# Codes, and classes of codes, which have two characters (PostgreSQL 18, appendix A).
_WORDS: Mapping[str, str] = MappingProxyType({
    "08": "down",
    "25006": "standby",  # read_only_sql_transaction
    "28": "forbidden",
    "3D": "missing",
    "3F": "schema",
    "42501": "forbidden",
    "42703": "schema",
    "42P01": "schema",
    "53100": "full",
    "53300": "crowded",
    "53": "crowded",
    "55P03": "locked",
    "57014": "slow",
    "57P": "down",
    "58": "unreadable",
    "XX001": "broken",
    "XX002": "broken",
})  # fmt: skip
_LENGTHS = (5, 3, 2)

_ADVICE: Mapping[str, str] = MappingProxyType({
    "down": "the server cannot be reached: start it, or check its URL",
    "standby": "this server may only be read: name the primary in its URL",
    "forbidden": "the server refuses this user: check user, password and rights",
    "missing": "there is no such database: make it, then run sms-gateway store migrate",
    "schema": "its schema does not fit: run sms-gateway store migrate",
    "crowded": "the server has no room for another connection: raise max_connections",
    "locked": "something holds the tables: look who in pg_stat_activity",
    "unreadable": "the server's disk does not answer: check it",
    "broken": "the server finds its data damaged: restore it from a backup",
})  # fmt: skip


def trouble_of(where: str, error: BaseException) -> CaseTablesError:
    """What is wrong, for people; nothing of what PostgreSQL says in full, which may quote a row."""
    told = str(error) if isinstance(error, SchemaError | PostgresRefusedError) else ""
    return trouble(where, _word_of(error), _ADVICE, told)


def _word_of(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "slow"
    if isinstance(error, SchemaError):
        return "schema"
    if isinstance(error, PostgresRefusedError):
        return "refused"
    code = getattr(error, "sqlstate", None)
    if isinstance(code, str):
        return next((_WORDS[code[:n]] for n in _LENGTHS if code[:n] in _WORDS), "failed")
    # What asyncpg or the system says of a connection that is not there, or no more.
    return "down"
