"""Who did something, as people call them: the audit has logins, and words of the gateway."""

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.domain.access import StaffRow
from sms_gateway.ports import Clock, StoreDownError

Names = Mapping[str, str]
"""What people are called, by their logins."""

NOBODY: Final[Names] = MappingProxyType({})

_KEPT: Final = 30.0
_AT_MOST: Final = 1.0

_KINDS: Final = {
    "os": marked("%(name)s, on the server"),
    "token": marked("the system %(name)s"),
}
_ITSELF: Final = {
    "gateway": marked("the gateway itself"),
    "console": marked("the console itself"),
}


class StaffNames:
    """Remembers for a while what people are called.

    Args:
        staff: asks the store for all of them.
        clock: the time.
    """

    def __init__(self, staff: Callable[[], Awaitable[Sequence[StaffRow]]], clock: Clock) -> None:
        self._staff = staff
        self._clock = clock
        self._known: tuple[float, Names] | None = None

    async def now(self) -> Names:
        """By their logins; those of before, or none, where the store cannot say now."""
        at, known = self._clock.monotonic(), self._known
        if known is not None and at - known[0] < _KEPT:
            return known[1]
        try:
            async with asyncio.timeout(_AT_MOST):
                names = _apart(await self._staff())
        except (StoreDownError, TimeoutError):
            return known[1] if known else NOBODY
        self._known = (at, names)
        return names


def _apart(staff: Sequence[StaffRow]) -> Names:
    """Of several who are called the same the login tells who is who."""
    many = Counter(_looks(one.name) for one in staff)
    return {
        one.login: f"{one.name} ({one.login})" if many[_looks(one.name)] > 1 else one.name
        for one in staff
    }


def _looks(name: str) -> str:
    """The same for names that a reader takes for one, however a keyboard wrote them."""
    return unicodedata.normalize("NFKC", name).casefold()


def called(by: str, names: Names, say: Callable[[str], str]) -> str:
    """Who did it, in words of the reader; what nobody knows stays as it is written down.

    Args:
        by: as the audit has it: `staff:an`, `os:root`, `token:portal`, `gateway`.
        names: of the staff.
        say: translates.
    """
    kind, colon, name = by.partition(":")
    if not colon:
        return say(_ITSELF[by]) if by in _ITSELF else by
    if kind == "staff":
        return names.get(name, name)
    return say(_KINDS[kind]) % {"name": name} if kind in _KINDS else by
