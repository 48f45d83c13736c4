"""Stands before a case directory: while a window stands, nobody asks it."""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    Found,
    NotFound,
    Stale,
    Unavailable,
    Withheld,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.windows import INTERRUPTED
from sms_gateway.ports import CaseDirectory


class Interrupted:
    """Implements `ports.CaseDirectory` before the directory and our copy of its dossiers.

    While a window stands a dossier of the copy is told with the time of the copy, and of any other
    code nothing can be said: it may be that of a dossier that came meanwhile.

    Args:
        directory: what is asked otherwise.
        copy: our own dossiers; may be the directory itself.
        stops: whether a window stands that interrupts look-ups.
    """

    def __init__(
        self, directory: CaseDirectory, copy: CaseDirectory, stops: Callable[[], bool]
    ) -> None:
        self._directory = directory
        self._copy = copy
        self._stops = stops

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """See `ports.CaseDirectory.find_many`."""
        if not self._stops():
            return await self._directory.find_many(keys)
        copies = await self._copy.find_many(keys)
        return {key: _as_copied(copies[key]) for key in keys}


def _as_copied(copy: CaseLookup) -> CaseLookup:
    match copy:
        case Found() | Ambiguous():
            return Stale(copy, INTERRUPTED)
        case NotFound() | Withheld():
            return Unavailable(INTERRUPTED)
        case Stale() | Unavailable():
            # The copy itself is in trouble: that word is worth more.
            return copy
        case _:
            assert_never(copy)
