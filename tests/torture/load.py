"""Citizens who text through all doors at once, and the telco's calls that carry it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.acceptance.telco import Does, Heard, Telco, citizen, mo
from tests.torture.judging import INLINE, Text
from tests.torture.moments import Moments

DOORS = (INLINE, "ack", "ackresend", "ackone")
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
    """

    clients: int = 4
    rest_s: float = 0.0
    in_parts: float = 0.05
    script: Script = _takes_all


@dataclass(slots=True)
class Load:
    """The texts of one round.

    Attributes:
        telco: carries them.
        moments: hears of each that was acknowledged.
        chance: seeded.
        shape: see there.
        mark: begins the telco's ids of this round.
        taken: what was acknowledged.
    """

    telco: Telco
    moments: Moments
    chance: random.Random
    shape: Shape
    mark: str
    taken: list[Text] = field(default_factory=list)
    _count: int = 0
    _over: bool = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Text until the block ends; then what is being delivered is delivered to the end."""
        async with asyncio.TaskGroup() as group:
            for door in DOORS * self.shape.clients:
                group.create_task(self._client(door))
            try:
                yield
            finally:
                self._over = True

    async def flood(self, count: int) -> None:
        """So many texts at once, through all doors."""
        await asyncio.gather(*(self._text(self.chance.choice(DOORS)) for _ in range(count)))

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

    def _mo(self, sender: str, words: str, **part: int) -> dict[str, object]:
        self._count += 1
        return mo(sender, words, **part) | {"id": f"{self.mark}{self._count}"}

    async def _deliver(self, door: str, calls: Sequence[dict[str, object]]) -> None:
        heard = await asyncio.gather(*(self.telco.deliver(door, call) for call in calls))
        ids = tuple(dict.fromkeys(str(call["id"]) for call in calls))
        self.taken.append(Text(door, ids, tuple(heard), call=calls[0]))
        self.moments.happened("acknowledged")
