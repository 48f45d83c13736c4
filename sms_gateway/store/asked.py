"""Questions to the store, asked beside whatever writes."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sms_gateway.domain.access import SessionRow, StaffRow
from sms_gateway.domain.api import ApiToken
from sms_gateway.domain.audit_chain import Anchor, Head, Link
from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.domain.calendar_days import CalendarDay
from sms_gateway.domain.complaints import Complaint
from sms_gateway.domain.figures import (
    ChargedMessage,
    SentCount,
    SpeedCount,
    TextCount,
    UnreadText,
    Window,
)
from sms_gateway.domain.ids import CanonicalKey, DoorName, DossierId, MessageId, NumberHash
from sms_gateway.domain.nodes import NodeRow
from sms_gateway.domain.notices import Batch
from sms_gateway.domain.records import Citizen, Figures
from sms_gateway.domain.restores import RestoreHold
from sms_gateway.domain.retention import LegalHold, PurgeBatch, PurgedBatch, PurgeState
from sms_gateway.domain.rights import KeptOfNumber
from sms_gateway.domain.staff import StaffId
from sms_gateway.domain.surveys import Asked
from sms_gateway.domain.synonyms import Synonym
from sms_gateway.domain.text_cases import TextCase
from sms_gateway.domain.webhooks import WebhookState
from sms_gateway.domain.windows import GivenCause, IncidentWindow
from sms_gateway.domain.wordings import WordingVersion
from sms_gateway.log_question import PAGE, Attention, MessageFilter
from sms_gateway.reading import (
    DoorRow,
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
from sms_gateway.store.operations import (
    access,
    api,
    asking,
    auditing,
    batches,
    calendar,
    chaining,
    complaints,
    copies,
    figures,
    finding,
    holding,
    known,
    purging,
    rights,
    rules,
    surveys,
    text_cases,
    webhooks,
    windows,
    wordings,
)
from sms_gateway.store.operations.incidents import incident_rows
from sms_gateway.store.statements import Ask


class RetentionReading:
    """What may be asked of it, beside whoever serves the store.

    Args:
        ask: see there.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def ripe(self, batch: PurgeBatch) -> PurgedBatch:
        """What a batch would purge. Raises StoreDownError."""
        return await self._ask(lambda db: purging.ripe(db, batch))

    async def state(self) -> PurgeState:
        """How purging stands. Raises StoreDownError."""
        return await self._ask(purging.purge_state)

    async def needed(
        self, ids: Sequence[DossierId], keys: Sequence[CanonicalKey]
    ) -> tuple[Collection[DossierId], Collection[CanonicalKey]]:
        """Which of these dossiers, and of these numbers, are needed. Raises StoreDownError."""
        return await self._ask(lambda db: purging.needed(db, ids, keys))

    async def holds(self) -> Sequence[LegalHold]:
        """All legal holds. Raises StoreDownError."""
        return await self._ask(holding.holds)


class ReportReading:
    """What reports may ask, beside whoever serves the store.

    Args:
        ask: see there.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def texts(self, window: Window) -> Sequence[TextCount]:
        """Texts by what they have in common. Raises StoreDownError."""
        return await self._ask(lambda db: figures.texts(db, window))

    async def sent(self, window: Window) -> Sequence[SentCount]:
        """Messages of ours by what they have in common. Raises StoreDownError."""
        return await self._ask(lambda db: figures.sent(db, window))

    async def speeds(self, window: Window) -> Sequence[SpeedCount]:
        """Texts by how soon they were answered. Raises StoreDownError."""
        return await self._ask(lambda db: figures.speeds(db, window))

    async def unread(self, window: Window) -> AsyncIterator[UnreadText]:
        """Texts that could not be understood, oldest first. Raises StoreDownError."""
        after: MessageId | None = None
        while page := await self._unread(window, after):
            for text in page:
                yield text
            after = page[-1].id

    async def charged(
        self, window: Window, doors: Sequence[DoorName], *, texts: bool
    ) -> AsyncIterator[ChargedMessage]:
        """Messages of ours that telcos took, or texts, oldest first. Raises StoreDownError."""
        page_of = figures.charged_texts if texts else figures.charged_replies
        after: MessageId | None = None
        while page := await self._ask(partial(page_of, window=window, doors=doors, after=after)):
            for one in page:
                yield one
            after = page[-1].id

    async def surveyed(self, window: Window) -> Sequence[Asked]:
        """Questions of the survey, oldest first, and their answers. Raises StoreDownError."""
        return await self._ask(lambda db: surveys.asked(db, window))

    async def _unread(self, window: Window, after: MessageId | None) -> Sequence[UnreadText]:
        return await self._ask(lambda db: figures.unread(db, window, after))


class AuditTrail:
    """Implements `verifying.Trail`.

    Args:
        ask: see there.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def links(self, after: tuple[int, int], limit: int) -> Sequence[Link]:
        """See `Trail.links`."""
        return await self._ask(lambda db: chaining.links(db, after, limit))

    async def anchor_from(self, seq: int) -> Anchor | None:
        """See `Trail.anchor_from`."""
        return await self._ask(lambda db: chaining.anchor_from(db, seq))

    async def head(self) -> Head:
        """See `Trail.head`."""
        return await self._ask(chaining.head)

    async def unchained(self) -> int:
        """See `Trail.unchained`."""
        return await self._ask(chaining.unchained)


