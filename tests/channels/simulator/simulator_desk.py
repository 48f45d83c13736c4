"""The pages of the simulator as a browser asks for them, and the store that they show."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.domain.audit_chain import Head
from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.domain.ids import (
    NO_KEY,
    CanonicalKey,
    DoorName,
    MessageId,
    NumberHash,
    ShortCode,
    TraceId,
)
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.outcome import Billing, MtState, Outcome
from sms_gateway.domain.restores import RestoreHold
from sms_gateway.domain.secret import Secret
from sms_gateway.log_question import PAGE, Attention, MessageFilter
from sms_gateway.ports import Page, PageContext, StoreDownError, WebhookReply, WebhookRequest
from sms_gateway.reading import (
    Found,
    IncidentRow,
    KeptRequest,
    LogCounts,
    MoRow,
    MtRow,
    ReceiptRow,
    RefusedFilter,
    RefusedRow,
    ReportFilter,
    Timeline,
)
from tests.channels.simulator.contract_case import posted
from tests.virtual_time import StandingClock

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HASHER = Hasher(Secret("00" * 32))
ASKER = Address("+84900000001")
PHONE = DoorName("phone")
LINE = {"number": "0900000001", "short_code": "8083"}


class Shelf:
    """A Reading that finds by number, newest first."""

    def __init__(
        self, rows: Sequence[MoRow] = (), pushes: Sequence[MtRow] = (), *, down: bool = False
    ) -> None:
        self._rows = rows
        self._pushes = pushes
        self._down = down

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        if self._down:
            raise StoreDownError
        found = [row for row in self._rows if HASHER.number(row.sender) == wanted.sender_hash]
        return sorted(found, key=lambda row: row.id, reverse=True)[: wanted.limit]

    async def find(self, wanted: MessageFilter) -> Found:
        raise AssertionError(wanted)

    async def newest(self) -> MessageId | None:
        raise AssertionError

    async def attention(self, since: datetime, agencies: Sequence[str] | None = None) -> Attention:
        raise AssertionError(since, agencies)

    async def pushes(
        self,
        numbers: Sequence[NumberHash],
        limit: int = PAGE,
        agencies: Sequence[str] | None = None,
    ) -> Sequence[MtRow]:
        assert agencies is None
        found = [mt for mt in self._pushes if HASHER.number(mt.recipient) in numbers]
        return sorted(found, key=lambda mt: mt.id, reverse=True)[:limit]

    async def timeline(self, message_id: MessageId) -> Timeline | None:
        raise AssertionError(message_id)

    async def reports(self, wanted: ReportFilter) -> Sequence[ReceiptRow]:
        raise AssertionError(wanted)

    async def refused(self, wanted: RefusedFilter) -> Sequence[RefusedRow]:
        raise AssertionError(wanted)

    async def refused_requests(
        self, hash_prefix: str, door: DoorName | None
    ) -> Sequence[KeptRequest]:
        raise AssertionError(hash_prefix, door)

    async def incidents(self, since: datetime, limit: int) -> Sequence[IncidentRow]:
        raise AssertionError(since, limit)

    async def counts(self) -> LogCounts:
        raise AssertionError

    async def restore_hold(self, now: datetime) -> RestoreHold | None:
        raise AssertionError(now)

    async def audit(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        raise AssertionError(wanted)

    async def audit_head(self) -> Head:
        raise AssertionError


def mt(number: int = 1, text: str = "Ho so 170703-0001 da co ket qua.") -> MtRow:
    return MtRow(
        id=MessageId(f"0193-mt-{number}"),
        door=PHONE,
        recipient=ASKER,
        template="S9",
        language="vi",
        text=text,
        alphabet="gsm7",
        segments=1,
        billing=Billing.CHARGE,
        billing_reason="S9",
        state=MtState.ACCEPTED,
        hold_reason="",
        created_at=NOW,
        settled_at=NOW,
        delivery=None,
        delivery_at=None,
        failures=0,
    )


def mo(number: int = 1, text: str = "MCKH_170703-0001", reply: MtRow | None = None) -> MoRow:
    return MoRow(
        id=MessageId(f"0193-mo-{number}"),
        door=PHONE,
        telco_id=None,
        sender=ASKER,
        short_code=ShortCode("8083"),
        operator="",
        received_at=NOW,
        trace_id=TraceId("t"),
        text=text,
        outcome=None if reply is None else Outcome.ANSWERED,
        reason="",
        intent="" if reply is None else "lookup",
        code_key=NO_KEY if reply is None else CanonicalKey("1707030001"),
        dossier_id=None,
        agency="",
        answered_at=None,
        failures=0,
        reply=reply,
    )


OPENED: dict[tuple[str, str], Page] = {}


async def pages() -> Mapping[tuple[str, str], Page]:
    # Pages remember nothing, so one door serves all tests.
    if not OPENED:
        context = DoorContext("VN", StandingClock(), ZONE)
        async with door_opener("simulator")(PHONE, {"kind": "simulator"}, context) as door:
            OPENED.update({(page.method, page.path): page for page in door.pages})
    return OPENED


async def show(request: WebhookRequest, shelf: Shelf | None = None) -> WebhookReply:
    page = (await pages())[request.method, request.path]
    return await page.show(request, PageContext(shelf or Shelf(), HASHER, NOW))


async def html(request: WebhookRequest, shelf: Shelf | None = None) -> str:
    reply = await show(request, shelf)
    assert reply.status == 200
    assert reply.content_type.startswith("text/html")
    return reply.body.decode()


def got(query: str = "", cookie: str = "", path: str = "/phone") -> WebhookRequest:
    headers = {"host": "127.0.0.1", "accept": "text/html", "cookie": cookie}
    return WebhookRequest("GET", path, query, headers, b"", "127.0.0.1")


def thread(**headers: str) -> WebhookRequest:
    return posted("/phone/thread", LINE, **headers)
