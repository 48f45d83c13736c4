"""Opens the configured case database: our own, or somebody else's with our own behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from sms_gateway.cases.breaker import Breaker
from sms_gateway.cases.embedded import CaseTablesError, EmbeddedDirectory, Rules, open_embedded
from sms_gateway.cases.learning import Learner
from sms_gateway.cases.remembering import Around, Remembering, share_of
from sms_gateway.cases.remote import Remote
from sms_gateway.cases.spellings import shapes_of, spellings
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.learned import Tally
from sms_gateway.ports import CaseDirectory, Clock
from sms_gateway.settings import Settings, load_states

_EXTRAS = {
    "asyncpg": "casedb", "sqlalchemy": "casedb", "greenlet": "casedb", "aiomysql": "casedb-mysql",
    "oracledb": "casedb-oracle", "mssql_python": "casedb-mssql",
}  # fmt: skip
"""What may be missing, and the extra that brings it."""


@dataclass(frozen=True, slots=True)
class CaseEnds:
    """What is open.

    Attributes:
        answers: what look-ups ask.
        copy: our own dossiers.
        remote: somebody else's database, or None.
        learner: learns what look-ups saw there, or None.
        rules: of its records.
        tally: what became of what it told.
    """

    answers: CaseDirectory
    copy: EmbeddedDirectory
    remote: Remote | None
    learner: Learner | None
    rules: Rules
    tally: Tally


@contextlib.asynccontextmanager
async def open_cases(
    settings: Settings, clock: Clock, rules: Rules, *, writable: bool = True
) -> AsyncIterator[CaseEnds]:
    """Open it for the length of a block.

    Args:
        settings: see there.
        clock: time.
        rules: of records.
        writable: as for `open_embedded`; otherwise nothing is learned.

    Raises:
        CaseTablesError: our own dossiers cannot be written, or a driver is not installed.
        SettingsError: somebody else's cannot be asked so.
    """
    cases = settings.cases
    async with contextlib.AsyncExitStack() as stack:
        copy = await stack.enter_async_context(
            open_embedded(settings.cases_at, clock, writable=writable, time_limit=cases.timeout_s)
        )
        remote = await open_remote(settings, clock)
        if remote is None:
            yield CaseEnds(copy, copy, None, None, rules, Tally())
            return
        stack.push_async_callback(remote.close)
        rules = replace(rules, states=load_states(settings.states).of(cases.kind))
        learner = Learner(copy, cases.kind, tally := Tally())
        breaker = _breaker(settings, clock)
        saw = learner.saw if writable else _forget
        around = Around(rules, share_of(cases.timeout_s), clock, breaker, saw)
        answers = Remembering(remote, copy, around)
        yield CaseEnds(answers, copy, remote, learner, rules, tally)


def _breaker(settings: Settings, clock: Clock) -> Breaker:
    failures, rest = settings.cases.breaker_failures, settings.cases.breaker_rest_s
    return Breaker(failures, rest, clock.monotonic)


async def open_remote(settings: Settings, clock: Clock) -> Remote | None:
    """Somebody else's database by `cases.kind`; None where the dossiers are our own.

    Raises:
        CaseTablesError: its driver is not installed; one line for people.
        SettingsError: it cannot be asked so.
    """
    try:
        match settings.cases.kind:
            case "embedded":
                return None
            case "sql":
                return await _sql(settings, clock)
            case "http":
                return await _http(settings, clock)
            case _:
                assert_never(settings.cases.kind)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        message = (
            f"cases.{settings.cases.kind} needs packages more: pip install 'sms-gateway[{extra}]'"
        )
        raise CaseTablesError(message, "missing") from error


async def _sql(settings: Settings, clock: Clock) -> Remote:
    # Only where it is wanted, and outside the loop, because files are read.
    sql: Any = await asyncio.to_thread(import_module, "sms_gateway.cases.sql")
    around = sql.Around(
        zone=ZoneInfo(settings.gateway.timezone),
        shapes=shapes_of(settings.keywords),
        seconds=share_of(settings.cases.timeout_s),
        clock=clock,
    )
    remote: Remote = await sql.open_sql(settings.cases.sql, around)
    return remote


async def _http(settings: Settings, clock: Clock) -> Remote:
    http: Any = await asyncio.to_thread(import_module, "sms_gateway.cases.http")
    shapes = shapes_of(settings.keywords)

    def likeliest(key: CanonicalKey) -> Sequence[str]:
        bare, *written = spellings(key, shapes)
        return (*written, bare)

    around = http.Around(
        clock=clock,
        zone=ZoneInfo(settings.gateway.timezone),
        time_limit=share_of(settings.cases.timeout_s),
        spellings=likeliest,
    )
    remote: Remote = await http.open_http(settings.cases.http, around)
    return remote


def _forget(_rows: object) -> None:
    """Whoever only looks learns nothing."""
