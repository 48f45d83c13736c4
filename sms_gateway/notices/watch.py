"""The loop of automatic messages: reads what changed, lets it stand, decides, and has it sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sms_gateway.domain.changes import CaseChange
from sms_gateway.domain.ids import DoorName, DossierId, NoticeId, NumberHash
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import CHANGES, Fate, Learned, Postponed, Ruled, Ruling, Step
from sms_gateway.notices.appointments import Appointments
from sms_gateway.notices.composing import Maker
from sms_gateway.notices.deciding import Policy
from sms_gateway.notices.guard import Guard
from sms_gateway.notices.judging import Seen, grouped, judged, numbers_of
from sms_gateway.ports import CaseFeed, CasesDownError, Citizens, Clock, Notices, StoreDownError

_log = structlog.get_logger("notices")

_AT_ONCE = 500
_DOSSIERS = 200
_WRITE_MARKS = 8
"""Of a feed in which nothing happens the mark is written so often within a pause."""


class Figures(Protocol):
    """Takes figures, for metrics."""

    def decided(self, fate: str, reason: str) -> None:
        """Steps of a dossier were decided of."""

    def stand(self, figures: Mapping[str, int]) -> None:
        """How many steps wait, and how many texts are held, by why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say.

    Attributes:
        policy, guard: see there.
        look: seconds between two looks.
        stands: how long a change must stand.
        pause: after a pause as long as that, messages begin at the present.
    """

    policy: Policy
    guard: Guard
    look: float
    stands: timedelta
    pause: timedelta


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds the loop.

    Attributes:
        citizens: knows the languages that numbers chose.
        followers: phones that follow dossiers, beside those that they are registered to.
        queued: called with a door that has something new to send.
        leads: whether this node is the one of several that does this.
        figures: see there.
        new_id: makes ids.
        caught_up: whether all that changed in somebody else's case database was read lately.
    """

    citizens: Citizens
    followers: Callable[[Sequence[DossierId]], Awaitable[Mapping[DossierId, Sequence[Address]]]]
    queued: Callable[[DoorName], None]
    leads: Callable[[], bool]
    figures: Figures
    new_id: Callable[[], NoticeId]
    caught_up: Callable[[], bool] = lambda: True


