"""The operator's two SELECTs, with the types of what is bound to them."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BindParameter,
    DateTime,
    Integer,
    String,
    TextClause,
    bindparam,
    text,
)

from sms_gateway.settings.cases_sql import CasesSql

Select = TextClause
"""A statement as the rest of this room hands it on."""

CODES = 500
"""Values that one list holds at most: Oracle takes a thousand, SQL Server 2,100 in all."""

_IN_BRACKETS = re.compile(r"\(\s*(:codes|:keys)\s*\)", re.IGNORECASE)


def by_codes(settings: CasesSql) -> TextClause:
    """The one that finds dossiers; `IN (:codes)` and `IN :codes` are the same."""
    statement = text(_IN_BRACKETS.sub(r"\1", settings.by_codes))
    wanted = [name for name in ("codes", "keys") if name in _binds(settings.by_codes)]
    return statement.bindparams(
        *(bindparam(name, type_=String(), expanding=True) for name in wanted)
    )


def by_time(settings: CasesSql) -> TextClause:
    """The one that tells what changed."""
    zoned = settings.time_kind == "zoned"
    # As a DATE, which it would be there, Oracle would take no part of a second.
    moment = DateTime(timezone=zoned).with_variant(TIMESTAMP(), "oracle")
    binds: list[BindParameter[Any]] = [
        bindparam("since", type_=moment),
        bindparam("limit", type_=Integer()),
    ]
    if goes_on_behind(settings):
        binds.append(bindparam("after", type_=String()))
    return text(settings.by_time).bindparams(*binds)


def goes_on_behind(settings: CasesSql) -> bool:
    """Whether it can go on within one moment."""
    return "after" in _binds(settings.by_time)


def values(settings: CasesSql, codes: Sequence[str], keys: Sequence[str]) -> dict[str, object]:
    """What is bound to `by_codes`."""
    both = {"codes": padded(codes), "keys": padded(keys)}
    return {name: value for name, value in both.items() if name in _binds(settings.by_codes)}


def padded(texts: Sequence[str]) -> list[str]:
    """With the last one repeated up to a power of two.

    A database plans each length of a list anew: so there are ten of them and not five hundred.
    """
    size = 1 << (len(texts) - 1).bit_length()
    return [*texts, *([texts[-1]] * (size - len(texts)))]


def _binds(statement: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![:\w\\]):(\w+)(?!:)", statement))
