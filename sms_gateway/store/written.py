"""What staff write down themselves, as parts of the one store."""

from sms_gateway.store.access import StoreAccess
from sms_gateway.store.asked import Ask
from sms_gateway.store.calendar import StoreCalendar
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.windows import StoreWindows


class WrittenByStaff:
    """The parts of `SqlStore` that only people change."""

    _writer: GroupCommit
    _ask: Ask

    @property
    def calendar(self) -> StoreCalendar:
        """The days that staff wrote down."""
        return StoreCalendar(self._writer, self._ask)

    @property
    def windows(self) -> StoreWindows:
        """Incident windows, and the causes that late dossiers are given."""
        return StoreWindows(self._writer, self._ask)

    @property
    def access(self) -> StoreAccess:
        """Who may sign in, and who is signed in."""
        return StoreAccess(self._writer, self._ask)