class Watch:
    """Reads and decides.

    Args:
        store: where steps and decisions are written down.
        feed: what happened to dossiers.
        plan: what the settings say.
        maker: makes the texts.
        around: see there.
        appointments: looks at those that passed, and warns staff.
        clock: time.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the loop stands between all of these
        self,
        store: Notices,
        feed: CaseFeed,
        plan: Plan,
        maker: Maker,
        around: Around,
        appointments: Appointments,
        clock: Clock,
    ) -> None:
        self._store = store
        self._feed = feed
        self._plan = plan
        self._maker = maker
        self._around = around
        self._appointments = appointments
        self._clock = clock
        self._down = ""

    async def run(self) -> None:
        """Look until cancelled."""
        self._around.leads()  # from the first question on a node tries to
        while True:
            await self.look()
            await self._clock.sleep(self._plan.look)

    async def look(self) -> None:
        """One look; what cannot be read or written now is tried again at the next one."""
        if not self._around.leads():
            return
        try:
            await self._look(self._clock.now())
        except (CasesDownError, StoreDownError) as error:
            if not self._down:
                _log.warning("notices.waiting", reason=str(error))
            self._down = str(error)
        else:
            self._down = ""

    async def _look(self, now: datetime) -> None:
        if await self._store.held_back(now):
            return
        await self._read(now)
        if self._around.caught_up():  # else a dossier may have ended, or have a new date
            for door in await self._appointments.look(now):
                self._around.queued(door)
        await self._decide(now)
        self._around.figures.stand(await self._store.figures())

    async def _read(self, now: datetime) -> None:
        """Write down all that is new in the feed: what is decided sees the whole of a batch."""
        mark = await self._store.mark(CHANGES)
        if mark is None or now - mark.at > self._plan.pause:
            if self._around.caught_up():  # else what is still to be read would be news
                await self._begin(now, "first" if mark is None else "paused")
            return
        since, handed = mark.upto, await self._feed.handed_out(CHANGES)
        if handed is not None and handed < since:
            # Older dossiers were put in place. Their feed goes on from another place, and what is
            # learned from now on has places that were read of the newer ones.
            await self._begin(now, "other_dossiers", handed)
            since = handed
        upto = since
        while changes := await self._feed.changes(upto, _AT_ONCE, CHANGES):
            upto = changes[-1].number
            steps = [self.step(change, now) for change in changes]
            steps += await self._appointments.late(changes, now)
            await self._store.learn(Learned(CHANGES, upto, now, tuple(steps)))
            if len(changes) < _AT_ONCE:
                return
        if upto == since and await self._feed.head() < upto:
            # The same, and nobody knows what was read of them.
            await self._begin(now, "other_dossiers")
        elif upto == since and now - mark.at > self._plan.pause / _WRITE_MARKS:
            await self._store.learn(Learned(CHANGES, upto, now))

    async def _begin(self, now: datetime, why: str, place: int | None = None) -> None:
        """Begin at a place, or at the present: nobody is told of what was before."""
        upto = await self._feed.head(CHANGES) if place is None else place
        await self._store.forget(why, now)
        await self._store.learn(Learned(CHANGES, upto, now))
        _log.info("notices.begun", reason=why)

    def step(self, change: CaseChange, now: datetime) -> Step:
        """An entry of the feed as it waits to be decided."""
        case, learned_at = change.case, min(change.learned_at, now)
        table = self._plan.policy.table
        line = table.of_change(change.before, change.state, case.dossier, case.facts)
        return Step(
            id=self._around.new_id(),
            dossier_id=case.dossier.id,
            agency=case.dossier.agency,
            transition=change.transition,
            number=change.number,
            before=change.before,
            state=change.state,
            learned_at=learned_at,
            due_at=learned_at + self._plan.stands,
            tells=line is not None and line.speaks,
        )

    async def followers(self, ids: Sequence[DossierId]) -> Mapping[DossierId, Sequence[Address]]:
        """Phones that follow dossiers. Raises StoreDownError."""
        return await self._around.followers(ids)

    async def _decide(self, now: datetime) -> None:
        load = await self._store.load(now)
        blast = ""
        if self._plan.guard.holds(load):
            blast = load.batch_id or self._around.new_id()
        longest, held = now - self._plan.stands, 0
        while steps := await self._store.due(now, longest, _DOSSIERS):
            ruled = await self._decide_some(steps, now, blast)
            held += sum(one.fate is Fate.HELD for one in ruled)
            if all(one.fate is Fate.STANDING for one in ruled):
                break
        if held:
            _log.warning("notices.held", count=held, reason="blast" if blast else "backward")

    async def _decide_some(
        self, steps: Sequence[Step], now: datetime, blast: str
    ) -> Sequence[Ruled]:
        """Decide of some dossiers; what became of those that were decided of."""
        groups = grouped(steps, now, now - self._plan.stands)
        ids = list({group[0].dossier_id for group in groups})
        cases, known = await self._feed.cases(ids), await self._store.known(ids)
        followers = await self.followers(ids)
        numbers = numbers_of(cases.values(), followers, self._maker)
        languages = await self._languages(numbers, now)
        seen = Seen(cases, followers, known, languages, blast, now)
        results = [judged(group, seen, self._plan.policy, self._maker) for group in groups]
        if waits := [one for one in results if isinstance(one, Postponed)]:
            await self._store.postpone(waits)
        rulings = [one for one in results if isinstance(one, Ruling)]
        ruled = await self._store.rule(rulings) if rulings else []
        for one in ruled:
            if one.fate is not Fate.STANDING:
                self._around.figures.decided(one.fate, one.reason)
            if one.fate is Fate.QUEUED:
                for door in one.doors:
                    self._around.queued(door)
        return ruled

    async def _languages(
        self, numbers: Sequence[NumberHash], now: datetime
    ) -> Mapping[NumberHash, Language]:
        found = await self._around.citizens.citizens(numbers, now) if numbers else {}
        return {n: one.language for n, one in found.items() if one.language is not None}
