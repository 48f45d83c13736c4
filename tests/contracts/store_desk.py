"""What the store's contract needs: makers of each dialect, a clock, ids, and rows to fill it with.

Each sub-package of `sms_gateway.store` with statements is a dialect and wants
`tests/store/<dialect>/maker.py`; a second way to run it has a maker beside that one,
`maker_<way>.py`.
"""

import importlib.util
import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, Self, cast, runtime_checkable

from msgspec.structs import replace

import sms_gateway.store
from sms_gateway.domain.ids import (
    CanonicalKey,
    DoorName,
    MessageId,
    NumberHash,
    RunId,
    ShortCode,
    TelcoId,
    TraceId,
)
from sms_gateway.domain.message import DeliveryReport, Language, MobileOriginated, MtKind, PartOf
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher, content_hash
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.domain.records import (
    Answer,
    Arrival,
    New,
    NewMt,
    PartHeld,
    PendingMo,
    ReceivedReport,
    Recorded,
    Settlement,
    StoredAnswer,
    UsageEvent,
)
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.ports import Store
from sms_gateway.reading import MtRow, Reading, Timeline
from sms_gateway.store.opening import RunOf
from tests.virtual_time import milliseconds

STORES = Path(__file__).parent.parent / "store"
START = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
DOOR = DoorName("telco")
AN, BINH = Address("+84900000001"), Address("+84900000002")
KEY = CanonicalKey("1707030001")
CONTENT_WINDOW = timedelta(seconds=10)
ID_WINDOW = timedelta(days=7)
ANSWER_WITHIN = timedelta(seconds=2)
VALID = timedelta(hours=6)
HASHER = Hasher(Secret("07" * 32))


class Made(Protocol):
    @property
    def store(self) -> Store: ...

    @property
    def reading(self) -> Reading: ...

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        """What a plain SELECT, the same in every dialect, finds."""

    async def sound(self) -> bool:
        """Whether the database itself says that it is whole."""


@runtime_checkable
class Open(Protocol):
    async def change(self, statement: str) -> None:
        """Run a plain statement behind the store's back: for rows that nothing writes yet."""


class Maker(Protocol):
    def opened(self, place: Path, run: RunOf) -> AbstractAsyncContextManager[Made]:
        """The store of a folder."""

    def killed(self, place: Path, left: Path) -> None:
        """Put into `left` what a kill of the process that has `place` open would leave."""


def dialects() -> Sequence[str]:
    (place,) = sms_gateway.store.__path__
    return sorted(path.parent.name for path in Path(place).glob("*/queries.sql"))


def ways() -> Sequence[tuple[str, str]]:
    """Every dialect with each way to run it; the plain way first."""
    return [
        (dialect, path.stem.removeprefix("maker").removeprefix("_"))
        for dialect in dialects()
        for path in sorted((STORES / dialect).glob("maker*.py"))
    ]


def maker_of(dialect: str, way: str = "") -> Maker:
    path = STORES / dialect / (f"maker_{way}.py" if way else "maker.py")
    assert path.exists(), f"a store on {dialect} wants {path}"
    spec = importlib.util.spec_from_file_location(f"maker_{dialect}_{way}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Maker", module)


def examples(maker: Maker, usual: int) -> int:
    """How many examples of a property are tried: fewer where each store costs a process."""
    return min(usual, getattr(maker, "EXAMPLES", usual))


