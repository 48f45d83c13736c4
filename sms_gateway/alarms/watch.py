"""The look at how things are, every few seconds, whatever happens; what begins and ends is told."""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sms_gateway.alarms.book import REMEMBERED, Book
from sms_gateway.alarms.conditions import Observed, judged
from sms_gateway.alarms.messages import Messages, event_of, test_event
from sms_gateway.alarms.plan import Plan
from sms_gateway.alarms.posting import Poster
from sms_gateway.alarms.senses import Senses
from sms_gateway.alarms.telling import to_post, to_text
from sms_gateway.domain.ids import DoorName, IncidentId
from sms_gateway.domain.incidents import TRAFFIC_HOURS, Incident, IncidentNote, Standing, Subject
from sms_gateway.ports import Clock, Door, Incidents, StoreDownError

_log = structlog.get_logger("alarms")

_STORE_SECONDS = 3.0
_EXCHANGE_SECONDS = 60.0
_TRAFFIC_KEPT = timedelta(hours=TRAFFIC_HOURS)


@dataclass(frozen=True, slots=True)
class Around:
    """What is looked at, and who is told of it inside the house.

    Attributes:
        doors: the configured ones.
        store_down, cases_down: why, empty where they work; None where nobody knows yet.
        free_octets: on the data folder's disk.
        queued: called with a door that has something new to send.
        standing: takes what stands, for metrics.
        leads: whether this node is the one of several that looks and tells.
        changes_down: why changes of the case database cannot be read, empty where they can; None
            where this node does not read them.
    """

    doors: Sequence[Door]
    store_down: Callable[[], str | None]
    cases_down: Callable[[], str | None]
    free_octets: Callable[[], Awaitable[int | None]]
    queued: Callable[[DoorName], None]
    standing: Callable[[Collection[Subject]], None]
    leads: Callable[[], bool] = lambda: True
    changes_down: Callable[[], str | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test.

    Attributes:
        texts: how many were queued.
        door: through which.
        webhook: why the call failed, empty where it was taken; None where there is no webhook.
    """

    texts: int
    door: str
    webhook: str | None


class Watch:
    """Looks, and tells.

    Args:
        store: where incidents are written down.
        senses: what other rooms tell.
        around: what is looked at.
        messages: makes what is told, by the plan in it.
        poster: calls the webhook.
        clock: time.
    """

    def __init__(
        self,
        store: Incidents,
        senses: Senses,
        around: Around,
        messages: Messages,
        poster: Poster,
        clock: Clock,
    ) -> None:
        self._store = store
        self._senses = senses
        self._around = around
        self._messages = messages
        self._plan: Plan = messages.plan
        self._poster = poster
        self._clock = clock
        self._book = Book(self._plan.limits, messages.new_incident)
        self._started_at = clock.now()
        self._unsaved: set[IncidentId] = set()
        self._offered: set[tuple[IncidentId, str]] = set()
        self._loaded = False
        self._exchange_at = clock.monotonic()

    @property
    def open(self) -> Collection[Subject]:
        """What stands now."""
        return self._book.open

    async def run(self) -> None:
        """Look until cancelled; then write down what is not written yet."""
        self._started_at = self._clock.now()
        try:
            while True:
                await self.look()
                await self._clock.sleep(self._plan.look)
        finally:
            await self._save(self._clock.now())
            await self._flush()

    async def look(self) -> None:
        """One look. The webhook first: it is told also while the store does not answer."""
        now = self._clock.now()
        await self._exchange(now)
        if not self._around.leads():
            self._loaded = False
            self._around.standing(())
            return
        await self._load(now)
        seen = judged(await self._observed(now), self._plan.limits)
        names = {door.name for door in self._around.doors}
        for incident in self._book.turn(seen, names, now, self._clock.monotonic()):
            self._noted(incident)
        self._around.standing(self._book.open)
        self._post(now)
        await self._save(now)

    async def test(self) -> Tested:
        """Send a test to everybody. Raises StoreDownError."""
        now = self._clock.now()
        texts = self._messages.test_texts(now)
        if texts:
            await self._store.queue(texts)
            for door in {text.door for text in texts}:
                self._around.queued(door)
        webhook = None
        if self._plan.posting is not None:
            webhook = await self._poster.now(test_event(self._messages, now))
        return Tested(len(texts), texts[0].door if texts else "", webhook)

    async def _load(self, now: datetime) -> None:
        """What stood before the start, as soon as the store tells."""
        if self._loaded:
            return
        with contextlib.suppress(StoreDownError, TimeoutError):
            async with asyncio.timeout(_STORE_SECONDS):
                known = await self._store.incidents(now - REMEMBERED)
            self._book.load([*known, *self._fresh(known)])
            self._loaded = True

    def _fresh(self, known: Sequence[Incident]) -> Sequence[Incident]:
        """What began while the store did not tell, and does not stand in it already."""
        there = {incident.id for incident in known}
        stands = {incident.subject for incident in known if incident.closed_at is None}
        fresh = [i for i in self._book.incidents if i.id not in there and i.subject not in stands]
        self._unsaved = {incident.id for incident in fresh}
        return fresh

    async def _observed(self, now: datetime) -> Observed:
        standing: Standing | None = None
        with contextlib.suppress(StoreDownError, TimeoutError):
            async with asyncio.timeout(_STORE_SECONDS):
                standing = await self._store.standing()
        around = self._around
        return Observed(
            now=now,
            started_at=self._started_at,
            store_down=around.store_down(),
            cases_down=around.cases_down(),
            figures=self._senses.figures,
            standing=standing,
            free_octets=await around.free_octets(),
            failing=self._senses.failing,
            usual=self._senses.usual,
            doors=around.doors,
            backup_age=self._senses.backup_age,
            certificate_ends=self._senses.certificate_ends,
            unknown_states=self._senses.unknown_states,
            changes_down=around.changes_down(),
            announce_left=self._senses.announce_left,
        )

    def _noted(self, incident: Incident) -> None:
        self._unsaved.add(incident.id)
        what = {"reason": str(incident.trouble), "door": incident.door, "count": incident.figure}
        if incident.closed_at is None:
            _log.warning("alarm.opened", **what)
        else:
            _log.info("alarm.over", **what)

    def _post(self, now: datetime) -> None:
        for incident in to_post(self._book.incidents, self._plan, now):
            event = event_of(incident, self._messages)
            if (incident.id, event.type) not in self._offered:
                self._offered.add((incident.id, event.type))
                self._poster.offer(event, functools.partial(self._posted, incident.id))

    def _posted(self, incident_id: IncidentId) -> None:
        self._book.posted(incident_id, self._clock.now())
        self._unsaved.add(incident_id)

    async def _save(self, now: datetime) -> None:
        """Write down what changed, with the texts that tell of it, in one commit."""
        if not self._loaded:
            return
        texted = {i.id: i for i in to_text(self._book.incidents, self._plan, now)}
        notes = [
            self._messages.note(incident, now) if incident.id in texted else IncidentNote(incident)
            for incident in self._book.incidents
            if incident.id in self._unsaved or incident.id in texted
        ]
        if not notes:
            return
        # Meanwhile the webhook may take a call, and then there is more to write.
        taken, self._unsaved = self._unsaved, set()
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                written = await self._store.note(notes)
        except (StoreDownError, TimeoutError):
            self._unsaved |= taken  # a text with the same key is never stored twice
            return
        for note in notes:
            self._book.texted(note.incident)
        for door in {text.door for note in notes for text in note.texts}:
            self._around.queued(door)
        # Another node has an incident of this subject open: know that one.
        self._loaded = all(written)

    async def _exchange(self, now: datetime) -> None:
        """Write down what came, and learn what came through other nodes, now and then.

        A crash costs a minute of the statistics.
        """
        if self._clock.monotonic() < self._exchange_at or not await self._flush():
            return
        with contextlib.suppress(StoreDownError, TimeoutError):
            async with asyncio.timeout(_STORE_SECONDS):
                self._senses.load(await self._store.traffic(now - _TRAFFIC_KEPT))
            self._exchange_at = self._clock.monotonic() + _EXCHANGE_SECONDS

    async def _flush(self) -> bool:
        unsaved = self._senses.usual.take_unsaved()
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                await self._store.add_traffic(unsaved)
        except StoreDownError:
            self._senses.usual.keep(unsaved)
        except TimeoutError:
            pass  # nobody knows whether it was written: rather too few than twice
        else:
            return True
        return False
