"""Whether it is worth asking a case database that failed again and again.

The library purgatory does the same by exceptions and by the clock of the machine. Here answers are
values, time is passed in, and only one question at a time may try whether it works again.
"""

from collections.abc import Callable, Collection

from sms_gateway.cases.remote import Away
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.untold import Untold


class Breaker:
    """Counts what failed in a row, without what one dossier may be to blame for.

    Args:
        failures: so many close the way.
        rest: seconds for which it stays closed; then one question tries it.
        monotonic: seconds that never step backwards.
    """

    def __init__(self, failures: int, rest: float, monotonic: Callable[[], float]) -> None:
        self._most = failures
        self._rest = rest
        self._monotonic = monotonic
        self._failed = 0
        self._untold = Untold()
        self._until = 0.0
        self._last = Away("down", "the case database was not asked: it failed too often")

    def refused(self) -> Away | None:
        """Why not to ask now, as the last question heard; None for one that may."""
        if self._failed < self._most:
            return None
        if self._monotonic() < self._until:
            return self._last
        # Whoever comes while this one tries it is refused.
        self._until = self._monotonic() + self._rest
        return None

    def heard(self, away: Away | None, keys: Collection[CanonicalKey]) -> None:
        """What became of a question for some numbers: None where it was answered."""
        if away is None:
            self._failed = 0
            self._untold.told()
            return
        if not self._untold.met(keys, away.reason):
            # This says nothing of the others: if it was to try the way, the next one may.
            self._until = self._monotonic()
            return
        self._last = away
        self._failed += 1
        self._until = self._monotonic() + self._rest
