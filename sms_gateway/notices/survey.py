"""The loop of the survey: who got a result is asked once how it went."""

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile
from typing import Protocol

import structlog

from sms_gateway.domain.changes import Case, CaseChange
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import Learned
from sms_gateway.domain.surveys import SURVEY, Asking, AskOrder
from sms_gateway.notices.asking import asked_of, question
from sms_gateway.notices.composing import Maker
from sms_gateway.ports import (
    CaseFeed,
    CasesDownError,
    Citizens,
    Clock,
    Notices,
    StoreDownError,
    Surveys,
)

_log = structlog.get_logger("notices")

_AT_ONCE = 500
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class SurveyFigures(Protocol):
    """Takes figures, for metrics."""

    def surveyed(self, result: str, count: int) -> None:
        """So many returned dossiers came to a result: `asked`, or why nobody was."""


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """What the settings say.

    Attributes:
        look: seconds between two looks.
        after: so long after a return was learned the question is asked.
        fresh: about a return that was longer ago nobody is asked.
        most_per_day: questions of one day at most.
        bulk: more returns than that around one hour are a bulk fix, about which nobody is asked.
    """

    look: float
    after: timedelta
    fresh: timedelta
    most_per_day: int
    bulk: int


@dataclass(frozen=True, slots=True)
class SurveyAround:
    """What surrounds the loop.

    Attributes:
        citizens: knows the languages that numbers chose.
        queued: called with a door that has something new to send.
        leads: whether this node is the one of several that does this.
        figures: see there.
    """

    citizens: Citizens
    queued: Callable[[DoorName], None]
    leads: Callable[[], bool]
    figures: SurveyFigures


