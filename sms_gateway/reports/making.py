"""Reports made beside a gateway that serves: within a time, and of some agencies alone.

Each has connections of its own, so that nobody who waits for an answer waits for a report, and is
counted day by day, so that it can end.
"""

import asyncio
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from sms_gateway.cases.embedded import CaseTablesError, EmbeddedDirectory
from sms_gateway.domain.changes import CaseFacts
from sms_gateway.domain.figures import SentCount, TextCount, UnreadText
from sms_gateway.domain.ids import DossierId, ShortCode
from sms_gateway.domain.surveys import Asked
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.ports import CasesDownError
from sms_gateway.reports import billing_table, dossier_table, message_table, survey_table
from sms_gateway.reports.adding_up import TableError, check
from sms_gateway.reports.causes import with_causes
from sms_gateway.reports.document import Document
from sms_gateway.reports.dossiers import By, Count, Due, JudgedBy, Order
from sms_gateway.reports.message_table import MessageReport
from sms_gateway.reports.period import Period, end_of
from sms_gateway.reports.survey import SurveyBy, report_of
from sms_gateway.reports.unread import Clusters
from sms_gateway.store.asked import StoreReading

LONGEST = 60.0
"""Seconds that a report may take."""

_AT_ONCE = 500


class Kind(enum.StrEnum):
    """Which report."""

    MESSAGES = "messages"
    DOSSIERS = "dossiers"
    SURVEY = "survey"
    BILLING = "billing"


class NotMade(enum.StrEnum):
    """Why there is none."""

    TOO_LONG = "too_long"
    NO_DOSSIERS = "no_dossiers"
    """They cannot be read now."""
    TO_COME = "to_come"
    """Its days are yet to come."""


