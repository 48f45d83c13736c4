"""How many proposals of wordings wait for somebody, beside each page; asked for now and then."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from sms_gateway.domain.staff import Permission, Person
from sms_gateway.domain.wordings import WordingVersion
from sms_gateway.ports import StoreDownError
from sms_gateway.wordings import WordingCommands

_KEPT: Final = 5.0
_AT_MOST: Final = 1.0


class Proposals:
    """Remembers for a few seconds what waits.

    Args:
        wordings: where it stands, and who may approve what.
        monotonic: time in seconds.
    """

    def __init__(self, wordings: WordingCommands, monotonic: Callable[[], float]) -> None:
        self._wordings = wordings
        self._monotonic = monotonic
        self._known: tuple[float, Sequence[WordingVersion]] | None = None

    async def of(self, person: Person) -> int:
        """How many a person may decide of; 0 where the store cannot say, which breaks no page."""
        if not (decides(person) and self._wordings.in_console):
            return 0
        at = self._monotonic()
        if self._known is None or at - self._known[0] >= _KEPT:
            try:
                async with asyncio.timeout(_AT_MOST):
                    self._known = (at, await self._wordings.store.waiting())
            except (StoreDownError, TimeoutError):
                return 0
        return sum(self._wordings.may_approve(one, person) for one in self._known[1])

    def forget(self) -> None:
        """Something was proposed or decided here."""
        self._known = None


def decides(person: Person) -> bool:
    """Whether a person changes wordings: these are everybody's, not one agency's."""
    return person.may(Permission.CHANGE_TEMPLATES) and person.agencies is None
