"""What is made up around a console: doors, dossiers, reports, and time that stands."""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.commands import Commands
from sms_gateway.console.actors import StaffNames
from sms_gateway.console.answer_hours import AnswerHours
from sms_gateway.console.assets import load_assets
from sms_gateway.console.desk import Desk as ConsoleDesk
from sms_gateway.console.desk import Surroundings
from sms_gateway.console.door_desk import DoorDesk
from sms_gateway.console.live import Live
from sms_gateway.console.rendering import Renderer
from sms_gateway.console.seams import CaseFile, Cases
from sms_gateway.console.system_desk import CasesSeen, CopiesSeen, SystemDesk
from sms_gateway.console.turn import MOST_FILES, Turn
from sms_gateway.console.uploads import MOST_AT_ONCE
from sms_gateway.console.waiting import Waiting
from sms_gateway.dispatch.answers import Answers
from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.dispatch.handing_on import HandingOn
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    Dossier,
    Found,
    NotFound,
    Unavailable,
    canonical_key,
)
from sms_gateway.domain.ids import CanonicalKey, DoorName, ShortCode
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.staff import AgencyId
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.ports import Clock, Door, Limits, Settled
from sms_gateway.reports.comparing import Comparing
from sms_gateway.reports.making import Making, Sources
from sms_gateway.service.audit_tail import tail_seen
from sms_gateway.service.by_hand import ByHand
from sms_gateway.service.door_desk import Draining, door_desk
from sms_gateway.service.system_desk import kept_facts
from sms_gateway.settings import load
from sms_gateway.settings.bills import Bill
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.store import SqlStore
from sms_gateway.web.peers import Proxies
from tests.access.access_desk import Clock as DeskClock
from tests.access.access_desk import Office
from tests.console.automatic_desk import automatic_of
from tests.console.partner_parts import partner_desk
from tests.console.rule_parts import claim_desk, rule_desk
from tests.contracts.store_desk import DOOR, HASHER, Desk
from tests.notices.notices_desk import NoticesDesk
from tests.parts import rules
from tests.structure.tree import PACKAGE

CONFIG = PACKAGE.parent / "config"
SETTINGS = load(CONFIG, CONFIG / "data", {}, CONFIG)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RULES = rules()
VALID = timedelta(hours=6)
AROUND = Surroundings(
    zone=ZONE,
    region="VN",
    tls=False,
    seconds=5.0,
    proxies=Proxies(()),
    agencies={AgencyId("H32.01"): "Một", AgencyId("H32.02"): "Hai"},
    doors=(DoorName(DOOR),),
    node="node",
    version="0.5.0",
)
AGENCY = "000.00.01.H19"
"""Whose dossiers the texts of the desk are about."""

ASSETS = load_assets()


class Way:
    """A way out that takes everything."""

    limits = Limits()

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        raise AssertionError(messages, settled)


@dataclass(slots=True)
class MadeUpCases:
    """Dossiers by their keys; slow where only our copies answer, down where nothing does."""

    found: dict[CanonicalKey, CaseLookup] = field(default_factory=dict)
    copies: dict[CanonicalKey, list[CaseFile]] = field(default_factory=dict)
    slow: bool = False
    down: bool = False

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        if self.slow or self.down:
            return dict.fromkeys(keys, Unavailable("down"))
        return {key: self.found.get(key, NotFound()) for key in keys}

    async def files(self, code: str) -> Sequence[CaseFile] | None:
        return None if self.down else self.copies.get(canonical_key(code), [])

    def add(self, *dossiers: Dossier) -> None:
        """Dossiers that share their receipt number, if there are several."""
        files = [CaseFile(one, "1.004 Cấp giấy", "Phòng Một", "An", True, ()) for one in dossiers]  # noqa: FBT003  # sms_allowed
        key = canonical_key(dossiers[0].receipt)
        self.copies[key] = files
        self.found[key] = Found(dossiers[0]) if len(dossiers) == 1 else Ambiguous(dossiers)
        for one, file in zip(dossiers, files, strict=True):
            self.copies[canonical_key(one.id)] = [file]
            self.found[canonical_key(one.id)] = Found(one)

    @property
    def seam(self) -> Cases:
        return Cases(self.find_many, self.files, 1.0)