class Survey:
    """Asks.

    Args:
        store: where questions are written down.
        notices: where it stands how far the feed was read.
        feed: what happened to dossiers.
        plan: what the settings say.
        maker: makes texts.
        around: see there.
        clock: time.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the loop stands between all of these
        self,
        store: Surveys,
        notices: Notices,
        feed: CaseFeed,
        plan: SurveyPlan,
        maker: Maker,
        around: SurveyAround,
        clock: Clock,
    ) -> None:
        self._store = store
        self._notices = notices
        self._feed = feed
        self._plan = plan
        self._maker = maker
        self._around = around
        self._clock = clock
        self._lately: deque[datetime] = deque(maxlen=plan.bulk + 1)
        self._down = ""

    async def run(self) -> None:
        """Look until cancelled."""
        self._around.leads()  # from the first question on a node tries to
        while True:
            await self.look()
            await self._clock.sleep(self._plan.look)

    async def look(self) -> None:
        """One look; what cannot be read or written now is tried again at the next one."""
        now = self._clock.now()
        # At night nobody is asked: how a dossier stands is looked at in the morning.
        if not self._around.leads() or self._maker.quiet.within(now):
            return
        try:
            await self._look(now)
        except (CasesDownError, StoreDownError) as error:
            if not self._down:
                _log.warning("survey.waiting", reason=str(error))
            self._down = str(error)
        else:
            self._down = ""

    async def _look(self, now: datetime) -> None:
        if await self._notices.held_back(now):
            return
        mark = await self._notices.mark(SURVEY)
        if mark is None:
            await self._begin("first", now)
            return
        handed = await self._feed.handed_out(SURVEY)
        if handed is not None and handed < mark.upto:
            # Older dossiers were put in place, and what is learned now has places read before.
            await self._begin("other_dossiers", now, handed)
            return
        upto, more = mark.upto, True
        while more:
            page = await self._feed.changes(upto, _AT_ONCE, SURVEY)
            ripe = list(takewhile(lambda one: one.learned_at <= now - self._plan.after, page))
            if ripe and not await self._ask(upto, ripe, now):
                return
            upto = ripe[-1].number if ripe else upto
            more = len(ripe) == _AT_ONCE
        if upto == mark.upto and await self._feed.head() < upto:
            # The same, and nobody knows what was read of them.
            await self._begin("other_dossiers", now)

    async def _begin(self, why: str, now: datetime, place: int | None = None) -> None:
        """Begin at a place, or at the present: nobody is asked about what was before."""
        upto = await self._feed.head(SURVEY) if place is None else place
        await self._notices.learn(Learned(SURVEY, upto, now))
        _log.info("survey.begun", reason=why)

    async def _ask(self, since: int, ripe: Sequence[CaseChange], now: datetime) -> bool:
        """Ask about what of these is to be asked about, and note that they were read."""
        upto = ripe[-1].number
        returns = {one.case.dossier.id: one for one in ripe if _is_return(one)}.values()
        times = [one.learned_at for one in returns]
        bulk = await self._bulk(times, upto)
        results: Counter[str] = Counter()
        able: list[tuple[Case, Address]] = []
        for one in returns:
            why, to = self._why_not(one, now, bulk=bulk(one.learned_at)), asked_of(one.case)
            if why or to is None:
                results[why or "no_phone"] += 1
            else:
                able.append((one.case, to))
        asked = await self._questions(able, now, results)
        done = await self._store.ask(AskOrder(tuple(asked), since, upto, now))
        if not done.written:
            return False
        self._lately.extend(times)
        results.update(asked=done.asked, opted_out=done.unwanted)
        results["asked_before"] += len(asked) - done.unwanted - done.asked
        self._told(results)
        for door in done.doors:
            self._around.queued(door)
        return True

    def _why_not(self, change: CaseChange, now: datetime, *, bulk: bool) -> str:
        """Why nobody is asked about a return, in one word; empty where somebody is."""
        if bulk:
            return "bulk"
        if change.case.dossier.state is not State.RETURNED:
            return "moved_on"
        if not change.case.facts.sms_allowed:
            return "sms_off"
        # Of a dossier that was never seen before only its source knows when that was.
        seen = None if change.before is None else change.learned_at
        returned_at = change.source_time or seen
        if returned_at is None:
            return "first_seen"
        return "" if returned_at > now - self._plan.fresh else "stale"

    async def _bulk(self, times: Sequence[datetime], upto: int) -> Callable[[datetime], bool]:
        """Which moments lie among more returns than offices make within an hour."""
        near = sorted([*self._lately, *times, *await self._ahead(times, upto)])

        def bulk(at: datetime) -> bool:
            return bisect_right(near, at + _HOUR) - bisect_left(near, at - _HOUR) > self._plan.bulk

        return bulk

    async def _ahead(self, times: Sequence[datetime], upto: int) -> Sequence[datetime]:
        """When the returns behind these were learned, within the hour."""
        found: list[datetime] = []
        while times and len(found) <= self._plan.bulk:
            page = await self._feed.changes(upto, _AT_ONCE)
            near = [one for one in page if one.learned_at <= max(times) + _HOUR]
            found += [one.learned_at for one in near if _is_return(one)]
            if len(near) < _AT_ONCE:
                break
            upto = page[-1].number
        return found

    async def _room(self, now: datetime) -> int:
        """How many questions the day still has room for."""
        zone = self._maker.rules.zone
        today = datetime.combine(now.astimezone(zone).date(), time(), zone)
        return max(0, self._plan.most_per_day - await self._store.asked_since(today))

    async def _questions(
        self, able: Sequence[tuple[Case, Address]], now: datetime, results: Counter[str]
    ) -> Sequence[Asking]:
        """One to each number that has no question open: a mark alone names no dossier."""
        if not able:
            return []
        numbers = list(dict.fromkeys(self._maker.numbers([to for _, to in able])))
        found = await self._around.citizens.citizens(numbers, now - _DAY)
        known = {n: one.language for n, one in found.items() if one.language is not None}
        open_of = {n for n, one in found.items() if one.asked and not one.asked.score}
        room, asked = await self._room(now), list[Asking]()
        for case, to in able:
            theirs = set(self._maker.numbers([to]))
            if theirs & open_of:
                results["open_question"] += 1
            elif len(asked) == room:
                results["full"] += 1
            else:
                open_of |= theirs
                asked.append(question(case, to, self._maker, known, now))
        return asked

    def _told(self, results: Mapping[str, int]) -> None:
        for result, count in results.items():
            if count:
                self._around.figures.surveyed(result, count)
        if count := results.get("bulk", 0):
            _log.warning("survey.left_out", count=count, reason="bulk")


def _is_return(change: CaseChange) -> bool:
    """Whether a result was handed over in it."""
    return change.state is State.RETURNED and change.before is not State.RETURNED
