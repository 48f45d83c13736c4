"""Random moments of a run, counted in what happens and not in seconds."""

import asyncio
import random
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which a round gives up on what it waits for."""

EVENTS = {"acknowledged": (1, 60), "mt": (1, 40), "written": (1, 120)}
"""What a moment is counted in, and after how many of them it has come: a text was acknowledged, a
reply reached the telco, a file of the store was written."""

SMPP_EVENTS = {"handed": (1, 40), "replied": (1, 40)}
"""The same where an SMSC is there: it handed a text or a receipt over, it answered a reply."""


class Moments:
    """Hears of everything that happens; one moment at a time is waited for."""

    def __init__(self, chance: random.Random, *, smpp: bool = False) -> None:
        self._chance = chance
        self._events = {**EVENTS, **SMPP_EVENTS} if smpp else EVENTS
        self._name = ""
        self._left = 0
        self._then: Callable[[], None] | None = None
        self._come = asyncio.Event()

    def happened(self, name: str) -> None:
        """Count it; at the chosen one the act is done before anything else can happen."""
        if name != self._name:
            return
        self._left -= 1
        if self._left > 0:
            return
        self._name = ""
        if self._then is not None:
            self._then()
        self._come.set()

    async def random(self, then: Callable[[], None] | None = None) -> str:
        """Wait for a random moment and do an act in it; gives the kind of the moment."""
        name = self._chance.choice(sorted(self._events))
        await self.at(name, self._chance.randint(*self._events[name]), then)
        return name

    async def at(self, name: str, count: int, then: Callable[[], None] | None = None) -> None:
        """Wait until something has happened so often from now on, and do an act then."""
        self.expect(name, count, then)
        await self.come()

    def expect(self, name: str, count: int, then: Callable[[], None] | None = None) -> None:
        """The same, without waiting for it yet."""
        self._come.clear()
        self._name, self._left, self._then = name, count, then

    async def come(self) -> None:
        """Wait until what is expected has come."""
        await asyncio.wait_for(self._come.wait(), PATIENCE)

    def forget(self) -> None:
        """Expect nothing any more."""
        self._name = ""
