"""Watches for words for states that nobody knows: who sends them, and what they are."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.domain.states import StateTables, UnknownState
from sms_gateway.ports import Clock

_log = structlog.get_logger("service")

SECONDS = 60.0
"""Between two looks."""


class Words(Protocol):
    """Where words that nobody knew when they came are kept."""

    def unknown_states(self) -> Awaitable[Sequence[UnknownState]]:
        """Those that came lately. Raises CaseTablesError."""


class StatesWatch:
    """Looks every minute, and names each word once.

    Args:
        words: see there.
        tables: what `states.toml` knows.
        clock: time.
        seen: takes how many there are.
    """

    def __init__(
        self, words: Words, tables: StateTables, clock: Clock, seen: Callable[[int], None]
    ) -> None:
        self._words = words
        self._tables = tables
        self._clock = clock
        self._seen = seen
        self._named: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(SECONDS)

    async def look(self) -> None:
        """One look."""
        try:
            came = await self._words.unknown_states()
        except CaseTablesError:
            return  # look-ups tell of it
        unknown = self._tables.unknown_among(came)
        for one in unknown:
            if (one.source, one.word) not in self._named:
                _log.warning("state.unknown", door=one.source, state=one.word)
        self._named = {(one.source, one.word) for one in unknown}
        self._seen(len(unknown))
