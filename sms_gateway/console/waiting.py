"""How much waits for a person, shown beside every page; asked for once in a few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sms_gateway.domain.staff import AgencyId, Person
from sms_gateway.log_question import Attention
from sms_gateway.ports import Clock, StoreDownError

LATELY: Final = timedelta(days=7)
"""What failed or was refused is shown so long."""

_KEPT: Final = 5.0
_AT_MOST: Final = 1.0
_MOST_KEPT: Final = 200

Asks = Callable[[datetime, Sequence[str] | None], Awaitable[Attention]]


class Waiting:
    """Remembers the answer for a few seconds, one for each set of agencies.

    Args:
        attention: asks the store.
        clock: the time.
    """

    def __init__(self, attention: Asks, clock: Clock) -> None:
        self._attention = attention
        self._clock = clock
        self._known: dict[frozenset[AgencyId] | None, tuple[float, Attention]] = {}

    async def of(self, person: Person) -> Attention | None:
        """What waits for a person; None where the store cannot say now, which breaks no page."""
        at = self._clock.monotonic()
        known = self._known.get(person.agencies)
        if known is not None and at - known[0] < _KEPT:
            return known[1]
        agencies = None if person.agencies is None else sorted(person.agencies)
        try:
            async with asyncio.timeout(_AT_MOST):
                found = await self._attention(self._clock.now() - LATELY, agencies)
        except (StoreDownError, TimeoutError):
            return None
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[person.agencies] = (at, found)
        return found

    def forget(self) -> None:
        """Somebody ended something here."""
        self._known.clear()


def to_do(attention: Attention | None) -> int:
    """How much there is that a person can end; what failed or was refused is over by itself."""
    if attention is None:
        return 0
    mine = attention.parked + attention.uncertain + attention.held_notices
    return mine + attention.held_alone + attention.unanswered
