"""The end of the audit's chain goes into the journal, from one node, once a day."""

import io
import json
from collections.abc import Sequence

from sms_gateway.domain.audit_chain import Head
from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.ports import StoreDownError
from sms_gateway.service.audited import REST_S, STEP, TELL_S, AuditWatch
from tests.virtual_time import StandingClock

HASH = "0123456789abcdef" * 4


class Stepped(StandingClock):
    def __init__(self) -> None:
        self.seconds = 0.0
        self.rests: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)


class Book:
    """Implements `audited.Chained`."""

    def __init__(self) -> None:
        self.head = Head(12, HASH)
        self.loose = 0
        self.leading = True
        self.down = False

    @property
    def reading(self) -> "Book":
        return self

    def leads(self, what: str) -> bool:
        assert what == "audit"
        return self.leading

    async def chain_more(self, limit: int) -> int:
        taken = min(limit, self.loose)
        self.loose -= taken
        return taken

    async def audit(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        raise AssertionError(wanted)

    async def audit_head(self) -> Head:
        if self.down:
            message = "away"
            raise StoreDownError(message)
        return self.head


def told(log: io.StringIO) -> list[tuple[int, str]]:
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [(line["seq"], line["hash"]) for line in lines if line["event"] == "audit.head"]


async def test_the_head_is_told_at_the_start_and_once_a_day(captured_logs: io.StringIO) -> None:
    book, clock = Book(), Stepped()
    watch = AuditWatch(book, clock)
    await watch.look()
    await watch.look()
    assert told(captured_logs) == [(12, HASH)]
    clock.seconds = TELL_S
    await watch.look()
    assert told(captured_logs) == [(12, HASH)] * 2


async def test_a_node_that_does_not_lead_tells_nothing(captured_logs: io.StringIO) -> None:
    book = Book()
    book.leading = False
    watch = AuditWatch(book, Stepped())
    await watch.look()
    await watch.stopped()
    assert told(captured_logs) == []
    book.leading = True
    await watch.look()
    assert told(captured_logs) == [(12, HASH)]


async def test_a_stop_tells_what_the_journal_does_not_know_yet(captured_logs: io.StringIO) -> None:
    book = Book()
    watch = AuditWatch(book, Stepped())
    await watch.look()
    await watch.stopped()
    assert len(told(captured_logs)) == 1
    book.head = Head(13, HASH[::-1])
    await watch.stopped()
    assert told(captured_logs)[1:] == [(13, HASH[::-1])]
    book.down, book.head = True, Head(14, HASH)
    await watch.stopped()
    assert len(told(captured_logs)) == 2


async def test_lines_that_are_in_no_chain_are_taken_in_with_rests() -> None:
    book, clock = Book(), Stepped()
    book.loose = 2 * STEP + 1
    await AuditWatch(book, clock).look()
    assert book.loose == 0
    assert clock.rests == [REST_S, REST_S]
