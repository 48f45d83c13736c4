"""Citizens who text through all doors at once, and the telcos that carry it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.acceptance.telco import Does, Heard, Telco, citizen, mo
from tests.torture.judging import INLINE, SMPP, Text
from tests.torture.manners import PLAIN, Manners
from tests.torture.moments import Moments
from tests.torture.smpp_doors import NAMES
from tests.torture.smsc import Smsc

HTTP_DOORS = (INLINE, "ack", "ackresend", "ackone")
DOORS = {"http": HTTP_DOORS, "smpp": NAMES, "both": HTTP_DOORS + NAMES}
"""What `--door` names."""

RECEIPTS = ("170703-0001", "170712-0002", "170828-0001", "170801-0001")
TWICE = 0.1
"""Share of texts that the telco delivers twice at once."""

Script = Callable[[random.Random], Sequence[Does]]


def _takes_all(_chance: random.Random) -> Sequence[Does]:
    return ()


@dataclass(frozen=True, slots=True)
class Shape:
    """How the citizens of a fault behave.

    Attributes:
        clients: callers per door that call one after the other.
        rest_s: seconds they rest between two texts at most; 0 is full load.
        in_parts: share of texts that come in two parts, the second one first.
        script: what the telco does with the replies to one text.
        manners: of the SMSC.
        twice: share of texts that the SMSC delivers twice at once.
    """

    clients: int = 4
    rest_s: float = 0.0
    in_parts: float = 0.05
    script: Script = _takes_all
    manners: Manners = PLAIN
    twice: float = TWICE


@dataclass(slots=True)
class Load:
    """The texts of one round.

    Attributes:
        telco: carries them.
        smsc: carries those of the doors that speak SMPP; None where there are none.
        moments: hears of each that was acknowledged.
        chance: seeded.
        shape: see there.
        number: of the round.
        doors: through which they text.
        taken: what was acknowledged.
    """

    telco: Telco
    smsc: Smsc | None
    moments: Moments
    chance: random.Random
    shape: Shape
    number: int
    doors: Sequence[str] = HTTP_DOORS
    taken: list[Text] = field(default_factory=list)
    _count: int = 0
    _over: bool = False

    @property
    def marks(self) -> Sequence[str]:
        """What the telco's ids of this round begin with, and the numbers of the SMSC's citizens."""
        return f"r{self.number}x", f"+8493{self.number % 100:02}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Text until the block ends; then what is being delivered is delivered to the end."""
        async with asyncio.TaskGroup() as group:
            for door in tuple(self.doors) * self.shape.clients:
                group.create_task(self._client(door))
            try:
                yield
            finally:
                self._over = True

    async def flood(self, count: int) -> None:
        """So many texts at once, through all doors."""
        await asyncio.gather(*(self._text(self.chance.choice(self.doors)) for _ in range(count)))

    async def fetch(self) -> None:
        """Deliver what came in at the inline door once more."""
        inline = [at for at, text in enumerate(self.taken) if text.door == INLINE]
        heard = await asyncio.gather(*(self._again(self.taken[at]) for at in inline))
        for at, again in zip(inline, heard, strict=True):
            text = self.taken[at]
            self.taken[at] = Text(text.door, text.ids, text.heard, again, text.call)

    async def _again(self, text: Text) -> Heard:
        return await self.telco.deliver(text.door, text.call)

    async def _client(self, door: str) -> None:
        while not self._over:
            await self._text(door)
            if self.shape.rest_s:
                rest = self.chance.uniform(0, self.shape.rest_s)
                await asyncio.sleep(rest)  # citizens do not text without a pause

    async def _text(self, door: str) -> None:
        if door in SMPP:
            await self._text_by_smpp(door)
            return
        sender, receipt = citizen(), self.chance.choice(RECEIPTS)
        self.telco.scripts[sender] = list(self.shape.script(self.chance))
        if door != INLINE and self.chance.random() < self.shape.in_parts:
            number, cut = f"MCKH {receipt}", self.chance.randint(5, 12)
            parts = {2: number[cut:], 1: number[:cut]}
            calls = [
                self._mo(sender, words, ref=1, total=2, part=part) for part, words in parts.items()
            ]
        else:
            calls = [self._mo(sender, f"MCKH_{receipt}")]
            calls *= 1 + (self.chance.random() < TWICE)
        await self._deliver(door, calls)

    async def _text_by_smpp(self, door: str) -> None:
        assert self.smsc is not None
        self._count += 1
        sender, receipt = f"{self.marks[1]}{self._count:05}", self.chance.choice(RECEIPTS)
        if self.chance.random() < self.shape.in_parts:
            words, cut = f"MCKH {receipt}", self.chance.randint(5, 12)
            pdus = self.smsc.parts(sender[1:], words[:cut], words[cut:])[::-1]
        else:
            pdus = self.smsc.parts(sender[1:], f"MCKH_{receipt}")
            pdus = [*pdus] * (1 + (self.chance.random() < self.shape.twice))
        heard = await asyncio.gather(*(self.smsc.deliver(door, pdu) for pdu in pdus))
        self._took(Text(door, (sender,), tuple(heard)))

    def _mo(self, sender: str, words: str, **part: int) -> dict[str, object]:
        self._count += 1
        return mo(sender, words, **part) | {"id": f"{self.marks[0]}{self._count}"}

    async def _deliver(self, door: str, calls: Sequence[dict[str, object]]) -> None:
        heard = await asyncio.gather(*(self.telco.deliver(door, call) for call in calls))
        ids = tuple(dict.fromkeys(str(call["id"]) for call in calls))
        self._took(Text(door, ids, tuple(heard), call=calls[0]))

    def _took(self, text: Text) -> None:
        self.taken.append(text)
        self.moments.happened("acknowledged")