class Waits:
    """A clock whose sleeps end when a test says so: nothing goes on by itself."""

    def __init__(self, clock: Clock) -> None:
        self.now = clock.now
        self.monotonic = clock.monotonic
        self._sleeping: list[asyncio.Future[None]] = []

    async def sleep(self, _seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleeping.append(future)
        await future

    def wake(self) -> None:
        """End all sleeps."""
        for future in self._sleeping:
            if not future.done():
                future.set_result(None)
        self._sleeping.clear()


@dataclass(frozen=True, slots=True)
class Made:
    """What is made up around a console.

    Attributes:
        app: the application.
        waits: its clock's sleeps.
        cases: the case database.
        notices: automatic messages.
    """

    app: web.Application
    waits: Waits
    cases: MadeUpCases
    notices: NoticesDesk


def sources_of(desk: Desk) -> Sources:
    """What reports are made from: this store, and dossiers beside it."""
    assert isinstance(desk.store, SqlStore)
    reading = desk.store.reading

    @asynccontextmanager
    async def store() -> AsyncIterator[StoreReading]:
        yield reading

    return Sources(
        store=store,
        cases=lambda: open_embedded(desk.folder / "cases.db", DeskClock(desk)),
        grammars=lambda: RULES.grammars,
        agency_of=lambda code: code.partition("-")[0],
        agency_name=lambda code: f"Cơ quan {code}",
        zone=ZONE,
        office="UBND tỉnh",
        judged_by="day",
        due="first",
    )


BILL = Bill(
    doors=(DOOR,), id="Mã tin", number="Số thuê bao", time="Thời gian", billed="Cước",
    segments="Số đoạn", time_format="%d/%m/%Y %H:%M:%S",
)  # fmt: skip
"""What a telco's file of charges looks like."""


def comparing_of(desk: Desk) -> Comparing:
    """Compares files of one telco with this store."""
    return Comparing({"viettel": BILL}, sources_of(desk).store, ZONE, "VN", "UBND tỉnh")


OTHER = Door(DoorName("other"), "http", None, Way(), timedelta(seconds=2))
"""Another door of the same telco."""


def doors_of(desk: Desk, door: Door) -> DoorDesk:
    """A door that leads somewhere, and beside which there is another one."""
    assert isinstance(desk.store, SqlStore)
    store, clock, table = desk.store, DeskClock(desk), RetryTable((timedelta(seconds=1),))
    record = HealthRecord(DOOR, clock, table)
    around = DispatchContext(
        clock, table, 1.0, 1.0, lambda _mt, _end: None, record, elsewhere=lambda _door: [OTHER]
    )
    doors = {DOOR: replace(door, leads_to="https://telco.example")}
    by_hand = ByHand(
        *(store, doors, HASHER, clock, desk.new_id, "VN", ShortCode("8083"), lambda _door: None)
    )
    hands = {DOOR: HandingOn(DOOR, store, around)}
    draining = Draining(store, hands, clock.now, lambda _door: None)
    return door_desk(SETTINGS, doors, {DOOR: record}, by_hand, draining)


def system_of(desk: Desk) -> SystemDesk:
    """A system of which the loops have looked once."""
    store = desk.store
    assert isinstance(store, SqlStore)
    return SystemDesk(
        figures=store.figures,
        nodes=store.reading.nodes,
        purge=store.retention.state,
        cases=lambda: CasesSeen("", desk.clock.at),
        copies=lambda: CopiesSeen(4.0, math.inf),
        disk=lambda: (2**30, 2**33),
        facts=kept_facts(SETTINGS),
        started_at=desk.clock.at,
    )


def answers_of(desk: Desk, door: Door) -> Answers:
    """What people write goes by one door."""
    known = (desk.store, {DOOR: door}, lambda name: name, DeskClock(desk), desk.new_id)
    return Answers(*known, VALID, lambda _door: None)


def console_of(desk: Desk, office: Office, made: Made) -> ConsoleDesk:
    """What its pages reach."""
    assert isinstance(desk.store, SqlStore)
    clock, trail, enquiry = DeskClock(desk), desk.store.reading.trail, Enquiry(RULES)
    door = Door(DOOR, "http", None, Way(), timedelta(seconds=2))
    return ConsoleDesk(
        access=office.access,
        reading=desk.store.reading,
        commands=Commands(desk.store, {DOOR}, clock.now, lambda _door: None, {DOOR}),
        renderer=Renderer(made.app, ASSETS, ZONE),
        hasher=HASHER,
        clock=clock,
        random=lambda size: bytes(range(size)),
        new_id=desk.new_id,
        answers=answers_of(desk, door),
        live=Live(desk.store.reading.newest, made.waits),
        rules=lambda: enquiry.rules,
        audit=desk.store.note_audit,
        views=desk.store.views,
        numbers=desk.store.numbers,
        cases=made.cases.seam,
        waiting=Waiting(desk.store.reading.attention, clock),
        names=StaffNames(office.access.staff, clock),
        automatic=automatic_of(made.notices),
        hours=AnswerHours(desk.store.reading.counted.speeds, ZONE, lambda: 0.0),
        queue=desk.store.figures,
        reports=Making(sources_of(desk)),
        static=ASSETS.static.address,
        turn=Turn(),
        files=Turn(MOST_FILES),
        chain=lambda: tail_seen(trail, HASHER.seals),
        doors=doors_of(desk, door),
        system=system_of(desk),
        rule_desk=rule_desk(desk.store, clock, desk.new_id, enquiry),
        claim_desk=claim_desk(desk.store, clock, desk.new_id),
        comparing=comparing_of(desk),
        uploads=Turn(MOST_AT_ONCE),
        partners=partner_desk(desk.store, clock, desk.new_id),
        around=AROUND,
    )
