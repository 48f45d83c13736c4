"""What would be sent for the changes of the last hours; nothing is written or sent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as changed

from sms_gateway.domain.changes import Case, CaseChange
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.notices import Choice, Fate, Ruling, Text, wants_none
from sms_gateway.notices.composing import Maker
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.judging import Seen, judged, numbers_of
from sms_gateway.notices.watch import Plan, Watch
from sms_gateway.ports import CaseFeed, Citizens, Notices

_AT_ONCE = 500
_LOOKED_AT = 50_000
_AT_A_TIME, _SAMPLES = 100, 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that would go out; the recipient with most digits hidden."""

    dossier: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be sent.

    Attributes:
        changes: entries of the feed that were looked at.
        texts, segments: how many would go out, and as how many radio-sized parts.
        held: changes whose texts would wait for staff, because they went backwards.
        most: from how many changes on within an hour all would be held.
        counts: what becomes of how many changes: `situation_8`, `no_situation`, `opted_out`.
        samples: some texts.
    """

    changes: int
    texts: int
    segments: int
    held: int
    most: int
    counts: Mapping[str, int]
    samples: Sequence[Sample]


def _every(_agency: str) -> bool:
    return True


class Planner:
    """Plans.

    Args:
        store, citizens: what numbers chose.
        feed: what happened.
        plan, maker: as in `Watch`.
        watch: makes steps of entries, and knows who follows.
        now: clock.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # it stands between all of these
        self,
        store: Notices,
        citizens: Citizens,
        feed: CaseFeed,
        plan: Plan,
        maker: Maker,
        watch: Watch,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._citizens = citizens
        self._feed = feed
        self._plan = plan
        # By day or night.
        quiet = Quiet.of("", maker.quiet.zone)
        self._policy = replace(plan.policy, quiet=quiet)
        self._maker = replace(maker, quiet=quiet)
        self._watch = watch
        self._now = now

    async def plan(self, hours: float, sees: Callable[[str], bool] = _every) -> Planned:
        """Each change of the last hours by itself, as if it had just been learned.

        Args:
            hours: how many.
            sees: whether the changes of an agency's dossiers count.

        Raises:
            CasesDownError, StoreDownError: it cannot be known now.
        """
        now = self._now()
        found = await self._entries(now - timedelta(hours=hours))
        entries = [entry for entry in found if sees(entry.case.dossier.agency)]
        total = _Total(Counter(), [])
        for begin in range(0, len(entries), _AT_A_TIME):
            await self._add(entries[begin : begin + _AT_A_TIME], now, total)
            await asyncio.sleep(0)  # the service answers meanwhile
        known = (len(entries), total.texts, total.segments, total.held, self._plan.guard.most)
        return Planned(*known, dict(sorted(total.counts.items())), _samples(total.last))

    async def _add(self, entries: Sequence[CaseChange], now: datetime, total: "_Total") -> None:
        told = [(entry, _then(entry)) for entry in entries]
        cases = [case for _, case in told]
        followers = await self._watch.followers(list({case.dossier.id for case in cases}))
        numbers = numbers_of(cases, followers, self._maker)
        choices = await self._store.choices(numbers) if numbers else {}
        found = await self._citizens.citizens(numbers, now) if numbers else {}
        languages = {n: one.language for n, one in found.items() if one.language is not None}
        for entry, case in told:
            seen = Seen({case.dossier.id: case}, followers, {}, languages, "", now)
            step = self._watch.step(entry, now)
            ruling = judged((step,), seen, self._policy, self._maker)
            if isinstance(ruling, Ruling):
                total.add(ruling, [text for text in ruling.texts if _wants(text, choices)])

    async def _entries(self, since: datetime) -> Sequence[CaseChange]:
        head = await self._feed.head()
        after, found = max(0, head - _LOOKED_AT), list[CaseChange]()
        while entries := await self._feed.changes(after, _AT_ONCE):
            found += [entry for entry in entries if entry.learned_at >= since]
            after = entries[-1].number
            if len(entries) < _AT_ONCE:
                break
        return found


@dataclass(slots=True)
class _Total:
    counts: Counter[str]
    last: Sequence[Text]
    texts: int = 0
    segments: int = 0
    held: int = 0

    def add(self, ruling: Ruling, wanted: Sequence[Text]) -> None:
        out = bool(ruling.texts) and not wanted
        self.counts["opted_out" if out else ruling.reason] += 1
        self.held += ruling.fate is Fate.HELD
        if ruling.fate is Fate.QUEUED:
            self.texts += len(wanted)
            self.segments += sum(text.push.segments for text in wanted)
            self.last = [*self.last, *wanted][-_SAMPLES:]


def _then(entry: CaseChange) -> Case:
    """The dossier in the state of an entry."""
    dossier = entry.case.dossier
    if dossier.state is entry.state:
        return entry.case
    then = changed(dossier, state=entry.state, state_at=entry.source_time)
    return changed(entry.case, dossier=then)


def _wants(text: Text, choices: Mapping[NumberHash, Sequence[Choice]]) -> bool:
    about = [choice for number in text.numbers for choice in choices.get(number, ())]
    return not wants_none(about, text.push.dossier_id or "")


def _samples(texts: Sequence[Text]) -> Sequence[Sample]:
    pushes = [text.push for text in texts]
    return [Sample(one.dossier_id or "", one.recipient.masked, one.text) for one in pushes]