@dataclass(frozen=True, slots=True)
class WrongSums:
    """A table that does not add up is not shown, because it is signed.

    Attributes:
        dossiers: those that are counted wrongly.
    """

    dossiers: tuple[DossierId, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report, of what.

    Attributes:
        kind: see there.
        period: its days.
        by: what the rows are; of dossiers one of `By`, of the survey of `SurveyBy`.
        carried_over: of dossiers, also what was received earlier and not resolved.
        agencies: of these alone; None for all.
    """

    kind: Kind
    period: Period
    by: str = ""
    carried_over: bool = False
    agencies: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """What reports are made from.

    Attributes:
        store: opens the message store for reading.
        cases: opens the dossiers for reading.
        grammars: by which texts are understood now.
        agency_of: the agency of a dossier's code; empty for none.
        agency_name: of an agency's code.
        zone: whose days these are.
        office: at the head of each; may be empty.
        judged_by, due: see `dossiers.Order`.
    """

    store: Callable[[], AbstractAsyncContextManager[StoreReading]]
    cases: Callable[[], AbstractAsyncContextManager[EmbeddedDirectory]]
    grammars: Callable[[], Mapping[ShortCode, Grammar]]
    agency_of: Callable[[str], str]
    agency_name: Callable[[str], str]
    zone: ZoneInfo
    office: str
    judged_by: Literal["day", "hour"]
    due: Literal["first", "newest"]


class Making:
    """Makes reports.

    Args:
        sources: see there.
    """

    def __init__(self, sources: Sources) -> None:
        self._from = sources

    async def make(self, wanted: Wanted, now: datetime) -> Document | NotMade | WrongSums:
        """The report as it is printed; a day of today goes up to now. Raises StoreDownError."""
        if wanted.period.window.since >= now:
            return NotMade.TO_COME
        try:
            async with asyncio.timeout(LONGEST):
                return await self._made(wanted, now)
        except TimeoutError:
            return NotMade.TOO_LONG
        except (CaseTablesError, CasesDownError):
            return NotMade.NO_DOSSIERS
        except TableError as error:
            return WrongSums(error.dossiers)

    async def _made(self, wanted: Wanted, now: datetime) -> Document:
        match wanted.kind:
            case Kind.MESSAGES:
                return await self._messages(wanted)
            case Kind.BILLING:
                return await self._billing(wanted)
            case Kind.SURVEY:
                return await self._survey(wanted)
            case Kind.DOSSIERS:
                return await self._dossiers(wanted, now)
            case _:
                assert_never(wanted.kind)

    async def _messages(self, wanted: Wanted) -> Document:
        found: dict[tuple[object, ...], TextCount] = {}
        clusters = Clusters(self._from.grammars())
        async with self._from.store() as reading:
            for window in wanted.period.days(wanted.agencies):
                for one in await reading.counted.texts(window):
                    key = (one.door, one.operator, one.outcome, one.reason, one.hour)
                    more = found[key].count if key in found else 0
                    found[key] = replace(one, count=one.count + more)
                texts = [text async for text in reading.counted.unread(window)]
                await _understood(clusters, texts)
        kept = await asyncio.to_thread(clusters.clusters)
        beyond = clusters.count - sum(one.count for one in kept)
        report = MessageReport(list(found.values()), kept, clusters.count, beyond)
        about, facts = self._head(wanted)
        return message_table.document_of(report, self._from.office, about, facts)

    async def _billing(self, wanted: Wanted) -> Document:
        found: dict[tuple[str, ...], SentCount] = {}
        async with self._from.store() as reading:
            for window in wanted.period.days(wanted.agencies):
                for one in await reading.counted.sent(window):
                    key = (one.door, one.kind, one.billing, one.reason)
                    found[key] = _both(found[key], one) if key in found else one
        about, facts = self._head(wanted)
        rows = [found[key] for key in sorted(found)]
        return billing_table.document_of(rows, self._from.office, about, facts)

    async def _survey(self, wanted: Wanted) -> Document:
        by = SurveyBy(wanted.by or SurveyBy.MONTH)
        asked: list[Asked] = []
        async with self._from.store() as reading:
            for window in wanted.period.days(None):
                asked += await reading.counted.surveyed(window)
        asked = [one for one in asked if _is_of(one.agency, wanted)]
        facts = {} if by is SurveyBy.MONTH else await self._facts(asked)
        about, told = self._head(wanted)
        report = report_of(asked, by, facts, self._from.zone)
        return survey_table.document_of(report, self._from.office, about, told)

    async def _facts(self, asked: Sequence[Asked]) -> Mapping[DossierId, CaseFacts]:
        facts: dict[DossierId, CaseFacts] = {}
        async with self._from.cases() as directory:
            for ids in _some(one.dossier_id for one in asked):
                found = await directory.cases(ids)
                facts |= {name: case.facts for name, case in found.items()}
        return facts

    async def _dossiers(self, wanted: Wanted, now: datetime) -> Document:
        sources, period = self._from, wanted.period
        order = Order(
            first=period.first,
            last=period.last,
            as_of=min(end_of(period.last, period.zone), now.astimezone(period.zone)),
            zone=period.zone,
            by=By(wanted.by or By.PROCEDURE),
            judged_by=JudgedBy(sources.judged_by),
            due=Due(sources.due),
            carried_over=wanted.carried_over,
        )
        counting = Count(order)
        async with sources.cases() as directory:
            async for page in directory.handled(order.span):
                counting.add(one for one in page if _is_of(sources.agency_of(one.id), wanted))
        async with sources.store() as reading:
            windows, causes = await reading.windows(), await reading.late_causes()
        counted = with_causes(counting.report(), causes, windows)
        check(counted)
        return dossier_table.document_of(counted, self._office(wanted))

    def _office(self, wanted: Wanted) -> str:
        return " - ".join(filter(None, (self._from.office, self._named(wanted))))

    def _named(self, wanted: Wanted) -> str:
        """The agencies that it is of, for people; empty where it is of all."""
        return ", ".join(map(self._from.agency_name, wanted.agencies or ()))

    def _head(self, wanted: Wanted) -> tuple[str, tuple[tuple[str, str], ...]]:
        named, period = self._named(wanted), wanted.period
        return (f"{period.about}. Cơ quan: {named}" if named else period.about), period.facts


def _is_of(agency: str, wanted: Wanted) -> bool:
    return wanted.agencies is None or agency in wanted.agencies


def _both(one: SentCount, other: SentCount) -> SentCount:
    return SentCount(
        *(one.door, one.kind, one.billing, one.reason, one.count + other.count),
        *(one.segments + other.segments, one.accepted + other.accepted),
        one.delivered + other.delivered,
    )


async def _understood(clusters: Clusters, texts: Sequence[UnreadText]) -> None:
    """Take texts in a thread: to understand thousands takes longer than answers may wait."""

    def add() -> None:
        for text in texts:
            clusters.add(text)

    if texts:
        await asyncio.to_thread(add)


def _some(ids: Iterable[DossierId]) -> Iterable[Sequence[DossierId]]:
    left = iter(ids)
    while some := list(islice(left, _AT_ONCE)):
        yield some
