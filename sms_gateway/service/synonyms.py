"""Words that staff add: every gateway reads texts by them within seconds."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from sms_gateway.domain.synonyms import Synonym
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.rules import vocabulary, with_synonyms
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore

_log = structlog.get_logger("service")

SECONDS = 5.0
"""Between two looks."""


class SynonymWatch:
    """Looks again and again, and lets the enquiry read by what it finds; also after each act here.

    What was read last holds while the store is down.

    Args:
        settings: see there.
        store: where the words are written down.
        enquiry: reads texts; was opened by the words of before.
        clock: time.
    """

    def __init__(self, settings: Settings, store: SqlStore, enquiry: Enquiry, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._enquiry = enquiry
        self._clock = clock
        self._known: Sequence[Synonym] | None = None
        self._turn = asyncio.Lock()

    def commands(self, now: Callable[[], datetime]) -> SynonymCommands:
        """What people do about them here."""
        words = vocabulary(self._settings)
        store, cases = self._store.synonyms, self._store.text_cases
        return SynonymCommands(store, self._store.reading, words, now, self.look, cases)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(SECONDS)

    async def look(self) -> None:
        """One look."""
        async with self._turn:
            try:
                known = await self._store.synonyms.synonyms()
            except StoreDownError:
                return  # the sweep tells of it
            if known != self._known:
                await self._renew(known)
                self._known = known

    async def _renew(self, known: Sequence[Synonym]) -> None:
        words = vocabulary(self._settings)
        # Compiling takes the processor for some tens of milliseconds.
        fitting = await asyncio.to_thread(words.fitting, known)
        for one in known:
            if one not in fitting:
                _log.warning("synonym.misfit", reason=one.folded)
        rules = self._enquiry.rules
        renewed = await asyncio.to_thread(with_synonyms, rules, self._settings, known)
        if renewed.hash != rules.hash:
            self._enquiry.renew(renewed)
            _log.info("synonyms.read", count=len(fitting))
