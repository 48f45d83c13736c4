"""What staff change of the rules beside the files: every gateway goes by it within seconds."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sms_gateway.domain.synonyms import Synonym
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.enquiry.wordings import Versions, in_force
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.rules import by_staff, in_console, vocabulary
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore

_log = structlog.get_logger("service")

SECONDS = 5.0
"""Between two looks."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What staff changed.

    Attributes:
        synonyms: words that they added, whether they fit or not.
        versions: of replies, in force.
    """

    synonyms: Sequence[Synonym]
    versions: Versions


async def changed_rules(settings: Settings, store: SqlStore, now: datetime) -> Changed:
    """What stands in a store of that at a moment. Raises StoreDownError."""
    synonyms = await store.synonyms.synonyms()
    approved = await store.wordings.approved() if in_console(settings) else ()
    return Changed(synonyms, in_force(approved, now))


class RuleWatch:
    """Looks again and again, and lets the enquiry go by what it finds; also after each act here.

    One loop for words and wordings: two would each put their rules in the place of the other's.
    What was read last holds while the store is down. A version of a reply whose day comes is found
    by the next look, for each look asks what holds now.

    Args:
        settings: see there.
        store: where the changes are written down.
        enquiry: reads and answers texts; was opened by what stood there before.
        clock: time.
    """

    def __init__(self, settings: Settings, store: SqlStore, enquiry: Enquiry, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._enquiry = enquiry
        self._clock = clock
        self._known: Changed | None = None
        self._turn = asyncio.Lock()

    def commands(self, now: Callable[[], datetime]) -> SynonymCommands:
        """What people do about words here."""
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
                found = await changed_rules(self._settings, self._store, self._clock.now())
            except StoreDownError:
                return  # the sweep tells of it
            if found != self._known:
                await self._renew(found)
                self._known = found

    async def _renew(self, found: Changed) -> None:
        # Compiling takes the processor for some tens of milliseconds.
        fitting = await asyncio.to_thread(vocabulary(self._settings).fitting, found.synonyms)
        for word in found.synonyms:
            if word not in fitting:
                _log.warning("synonym.misfit", reason=word.folded)
        rules = self._enquiry.rules
        renewed, unfit = await asyncio.to_thread(
            by_staff, rules, self._settings, found.synonyms, found.versions
        )
        for version in unfit:
            _log.warning("template.misfit", reason=version.template)
        if renewed.hash == rules.hash:
            return
        self._enquiry.renew(renewed)
        if renewed.replies.rules_hash != rules.replies.rules_hash:
            _log.info("templates.read", count=len(found.versions) - len(unfit))
        if found.synonyms != (self._known.synonyms if self._known else []):
            _log.info("synonyms.read", count=len(fitting))
