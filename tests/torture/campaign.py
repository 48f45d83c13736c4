"""The campaign: faults one after the other, each many times, and what came of it."""

import asyncio
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.torture.faults import FAULTS, Fault
from tests.torture.judging import Tally, judge
from tests.torture.judging_changes import judge_changes
from tests.torture.load import DOORS, Load
from tests.torture.office import Office
from tests.torture.stage import Order, Stage, open_stage

_HOUSE_ROUNDS = 20
"""Rounds with one store; then a new one, so that its size does not grow without end."""

_LAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Orders:
    """What is wanted.

    Attributes:
        count: rounds of each fault.
        seconds: after so many no further round begins.
        seed: the same one gives the same choices, as far as the machine plays along.
        store: `sqlite` or `postgres`.
        hang_s: how long a store hangs, in seconds.
        door: `http`, `smpp` or `both`: through which doors citizens text.
    """

    count: int
    seconds: float
    seed: int
    store: str = "sqlite"
    hang_s: float = 20.0
    door: str = "both"


def choice_of(names: Iterable[str], store: str, door: str = "both") -> Mapping[str, Fault]:
    """The faults of these names, of all if there are none, that can happen here."""
    wanted = list(names) or list(FAULTS)
    return {
        name: fault
        for name, fault in FAULTS.items()
        if name in wanted and store in fault.stores and {door, fault.door} != {"http", "smpp"}
    }


async def campaign(
    faults: Mapping[str, Fault],
    orders: Orders,
    folder: Path,
    samples: Path,
    told: Callable[[str, Tally], None] = lambda _name, _tally: None,
) -> Mapping[str, Tally]:
    """Let each fault strike as often as ordered; what came of each.

    Args:
        faults: by name.
        orders: see there.
        folder: for everything that is made.
        samples: a data folder to start from.
        told: called after each round.
    """
    began, tallies = time.monotonic(), {name: Tally() for name in faults}
    for at, (name, fault) in enumerate(faults.items()):
        left = orders.seconds - (time.monotonic() - began)
        chance = random.Random(f"{orders.seed} {name}")  # noqa: S311  # repeatable, no secret
        until = time.monotonic() + left / (len(faults) - at)
        series = _Series(
            fault, orders, chance, until, tallies[name], partial(told, name, tallies[name])
        )
        while series.goes_on:
            await series.in_new_house(folder / f"{name}-{tallies[name].rounds}", samples)
    return tallies


@dataclass(frozen=True, slots=True)
class _Series:
    """All rounds of one fault.

    Attributes:
        fault, orders, chance: see there.
        until: when, by the monotonic clock, no further round begins.
        tally: of this fault.
        told: called after each round.
    """

    fault: Fault
    orders: Orders
    chance: random.Random
    until: float
    tally: Tally
    told: Callable[[], None]

    @property
    def goes_on(self) -> bool:
        """One more round is wanted; a breach ends the series, what lies there is worth a look."""
        wanted = self.tally.rounds < self.orders.count and time.monotonic() < self.until
        return wanted and not self.tally.breaches

    @property
    def door(self) -> str:
        """Through which doors citizens text."""
        return self.orders.door if self.fault.door == "both" else self.fault.door

    async def in_new_house(self, place: Path, samples: Path) -> None:
        """Rounds with one store."""
        await asyncio.to_thread(place.mkdir)
        orders = self.orders
        order = Order(orders.store, orders.hang_s, smpp=self.door != "http")
        opened = open_stage(place, samples, self.fault.around, self.chance, order)
        try:
            async with opened as stage:
                stage.events = self.tally.events
                try:
                    await self._rounds(stage)
                finally:
                    if self.tally.breaches or sys.exc_info()[0]:
                        self.tally.said = stage.house.process.err[-_LAST_LINES:]
        except Exception as error:  # noqa: BLE001  # whatever breaks is a breach
            self.tally.breaches.append(f"round {self.tally.rounds} broke: {_words(error)}")
        finally:
            await asyncio.to_thread(shutil.rmtree, place)

    async def _rounds(self, stage: Stage) -> None:
        for _ in range(_HOUSE_ROUNDS):
            if not self.goes_on:
                break
            await self._round(stage)

    async def _round(self, stage: Stage) -> None:
        self.tally.rounds += 1
        telco, shape = stage.house.telco, self.fault.shape
        doors, number = DOORS[self.door], self.tally.rounds
        if stage.smsc is not None:
            stage.smsc.manners = shape.manners
        stage.office = Office(telco, stage.moments, number)
        stage.load = Load(telco, stage.smsc, stage.moments, stage.chance, shape, number, doors)
        async with stage.load.running(), stage.office.working():
            await self.fault.strike(stage)
            await stage.moments.random()  # and everything goes on
        evidence = await stage.settled(calm=self.fault.calm, deaths=self.fault.deaths)
        judge(evidence, self.tally)
        judge_changes(stage.office.changes, evidence, self.tally)
        flaws = await stage.books.flaws()
        self.tally.breaches += [f"the database says: {flaw}" for flaw in flaws]
        self.told()


def _words(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_words(inner) for inner in error.exceptions)
    return f"{type(error).__name__}: {error}"
