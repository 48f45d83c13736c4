"""What staff write down themselves or look by, and who did what, as parts of the one store."""

from sms_gateway.domain.acts import (
    AnsweredBefore,
    AnswerOrder,
    AnswerQueued,
    DrainOrder,
    HandleOrder,
    HandleResult,
    NoSuchMessage,
    Purged,
    SendOrder,
    SettleOrder,
    SettleResult,
    TooMany,
)
from sms_gateway.store.access import StoreAccess
from sms_gateway.store.api import StoreApi
from sms_gateway.store.calendar import StoreCalendar
from sms_gateway.store.citizens import StoreNumbers
from sms_gateway.store.complaints import StoreComplaints
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.held import StoreHeld
from sms_gateway.store.operations import chaining, draining, staff
from sms_gateway.store.statements import Ask
from sms_gateway.store.synonyms import StoreSynonyms
from sms_gateway.store.text_cases import StoreTextCases
from sms_gateway.store.views import StoreViews, StoreWords
from sms_gateway.store.webhooks import StoreWebhooks
from sms_gateway.store.windows import StoreWindows
from sms_gateway.store.wordings import StoreWordings


class WrittenByStaff:
    """The parts of `SqlStore` that only people change, or look by, and the chain of their acts."""

    _writer: GroupCommit
    _ask: Ask

    async def chain_more(self, limit: int) -> int:
        """Take lines into the chain of the audit that are in none, the oldest first; how many.

        Args:
            limit: at most so many, in one commit.

        Raises:
            StoreDownError: none was.
        """
        return (await self._writer.run(chaining.chain_more, [limit]))[0]

    @property
    def calendar(self) -> StoreCalendar:
        """The days that staff wrote down."""
        return StoreCalendar(self._writer, self._ask)

    @property
    def complaints(self) -> StoreComplaints:
        """Complaints of citizens."""
        return StoreComplaints(self._writer, self._ask)

    @property
    def synonyms(self) -> StoreSynonyms:
        """The words that staff added."""
        return StoreSynonyms(self._writer, self._ask)

    @property
    def text_cases(self) -> StoreTextCases:
        """Texts that staff keep as test cases."""
        return StoreTextCases(self._writer, self._ask)

    @property
    def wordings(self) -> StoreWordings:
        """Versions of what replies say."""
        return StoreWordings(self._writer, self._ask)

    @property
    def windows(self) -> StoreWindows:
        """Incident windows, and the causes that late dossiers are given."""
        return StoreWindows(self._writer, self._ask)

    @property
    def held(self) -> StoreHeld:
        """Automatic messages that wait for a person, as far as somebody may see them."""
        return StoreHeld(self._ask)

    @property
    def access(self) -> StoreAccess:
        """Who may sign in, and who is signed in."""
        return StoreAccess(self._writer, self._ask)

    @property
    def api(self) -> StoreApi:
        """Other systems: their tokens, and what they send."""
        return StoreApi(self._writer, self._ask)

    @property
    def webhooks(self) -> StoreWebhooks:
        """Other systems that are told of messages."""
        return StoreWebhooks(self._writer, self._ask)

    @property
    def views(self) -> StoreViews:
        """Questions that people saved."""
        return StoreViews(self._writer, self._ask)

    @property
    def words(self) -> StoreWords:
        """Which words occur in which text."""
        return StoreWords(self._writer)

    @property
    def numbers(self) -> StoreNumbers:
        """What is known and decided of one number."""
        return StoreNumbers(self._writer, self._ask)

    async def begin_drain(self, order: DrainOrder) -> None:
        """Pause a door that is to be drained, audited. Raises StoreDownError."""
        await self._writer.run(draining.begin_drains, [order])

    async def settle_by_hand(self, order: SettleOrder) -> SettleResult:
        """See `ports.Staff.settle_by_hand`."""
        return (await self._writer.run(staff.settle_by_hand, [order]))[0]

    async def send_by_hand(self, order: SendOrder) -> None:
        """See `ports.Staff.send_by_hand`."""
        await self._writer.run(staff.send_by_hand, [order])

    async def answer_by_hand(
        self, order: AnswerOrder
    ) -> AnswerQueued | AnsweredBefore | NoSuchMessage | Purged | TooMany:
        """See `ports.Staff.answer_by_hand`."""
        return (await self._writer.run(staff.answer_by_hand, [order]))[0]

    async def handle(self, order: HandleOrder) -> HandleResult:
        """See `ports.Staff.handle`."""
        return (await self._writer.run(staff.handle, [order]))[0]
