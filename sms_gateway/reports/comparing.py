"""A telco's file compared beside a gateway that serves: in a thread, and within bounds.

Nothing of the file is kept: it is octets in memory until its answer is made.
"""

import asyncio
import enum
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sms_gateway.domain.figures import ChargedMessage, Window
from sms_gateway.domain.ids import DoorName
from sms_gateway.reports.bill_file import BillError, BillRow, Reader
from sms_gateway.reports.document import Document
from sms_gateway.reports.period import Period
from sms_gateway.reports.reconcile import Reconciled, Rules, reconcile
from sms_gateway.reports.reconcile_table import document_of
from sms_gateway.reports.workbook import GivenUp, Limits
from sms_gateway.settings.bills import Bill
from sms_gateway.store.asked import StoreReading

EDGE = timedelta(days=1)
"""How far beyond the period our messages are read: at its edge the telco's clock may say more."""

MOST_OURS = 300_000
"""Messages of ours that are compared."""

_MIB = 1024 * 1024
LIMITS = Limits(rows=100_000, unpacked=64 * _MIB, cells=2_000_000, memory=1024 * _MIB, seconds=120)
"""Of a file that a browser sends."""

LONGEST = 60.0
"""Seconds in which our messages must be there."""


class NotCompared(enum.StrEnum):
    """Why there is no comparison, where the file is not to blame."""

    NO_BILL = "no_bill"
    """The settings describe no such file."""
    TOO_MANY = "too_many"
    """Messages of ours."""
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class BillSent:
    """A file that somebody wants compared.

    Attributes:
        name: of the description in the settings.
        period: its days.
        file: how it is called.
        octets: what it holds.
    """

    name: str
    period: Period
    file: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it.

    Attributes:
        found: as values.
        document: as it is printed, in Vietnamese.
        rows: how many the file has.
    """

    found: Reconciled
    document: Document
    rows: int


@dataclass(frozen=True, slots=True)
class Comparing:
    """Compares files.

    Attributes:
        bills: what they look like, by name.
        store: opens the message store for reading.
        zone, region: of their times and numbers.
        office: at the head of what is printed; may be empty.
    """

    bills: Mapping[str, Bill]
    store: Callable[[], AbstractAsyncContextManager[StoreReading]]
    zone: ZoneInfo
    region: str
    office: str

    async def compare(self, sent: BillSent) -> Comparison | NotCompared | BillError:
        """Compare one; or why not. Raises StoreDownError."""
        bill = self.bills.get(sent.name)
        if bill is None:
            return NotCompared.NO_BILL
        given_up = GivenUp()
        reader = Reader(bill, self.zone, self.region, LIMITS, given_up)
        try:
            rows = await asyncio.to_thread(reader.read_octets, sent.octets, sent.file)
        except BillError as error:
            return error
        finally:
            # Where the gateway stops, its thread would keep it until a slow file has been read.
            given_up.end()
        try:
            async with asyncio.timeout(LONGEST):
                ours = await self._ours(bill, sent.period.window)
        except TimeoutError:
            return NotCompared.TOO_LONG
        if len(ours) > MOST_OURS:
            return NotCompared.TOO_MANY
        return await asyncio.to_thread(self._compared, sent, bill, rows, ours)

    async def _ours(self, bill: Bill, window: Window) -> Sequence[ChargedMessage]:
        """Ours, and one more than may be where there are too many."""
        doors, found = [DoorName(door) for door in bill.doors], list[ChargedMessage]()
        async with self.store() as reading:
            async for one in reading.counted.charged(wide(window), doors, texts=bill.of == "texts"):
                found.append(one)
                if len(found) > MOST_OURS:
                    break
        return found

    def _compared(
        self, sent: BillSent, bill: Bill, rows: Sequence[BillRow], ours: Sequence[ChargedMessage]
    ) -> Comparison:
        found = reconcile(ours, rows, rules_of(bill, sent.period.window))
        about, facts = sent.period.about, sent.period.facts
        named = (("file", sent.file), *facts)
        document = document_of(found, self.office, (sent.file, about), named, self.zone)
        return Comparison(found, document, len(rows))


def readable(document: Document) -> Document:
    """The same without the columns that hold words for programs."""
    tables = []
    for table in document.tables:
        kept = [place for place, column in enumerate(table.columns) if column.key != "what"]
        columns = tuple(table.columns[place] for place in kept)
        rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
        tables.append(replace(table, columns=columns, rows=rows))
    return replace(document, tables=tuple(tables))


def wide(window: Window) -> Window:
    """A window with its edges."""
    return Window(window.since - EDGE, window.until + EDGE)


def rules_of(bill: Bill, window: Window) -> Rules:
    """How files of a kind are compared."""
    slack = timedelta(seconds=bill.slack_s)
    per_segment = bill.rows == "segments"
    return Rules(window, slack, only_charged=not bill.billed, per_segment=per_segment)