class StoreReading:
    """Implements `reading.Reading`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    @property
    def retention(self) -> RetentionReading:
        """What of it is purged and held back."""
        return RetentionReading(self._ask)

    @property
    def counted(self) -> ReportReading:
        """What reports count of it."""
        return ReportReading(self._ask)

    async def find(self, wanted: MessageFilter) -> Found:
        """See `reading.Reading.find`."""
        return await finding.find(self._ask, wanted)

    @property
    def trail(self) -> AuditTrail:
        """The chain of the audit, to be verified."""
        return AuditTrail(self._ask)

    async def audit(self, wanted: AuditFilter) -> Sequence[AuditRow]:
        """See `AuditReading.audit`."""
        return await self._ask(lambda db: auditing.page(db, wanted))

    async def audit_head(self) -> Head:
        """See `AuditReading.audit_head`."""
        return await self._ask(chaining.head)

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        """See `reading.Reading.messages`."""
        rows: list[MoRow] = []
        go_on: MessageId | None = None
        way = "before" if wanted.after is None else "after"
        while len(rows) < wanted.limit:
            left = {"limit": wanted.limit - len(rows)} | ({way: go_on} if go_on else {})
            found = await self.find(replace(wanted, **left))  # type: ignore[arg-type]  # by name
            rows = [*rows, *found.rows] if wanted.after is None else [*found.rows, *rows]
            go_on = found.go_on
            if go_on is None:
                break
        return rows

    async def newest(self) -> MessageId | None:
        """See `reading.Reading.newest`."""
        return await self._ask(asking.newest)

    async def attention(self, since: datetime, agencies: Sequence[str] | None = None) -> Attention:
        """See `reading.Reading.attention`."""
        return await self._ask(lambda db: asking.attention(db, agencies, since))

    async def pushes(
        self,
        numbers: Sequence[NumberHash],
        limit: int = PAGE,
        agencies: Sequence[str] | None = None,
    ) -> Sequence[MtRow]:
        """See `reading.Reading.pushes`."""
        return await self._ask(lambda db: asking.pushes(db, numbers, limit, agencies))

    async def timeline(self, message_id: MessageId) -> Timeline | None:
        """See `reading.Reading.timeline`."""
        return await self._ask(lambda db: asking.timeline(db, message_id))

    async def reports(self, wanted: ReportFilter) -> Sequence[ReceiptRow]:
        """See `reading.Reading.reports`."""
        return await self._ask(lambda db: asking.reports(db, wanted))

    async def refused(self, wanted: RefusedFilter) -> Sequence[RefusedRow]:
        """See `reading.Reading.refused`."""
        return await self._ask(lambda db: asking.refused(db, wanted))

    async def refused_requests(
        self, hash_prefix: str, door: DoorName | None
    ) -> Sequence[KeptRequest]:
        """See `reading.Reading.refused_requests`."""
        return await self._ask(lambda db: asking.refused_requests(db, hash_prefix, door))

    async def incidents(self, since: datetime, limit: int) -> Sequence[IncidentRow]:
        """See `reading.Reading.incidents`."""
        return await self._ask(lambda db: incident_rows(db, since, limit))

    async def counts(self) -> LogCounts:
        """See `reading.Reading.counts`."""
        return await self._ask(asking.counts)

    async def citizen(self, number: NumberHash, since: datetime) -> Citizen:
        """What an answer to this number may depend on; events after `since`."""
        found = await self._ask(lambda db: known.citizens(db, [number], since))
        return found.get(number, Citizen())

    async def wrong_secrets(
        self, dossiers: Collection[DossierId], since: datetime
    ) -> Mapping[DossierId, int]:
        """How many texts named a wrong second secret of these; on it too an answer may depend."""
        return await self._ask(lambda db: known.wrong_secrets(db, dossiers, since))

    async def imported(self) -> Sequence[str]:
        """Names of the files of dossiers that were imported, or tried, the last one last."""
        return await self._ask(asking.imported)

    async def doors(self) -> Mapping[DoorName, DoorRow]:
        """What is known of doors, also of those that are not configured any more."""
        return await self._ask(asking.doors)

    async def nodes(self) -> Sequence[NodeRow]:
        """The last run of each node, of those that began last."""
        return await self._ask(asking.nodes)

    async def calendar_days(self) -> Sequence[CalendarDay]:
        """The days that staff wrote down, in order."""
        return await self._ask(calendar.days)

    async def kept_of(self, numbers: Sequence[NumberHash]) -> KeptOfNumber:
        """What is kept of a number besides its messages, by all of its hashes."""
        return await self._ask(lambda db: rights.kept_of(db, numbers))

    async def api_tokens(self) -> Sequence[ApiToken]:
        """All tokens of other systems, by name."""
        return await self._ask(api.tokens)

    async def webhooks(self) -> Sequence[WebhookState]:
        """All webhooks and how they stand, by name."""
        return await self._ask(webhooks.webhooks)

    async def complaints(self, limit: int, *, closed: bool = False) -> Sequence[Complaint]:
        """Open ones by their due dates, or settled ones, the last one first."""
        return await self._ask(lambda db: complaints.complaints(db, limit, closed=closed))

    async def synonyms(self) -> Sequence[Synonym]:
        """The words that staff added, the first one first."""
        return await self._ask(rules.synonyms)

    async def text_cases(self) -> Sequence[TextCase]:
        """Texts that staff keep as test cases, the last one first."""
        return await self._ask(text_cases.text_cases)

    async def wordings(self) -> Sequence[WordingVersion]:
        """All versions of what replies say, the last one first."""
        return await self._ask(wordings.all_versions)

    async def restore_hold(self, now: datetime) -> RestoreHold | None:
        """See `reading.Reading.restore_hold`."""
        return await self._ask(lambda db: copies.hold_of(db, now))

    async def keys_used(self) -> Mapping[str, str]:
        """Name of a key to the id of the one that this store was written by."""
        return await self._ask(copies.keys_used)

    async def notices_unsent(self) -> int:
        """How many automatic messages wait to leave, held ones aside."""
        return await self._ask(batches.unsent)

    async def notice_batches(self) -> Sequence[Batch]:
        """Automatic messages that are held together, the oldest first."""
        return await self._ask(batches.batches)

    async def windows(self) -> Sequence[IncidentWindow]:
        """Incident windows, the newest first."""
        return await self._ask(windows.windows)

    async def late_causes(self) -> Sequence[GivenCause]:
        """Why dossiers were late, each dossier's in the order in which they were given."""
        return await self._ask(windows.late_causes)

    async def staff(self) -> Sequence[StaffRow]:
        """Who may sign in at the console, by login."""
        return await self._ask(access.staff_rows)

    async def staff_sessions(self, staff_id: StaffId) -> Sequence[SessionRow]:
        """Where one of them is signed in, also where that is past by now."""
        return await self._ask(lambda db: access.sessions_of(db, staff_id))

    async def figures(self) -> Figures:
        """Queue figures."""
        return await self._ask(known.figures)
