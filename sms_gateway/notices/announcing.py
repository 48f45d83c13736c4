"""A planned outage is told to whoever has a dossier in work: a batch, held for staff to release."""

import enum
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from sms_gateway.commands import CommandError
from sms_gateway.domain.changes import Case
from sms_gateway.domain.ids import DossierId, NumberHash
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import ANNOUNCEMENT, BLAST, OF_DOSSIERS, wants_none
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import NOTICE_PRIORITY, Push
from sms_gateway.gsm.segment import count
from sms_gateway.notices.composing import Maker, recipients
from sms_gateway.ports import CaseFeed, Citizens, Notices

PAGE = 500
"""Dossiers read, and texts written, at a time."""

SAMPLES = 5
"""Texts that are shown of what would be made."""

Followers = Callable[[Sequence[DossierId]], Awaitable[Mapping[DossierId, Sequence[Address]]]]
Queue = Callable[[Sequence[Push]], Awaitable[Sequence[bool]]]


class NotHeld(enum.Enum):
    """Why no batch was made."""

    HELD_BACK = "held back"
    TOLD_BEFORE = "told before"
    NO_DOOR = "no door"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be made.

    Attributes:
        texts: how many, to as many numbers; those who were told before are among them.
        segments: as how many radio-sized parts.
        samples: some of them.
    """

    texts: int
    segments: int
    samples: Sequence[Push]


@dataclass(frozen=True, slots=True)
class Held:
    """What was made: the batch, and how many texts it holds; none has left."""

    batch: str
    texts: int


@dataclass(frozen=True, slots=True)
class _Said:
    window: str
    words: Mapping[Language, str]
    now: datetime
    batch: str


@dataclass(frozen=True, slots=True)
class Announcer:
    """Makes the batch.

    Attributes:
        store, citizens, feed, maker: see there.
        followers: phones that follow dossiers.
        queue: writes texts down; False for one that was there before.
        now: clock.
    """

    store: Notices
    citizens: Citizens
    feed: CaseFeed
    maker: Maker
    followers: Followers
    queue: Queue
    now: Callable[[], datetime]

    async def hold(self, window: str, words: Mapping[Language, str]) -> Held:
        """Hold one text for each phone of a dossier in work, see `domain.dossier.IN_WORK`.

        Whoever wants no texts of the dossier gets none. A phone that was told of this window
        before, or whose text is held, gets no second one. What was cut short is held to its end
        with what is held already.

        Args:
            window: its id.
            words: what is said, by language; one that the door does not carry is said unaccented.

        Raises:
            CommandError: no door carries such texts, or a restored copy holds them back, or those
                of this window were let go before and nobody else is to be told.
            CasesDownError, StoreDownError.
        """
        now = self.now()
        carried = self._carried(words)
        if await self.store.held_back(now):
            message = "a restored copy holds automatic messages back: sms-gateway resume first"
            raise CommandError(message, NotHeld.HELD_BACK)
        begun = [one.id for one in await self.store.batches() if one.window == window]
        said = _Said(window, carried, now, begun[0] if begun else self.maker.new_id())
        texts = 0
        async for pushes in self._made(said):
            texts += sum(await self.queue(pushes))
        if not texts and not begun and await self.store.announced(window):
            message = "its announcement was released before: nobody is left to be told"
            raise CommandError(message, NotHeld.TOLD_BEFORE)
        return Held(said.batch, texts)

    async def foresee(self, window: str, words: Mapping[Language, str]) -> Foreseen:
        """What `hold` would make, to be read before it is; nothing is written.

        Raises:
            CommandError: no door carries such texts.
            CasesDownError, StoreDownError.
        """
        said = _Said(window, self._carried(words), self.now(), "")
        seen, segments, samples = set[str](), 0, list[Push]()
        async for pushes in self._made(said):
            new = {one.dedupe_key: one for one in pushes if one.dedupe_key not in seen}
            seen |= new.keys()
            segments += sum(one.segments for one in new.values())
            samples = [*samples, *new.values()][:SAMPLES]
        return Foreseen(len(seen), segments, samples)

    async def _made(self, said: _Said) -> AsyncIterator[Sequence[Push]]:
        """The texts, page by page; a number that is on two pages is on both."""
        past = ""
        while page := await self.feed.in_work(past, PAGE):
            past = page[-1].dossier.id
            if pushes := await self._pushes(page, said):
                yield pushes

    def _carried(self, words: Mapping[Language, str]) -> Mapping[Language, str]:
        """Those that the door carries; without accents is what everybody can be told."""
        outlet, usual = self.maker.outlet, Language.VI
        if not outlet.door:
            message = "no door sends texts that answer none: see notices.door"
            raise CommandError(message, NotHeld.NO_DOOR)
        limits = outlet.limits
        fitting = {
            language: text
            for language, text in words.items()
            if count(text).segments <= limits.longest and not limits.refused_characters & set(text)
        }
        if usual not in fitting:
            message = "the announcement does not fit the door: give the window a shorter cause"
            raise CommandError(message, NotHeld.TOO_LONG)
        return {language: fitting.get(language, fitting[usual]) for language in words}

    async def _pushes(self, cases: Sequence[Case], said: _Said) -> Sequence[Push]:
        followers = await self.followers([case.dossier.id for case in cases])
        to: dict[Address, list[DossierId]] = {}
        for case in cases:
            if case.facts.sms_allowed:
                for phone in recipients(case, followers.get(case.dossier.id, ())):
                    to.setdefault(phone, []).append(case.dossier.id)
        if not to:
            return ()
        every = self.maker.numbers(list(to))
        choices = await self.store.choices(every)
        known = await self.citizens.citizens(every, said.now)
        pushes = []
        for phone, dossiers in to.items():
            hashes = self.maker.numbers([phone])
            about = [choice for number in hashes for choice in choices.get(number, ())]
            wanted = [one for one in dossiers if not wants_none(about, one)]
            if not wanted:
                continue
            chosen = [one.language for n in hashes if (one := known.get(n)) and one.language]
            language = chosen[0] if chosen else self.maker.rules.language
            push = self._push(phone, hashes, language, said)
            pushes.append(replace(push, params={OF_DOSSIERS: " ".join(wanted)}))
        return pushes

    def _push(
        self, to: Address, hashes: Sequence[NumberHash], language: Language, said: _Said
    ) -> Push:
        text, outlet = said.words[language], self.maker.outlet
        counted = count(text)
        return Push(
            id=self.maker.new_id(),
            kind=MtKind.NOTICE,
            # Of no dossier: what changes in one of them must not take its place.
            dossier_id=None,
            agency="",
            recipient=to,
            recipient_hash=hashes[0],
            short_code=outlet.short_code,
            door=outlet.push(outlet.door),
            template="",
            template_version="",
            params={},
            language=language,
            text=text,
            alphabet=counted.alphabet,
            segments=counted.segments,
            billing_reason=ANNOUNCEMENT,
            priority=NOTICE_PRIORITY,
            at=said.now,
            not_before=said.now,
            valid_until=said.now + self.maker.valid,
            # By the oldest key: it is the same after a rotation.
            dedupe_key=f"{ANNOUNCEMENT}:{said.window}:{hashes[-1]}",
            state=MtState.HELD,
            hold_reason=BLAST,
            batch_id=said.batch,
        )