class VirtualClock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def milliseconds(self) -> int:
        return milliseconds(self.at)

    def step(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


class Desk:
    """One store, its clock and ids, and what a gateway would hand it."""

    def __init__(self, maker: Maker, folder: Path, runs_before: int = 0) -> None:
        self.clock = VirtualClock()
        self.new_id = Uuid7(self.clock.milliseconds, random.Random(8083).getrandbits)  # noqa: S311  # seeded
        self._maker = maker
        self._folder = folder
        self._runs = runs_before
        self._stack = AsyncExitStack()
        self._made: Made

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    @property
    def store(self) -> Store:
        return self._made.store

    @property
    def reading(self) -> Reading:
        return self._made.reading

    @property
    def folder(self) -> Path:
        """Where its store lies."""
        return self._folder

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        return await self._made.rows(statement)

    async def change(self, statement: str) -> None:
        assert isinstance(self._made, Open)
        await self._made.change(statement)

    async def sound(self) -> bool:
        return await self._made.sound()

    async def die(self) -> None:
        """Be killed, and start again as another run on what that left."""
        left = self._folder.parent / f"{self._folder.name}-{self._runs}"
        left.mkdir()
        self._maker.killed(self._folder, left)
        await self._stack.aclose()
        self._folder = left
        await self._open()

    async def _open(self) -> None:
        self._runs += 1
        run = RunOf(RunId(f"run-{self._runs}"), "node", "0.1.0", self.clock.now)
        self._made = await self._stack.enter_async_context(self._maker.opened(self._folder, run))

    # What comes in

    def arrival(
        self,
        text: str = "MCKH_170703-0001",
        *,
        sender: Address = AN,
        telco_id: str | None = "",
        part: PartOf | None = None,
        inline: bool = True,
    ) -> Arrival:
        """An MO; without a telco's id (None) its content is its key, "" makes a fresh id."""
        mo_id = self.new_id()
        name = TelcoId(telco_id or mo_id) if telco_id is not None else None
        place = f"{part.reference}/{part.number}/{part.total}" if part else ""
        what = name or f"content:{text}"
        window = ID_WINDOW if name else CONTENT_WINDOW
        return Arrival(
            id=mo_id,
            door=DOOR,
            mo=MobileOriginated(
                name, sender, ShortCode("8083"), text, "VIETTEL", self.clock.at, part, {"s": "1"}
            ),
            received_at=self.clock.at,
            trace_id=TraceId(f"trace-{mo_id}"),
            sender_hash=number(sender),
            dedupe_key=content_hash(DOOR, what, sender.value, place),
            dedupe_until=self.clock.at + window,
            raw=b"raw " + mo_id.encode(),
            inline=inline,
            answer_by=self.clock.at + ANSWER_WITHIN,
        )

    async def record(self, arrival: Arrival) -> Recorded:
        (result,) = await self.store.record([arrival])
        return result

    async def receive(
        self, text: str = "MCKH_170703-0001", *, sender: Address = AN, inline: bool = True
    ) -> PendingMo:
        """A new MO, written down."""
        return pending(await self.record(self.arrival(text, sender=sender, inline=inline)))

    async def part(self, text: str, part: PartOf, sender: Address = AN) -> PendingMo | None:
        """A part of a long text, written down; the whole text when it is complete."""
        result = await self.record(self.arrival(text, sender=sender, part=part))
        return None if isinstance(result, PartHeld) else pending(result)

    def part_of(self, number: int, total: int, reference: int = 7) -> PartOf:
        return PartOf(reference, total, number)

    # What is made of it

    def mt(self, mo: PendingMo, state: MtState = MtState.QUEUED, text: str = "Dang xu ly") -> NewMt:
        return NewMt(
            id=self.new_id(),
            kind=MtKind.REPLY,
            state=state,
            hold_reason="no_way_back" if state is MtState.HELD else "",
            template="S4",
            template_version="1",
            params={"code": "170703-0001"},
            language=Language.VI,
            text=text,
            alphabet="gsm7",
            segments=1,
            billing=Billing.CHARGE,
            billing_reason="useful",
            priority=0,
            not_before=self.clock.at,
            valid_until=self.clock.at + VALID,
            dedupe_key=f"reply:{mo.id}",
        )

    def answer(self, mo: PendingMo, mt: NewMt | None = None) -> Answer:
        """An answer, with the reply or with none."""
        held = mt is not None and mt.state is MtState.HELD
        outcome = Outcome.ANSWERED if mt else Outcome.SUPPRESSED
        return Answer(
            mo=mo,
            at=self.clock.at,
            outcome=Outcome.PARKED if held else outcome,
            reason="no_way_back" if held else "S4",
            intent="Lookup",
            key=KEY,
            dossier_id=None,
            agency="000.00.01.H19",
            snapshot=None,
            rules_hash="rules",
            mt=mt,
            usage=None,
        )

    async def reply(
        self, state: MtState = MtState.QUEUED, mo: PendingMo | None = None, **changes: object
    ) -> NewMt:
        """An MO answered by a reply that stands in `state`; the reply."""
        mo = mo or await self.receive()
        mt = replace(self.mt(mo, state), **changes)
        assert await self.store.answer([self.answer(mo, mt)]) == [True]
        return mt

    async def sent(self, mt: NewMt, telco_id: str | None) -> None:
        """The telco took a queued MT and named it."""
        assert [m.id for m in await self.store.lease(DOOR, self.clock.at, 1)] == [mt.id]
        assert await self.store.settle([self.accepted(mt.id, 1, telco_id)]) == [True]

    def settlement(self, mt_id: MessageId, attempt: int, state: MtState) -> Settlement:
        return Settlement(mt_id, attempt, self.clock.at, state, str(state), "why")

    def accepted(self, mt_id: MessageId, attempt: int, *telco_ids: str | None) -> Settlement:
        ids = tuple(TelcoId(name) for name in telco_ids if name)
        found = self.settlement(mt_id, attempt, MtState.ACCEPTED)
        return replace(found, telco_ids=ids)

    async def reported(
        self, telco_id: str, delivery: Delivery, error: str = "", door: DoorName = DOOR
    ) -> None:
        report = DeliveryReport(TelcoId(telco_id), delivery, self.clock.at, error)
        await self.store.record_reports(
            [ReceivedReport(self.new_id(), door, report, self.clock.at, b"dlr")]
        )

    def usage(self, key: CanonicalKey = KEY, template: str = "S4") -> UsageEvent:
        return UsageEvent(self.clock.at, key, template, "hash", miss=0, failure=False)

    # What stands there

    def id_of(self, value: object) -> MessageId:
        """An id that a SELECT found."""
        assert isinstance(value, str)
        return MessageId(value)

    async def line_of(self, message_id: MessageId) -> Timeline:
        line = await self.reading.timeline(message_id)
        assert line is not None
        return line

    async def mt_row(self, mt_id: MessageId) -> MtRow:
        (row,) = (await self.line_of(mt_id)).mts
        return row

    async def stored(self, mo_id: MessageId) -> StoredAnswer:
        found: Mapping[MessageId, StoredAnswer] = await self.store.stored_answers([mo_id])
        return found[mo_id]


def pending(result: Recorded) -> PendingMo:
    assert isinstance(result, New)
    return result.pending


def number(address: Address) -> NumberHash:
    return HASHER.number(address)
