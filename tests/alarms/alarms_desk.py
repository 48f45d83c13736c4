"""The alarms around a real store, in virtual time; what they look at does as told."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from sms_gateway.alarms.messages import Messages
from sms_gateway.alarms.plan import Plan, plan_of
from sms_gateway.alarms.posting import Event, Poster
from sms_gateway.alarms.senses import Senses
from sms_gateway.alarms.watch import Around, Watch
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.incidents import Incident, Subject
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import Figures
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.ports import Door, Incidents, Limits, Probe, Settled
from sms_gateway.settings import load
from sms_gateway.store.store import SqlStore
from tests.parts import HASHER, ROOT
from tests.virtual_time import Counting, VirtualClock

TELCO, OTHER = DoorName("telco"), DoorName("other")
ON_CALL = (Address("+84900000077"), Address("+84900000078"))
PROBE = Probe(Address("+84900000066"), "thu cong", timedelta(minutes=30))
FIGURES = Figures(0, None, {}, 0, 0, 0, frozenset())
MANY = 10_000_000_000

SAID: Mapping[str, str] = {
    "ALARMS__NUMBERS": "0900000077,+84900000078",
    "ALARMS__DOOR": TELCO,
    "ALARMS__WEBHOOK_URL": "http://127.0.0.1:9/alarms",
    "GATEWAY__NODE": "an-giang",
}


class Silent:
    """A way out that nobody takes in these tests."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        raise NotImplementedError(messages, settled)


def door(name: DoorName = TELCO, probe: Probe | None = None, *, sends: bool = True) -> Door:
    return Door(name, "test", None, Silent() if sends else None, timedelta(seconds=2), probe=probe)


DOORS = {TELCO: door(), OTHER: door(OTHER)}


def plan(**said: str) -> Plan:
    """A plan by the shipped settings, `KEY` of [alarms] changed; read before a loop runs."""
    return plan_at(DOORS, **said)


def plan_at(doors: Mapping[DoorName, Door], **said: str) -> Plan:
    """The same with other doors."""
    changed = {**SAID, **{f"ALARMS__{name.upper()}": value for name, value in said.items()}}
    environ = {f"SMS_GATEWAY_{name}": value for name, value in changed.items()}
    return plan_of(load(None, None, environ, ROOT), doors, "an-giang")


PLAN = plan()


class AlarmsDesk:
    """What the tests hold in their hands.

    Attributes:
        store_down, cases_down, free, leads: what is looked at.
        posted: events that the webhook took, in order.
        refusing: it says this instead.
        stands: what the metrics were told.
    """

    def __init__(
        self, store: SqlStore, clock: VirtualClock, plan: Plan = PLAN, probe: Probe | None = None
    ) -> None:
        self.clock = clock
        self.faults = Counting(store.incidents, clock)
        self.whole = store
        self.store = cast("Incidents", self.faults)
        self.store_down: str | None = ""
        self.cases_down: str | None = ""
        self.free: int | None = MANY
        self.leads = True
        self.posted: list[Event] = []
        self.refusing = ""
        self.stands: Collection[Subject] = ()
        self.queued: list[DoorName] = []
        self.ways: dict[DoorName, DoorName] = {}
        self.counted: list[str] = []
        self.probes: list[DoorName] = []
        self.senses = Senses(lambda door, _at: self.probes.append(door))
        self.senses.saw(FIGURES)
        self.poster = Poster(self._post, clock, self.counted.append)
        self.new_id = Uuid7(clock.milliseconds, random.Random(8083).getrandbits)  # noqa: S311  # seeded
        self.plan = plan
        self.doors = [replace(DOORS[TELCO], probe=probe), DOORS[OTHER]]
        self.watch = self._watch()

    def _watch(self) -> Watch:
        around = Around(
            self.doors,
            lambda: self.store_down,
            lambda: self.cases_down,
            self._free,
            self.queued.append,
            self._standing,
            lambda: self.leads,
        )
        messages = Messages(self.plan, HASHER, self.new_id, lambda door: self.ways.get(door, door))
        return Watch(self.store, self.senses, around, messages, self.poster, self.clock)

    def restart(self) -> None:
        """Forget all that is not written down."""
        self.senses = Senses(lambda door, _at: self.probes.append(door))
        self.senses.saw(FIGURES)
        self.watch = self._watch()

    async def _free(self) -> int | None:
        return self.free

    async def _post(self, event: Event) -> str:
        if not self.refusing:
            self.posted.append(event)
        return self.refusing

    def _standing(self, stand: Collection[Subject]) -> None:
        self.stands = list(stand)

    async def pass_by(self, seconds: float, every: float = 5.0) -> None:
        """Look again and again while time goes by."""
        for _ in range(round(seconds / every)):
            await self.clock.advance(every)
            await self.watch.look()
        await self.clock.settled()

    async def incidents(self) -> list[Incident]:
        with self.clock.working():
            found = await self.whole.incidents.incidents(self.clock.now() - timedelta(days=7))
        return list(found)

    async def texts(self) -> list[MobileTerminated]:
        """The texts that were queued since the last question."""
        with self.clock.working():
            return list(await self.whole.lease(TELCO, self.clock.now(), 100))

    async def words(self) -> list[str]:
        """What the first person on call reads of them."""
        return [mt.text for mt in await self.texts() if mt.recipient == ON_CALL[0]]

    def told(self) -> list[str]:
        """What the webhook took: `opened cases_down`."""
        return [f"{e.type.removeprefix('incident.')} {e.trouble}" for e in self.posted]

    def id(self) -> MessageId:
        return self.new_id()


def place(tmp_path: Path) -> Path:
    return tmp_path / "gateway.db"
