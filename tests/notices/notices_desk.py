"""Automatic messages around a store and a made-up history of dossiers, in a time of the tests."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from msgspec.structs import replace

from sms_gateway.domain.calendar import Calendar, DayKind
from sms_gateway.domain.changes import Case, CaseChange, CaseFacts
from sms_gateway.domain.dossier import IN_WORK, Dossier, ReturnVia, State
from sms_gateway.domain.ids import DoorName, DossierId, MessageId, NoticeId, ShortCode
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import BatchOrder
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.records import OptOutChange
from sms_gateway.domain.restores import HoldOrder, ReleaseOrder
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.notices.appointments import Appointments
from sms_gateway.notices.composing import Maker, Outlet
from sms_gateway.notices.deciding import Policy
from sms_gateway.notices.guard import Guard
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.near import Times
from sms_gateway.notices.planning import Planner
from sms_gateway.notices.table import load_table
from sms_gateway.notices.warning import Warnings
from sms_gateway.notices.watch import Around, Plan, Watch
from sms_gateway.ports import CasesDownError, Clock
from sms_gateway.settings import load
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import DOOR, Desk
from tests.parts import AN, HASHER, ROOT, rules

ROOM = "Phong Lanh su"
STAFF = Address("+84900000070")
MONDAY = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
"""A quarter past ten in the morning there."""

SETTINGS = load(None, None, {}, ROOT)
RULES = rules()  # read before a loop runs
TABLES = {**SETTINGS.notice_tables, "staff": [{"room": ROOM, "phone": "0900000070"}]}


class MadeUpFeed:
    """Implements `ports.CaseFeed`: a history that tests write."""

    def __init__(self) -> None:
        self.entries: list[CaseChange] = []
        self.now: dict[DossierId, Case] = {}
        self.handed: dict[str, int] = {}
        self.down = False

    def restored(self, entries: int) -> None:
        """Put dossiers in place that are older: with so many entries, all of them read then."""
        del self.entries[entries:]
        self.now = {one.case.dossier.id: one.case for one in self.entries}
        self.handed = dict.fromkeys(self.handed, entries)

    def put(self, case: Case, at: datetime, *, source_time: datetime | None = None) -> None:
        """A dossier as somebody tells it; an entry where its state is another one."""
        before = self.now.get(case.dossier.id)
        self.now[case.dossier.id] = case
        if before is not None and before.dossier.state is case.dossier.state:
            return
        earlier = [e for e in self.entries if e.case.dossier.id == case.dossier.id]
        entry = CaseChange(
            len(self.entries) + 1, case, len(earlier) + 1, case.dossier.state,
            earlier[-1].state if earlier else None, "import", source_time, at,
        )  # fmt: skip
        self.entries.append(entry)

    async def changes(self, after: int, limit: int, reader: str = "") -> Sequence[CaseChange]:
        self._check()
        found = self.entries[after : after + limit]
        if found:
            self.handed[reader] = max(self.handed.get(reader, 0), found[-1].number)
        return [replace(entry, case=self.now[entry.case.dossier.id]) for entry in found]

    async def handed_out(self, reader: str) -> int | None:
        self._check()
        return self.handed.get(reader)

    async def head(self, reader: str = "") -> int:
        self._check()
        if reader:
            self.handed[reader] = max(self.handed.get(reader, 0), len(self.entries))
        return len(self.entries)

    async def cases(self, ids: Sequence[DossierId]) -> Mapping[DossierId, Case]:
        self._check()
        return {one: self.now[one] for one in ids if one in self.now}

    async def due(self, after: datetime, upto: datetime, past: str, limit: int) -> Sequence[Case]:
        self._check()
        found = [
            case
            for name, case in sorted(self.now.items())
            if name > past
            and case.dossier.state in (State.ACCEPTED, State.PROCESSING)
            and any(
                at is not None and after < at <= upto
                for at in (case.dossier.due_at, case.dossier.new_due_at)
            )
        ]
        return found[:limit]

    async def in_work(self, past: str, limit: int) -> Sequence[Case]:
        self._check()
        found = sorted(self.now.items())
        return [c for name, c in found if name > past and c.dossier.state in IN_WORK][:limit]

    def _check(self) -> None:
        if self.down:
            raise CasesDownError("down")  # noqa: EM101  # a word


class Noted:
    """Figures, as they were told."""

    def __init__(self) -> None:
        self.decisions: list[tuple[str, str]] = []
        self.stands: Mapping[str, int] = {}

    def decided(self, fate: str, reason: str) -> None:
        self.decisions.append((str(fate), reason))

    def stand(self, figures: Mapping[str, int]) -> None:
        self.stands = figures


class NoticesDesk:
    """What the tests hold in their hands.

    Attributes:
        desk: the store, and its clock.
        feed: the dossiers.
        noted: figures.
        leads: this node does it.
        caught_up: what changed in the case database was read.
    """

    def __init__(self, desk: Desk, tables: Mapping[str, Any] = TABLES, **changed: object) -> None:
        self.desk = desk
        self.tables = tables
        self.feed = MadeUpFeed()
        self.noted = Noted()
        self.leads = True
        self.caught_up = True
        self.texted: list[MobileTerminated] = []
        self.hasher = HASHER
        self._changed = changed
        self._new_id = Uuid7(desk.clock.milliseconds, random.Random(7).getrandbits)  # noqa: S311  # seeded
        self.begin()

    def begin(self) -> None:
        """A process begins on what is in the store."""
        self.settings = replace(SETTINGS.notices, **self._changed)
        said, zone = self.settings, RULES.zone
        self._apart = 60 / said.per_minute if "per_minute" in self._changed else 0
        self.table = load_table(self.tables, "VN")
        self.quiet = Quiet.of(said.quiet, zone)
        outlet = Outlet(DOOR, ShortCode("8083"))
        self.maker = Maker(
            lambda: RULES, self.hasher, self._message_id, outlet, self.quiet,
            timedelta(hours=said.valid_hours),
        )  # fmt: skip
        self.plan = Plan(
            Policy(
                self.table,
                timedelta(hours=said.apart_hours),
                timedelta(hours=said.fresh_hours),
                self.quiet,
            ),
            Guard(said.most, said.usual_times, said.usual_least),
            said.look_s,
            timedelta(seconds=said.stands_s),
            timedelta(hours=said.fresh_hours),
        )
        ahead = (said.warn_days, said.warn_hours)
        warn = Warnings(self.hasher, self._message_id, outlet, self.quiet, zone, *ahead)
        fresh = timedelta(hours=said.fresh_hours)
        times = Times(zone, said.overdue_hour, said.warn_hour, *ahead, self._calendar, fresh)
        others = (self.followers, lambda _door: None, lambda: self.leads, self.noted, self._id)
        around = Around(self.store, *others, lambda: self.caught_up)
        appointments = Appointments(
            self.store.notices, self.feed, self.store, self.table, times, self._id, warn
        )
        clock = cast("Clock", self.desk.clock)
        known = (self.store.notices, self.feed, self.plan, self.maker, around, appointments)
        self.watch = Watch(*known, clock)

    def rotate(self) -> None:
        """From now on numbers are hashed by another key; what was written stays as it was."""
        key = Secret(f"{len(self.hasher.older) + 8:02x}" * 32)
        self.hasher = Hasher(key, (self.hasher.key, *self.hasher.older))
        self.begin()

    @property
    def store(self) -> SqlStore:
        return cast("SqlStore", self.desk.store)

    @property
    def planner(self) -> Planner:
        """Plans by the same settings."""
        store, now = self.store, self.desk.clock.now
        known = (store.notices, store, self.feed, self.plan, self.maker, self.watch)
        return Planner(*known, now)

    async def _calendar(self) -> Calendar:
        return Calendar(RULES.zone, {date(2026, 11, 24): DayKind.HOLIDAY})

    async def followers(self, ids: Sequence[DossierId]) -> Mapping[DossierId, Sequence[Address]]:
        found: dict[DossierId, list[Address]] = {}
        for one in await self.store.owed.followers(ids):
            found.setdefault(one.dossier_id, []).append(one.recipient)
        return found

    def _id(self) -> NoticeId:
        return NoticeId(self._new_id())

    def _message_id(self) -> MessageId:
        return MessageId(self._new_id())

    async def look(self, seconds: float = 0) -> None:
        """Let time pass, and look."""
        self.desk.clock.step(seconds)
        await self.watch.look()

    async def to_the_present(self) -> None:
        """The first look: nothing from before it is told."""
        await self.look()

    async def told(self, seconds: float = 60) -> Sequence[str]:
        """What goes out within so many seconds, with a look at the end: templates."""
        end, told = self.desk.clock.at + timedelta(seconds=seconds), list[MobileTerminated]()
        while self._apart and self.desk.clock.at + timedelta(seconds=self._apart) <= end:
            self.desk.clock.step(self._apart)
            told += await self.leased()
        await self.look((end - self.desk.clock.at).total_seconds())
        return [mt.template for mt in [*told, *await self.leased()]]

    async def leased(self) -> Sequence[MobileTerminated]:
        """What a door takes now; the telco takes it. Without `per_minute` there is no pace."""
        now = self.desk.clock.at
        mts = await self.store.lease(DOOR, now, 100, self.quiet.below(now), self._apart)
        for mt in mts:
            assert await self.store.settle([self.desk.accepted(mt.id, mt.attempt, mt.id)])
        self.texted += mts
        return mts

    def change(self, state: State, number: int = 1, **changed: object) -> None:
        """A dossier has this state now."""
        self.feed.put(case(state, number, **changed), self.desk.clock.at)

    async def opt_out(self, dossier: str = "", *, phone: Address = AN, out: bool = True) -> None:
        """A number wants no more, or wants it again."""
        mo = await self.desk.receive(sender=phone)
        said = OptOutChange(opted_out=out, dossier_id=DossierId(dossier) if dossier else None)
        answer = replace(self.desk.answer(mo), opt_out=said)
        assert await self.store.answer([answer]) == [True]

    async def hold_restored(self) -> None:
        """This store is a copy that was put in place."""
        at = self.desk.clock.at
        await self.store.hold_restored(HoldOrder(at, "os:an", at - timedelta(hours=9)))

    async def release_restored(self) -> None:
        await self.store.release_restored(ReleaseOrder(self.desk.clock.at, "os:an"))

    def order(self, batch: str, act: str, reason: str = "") -> BatchOrder:
        return BatchOrder(batch, reason, act, self.desk.clock.at, "os:an", 1000, 86_400_000, 1000)


def dossier_id(number: int = 1) -> DossierId:
    return DossierId(f"000.00.12.H32-170703-{number:04}")


def case(state: State, number: int = 1, **changed: object) -> Case:
    """A dossier that was handed in online, whose owner is An; other fields as said."""
    facts = {k: v for k, v in changed.items() if k in CaseFacts.__struct_fields__}
    others = {k: v for k, v in changed.items() if k not in facts}
    dossier = Dossier(
        id=dossier_id(number),
        receipt=f"170703-{number:04}",
        agency="000.00.12.H32",
        state=state,
        received_at=MONDAY - timedelta(days=30),
        due_at=MONDAY + timedelta(days=11),
        return_via=ReturnVia.COUNTER,
        phones=(AN,),
    )
    plain = CaseFacts(submitted_via=ReturnVia.ONLINE, room=ROOM, owners=(AN,))
    return Case(replace(dossier, **others), replace(plain, **facts))


def door() -> DoorName:
    return DOOR
