from datetime import UTC, datetime

import pytest

from sms_gateway.commands import (
    MAX_NOTE,
    CommandError,
    Commands,
    ImportOrder,
    UnknownDoorError,
    actor,
    checked_note,
    known_door,
)
from sms_gateway.domain.acts import (
    CannotSend,
    Handled,
    HandledBefore,
    HandleOrder,
    HandleResult,
    InBatch,
    NoReply,
    NoSuchMessage,
    NotOpen,
    NotParked,
    SettleAs,
    Settled,
    SettleOrder,
    SettleResult,
    TooOld,
)
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.restores import NothingHeld, Released, ReleaseOrder, ReleaseResult
from sms_gateway.ports import StoreDownError

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
DOORS = [DoorName("viettel"), DoorName("phone")]
MO = MessageId("019aa8c4-7c1e-7000-8000-000000000001")
MT = MessageId("019aa8c4-7c1e-7000-8000-000000000002")


class Book:
    """A store that notes what it was told, in order."""

    def __init__(self, *, down: bool = False) -> None:
        self.told: list[tuple[object, ...]] = []
        self.says: SettleResult = NoSuchMessage()
        self.says_of_text: HandleResult = NoSuchMessage()
        self.releases: ReleaseResult = NothingHeld()
        self._down = down

    def _note(self, *what: object) -> None:
        if self._down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        self.told.append(what)

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        self._note("paused" if paused else "resumed", door, at, by)

    async def note_audit(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        self._note(act, at, by, subject, detail)

    async def settle_by_hand(self, order: SettleOrder) -> SettleResult:
        self._note(order)
        return self.says

    async def handle(self, order: HandleOrder) -> HandleResult:
        self._note(order)
        return self.says_of_text

    async def release_restored(self, order: ReleaseOrder) -> ReleaseResult:
        self._note(order)
        return self.releases

    async def load(self) -> str:
        self._note("loaded")
        return "report"


def _commands(book: Book, woken: list[DoorName]) -> Commands:
    return Commands(book, DOORS, lambda: NOW, woken.append, DOORS[:1])


async def test_a_door_is_woken_after_it_is_written_down_that_it_may_send() -> None:
    book, woken = Book(), list[DoorName]()
    commands = _commands(book, woken)
    assert await commands.set_paused("phone", "os:an", paused=True) == "phone"
    assert await commands.set_paused("phone", "os:an", paused=False) == "phone"
    assert book.told == [("paused", "phone", NOW, "os:an"), ("resumed", "phone", NOW, "os:an")]
    assert woken == ["phone", "phone"]


async def test_an_unknown_door_changes_nothing_and_the_nearest_one_is_named() -> None:
    book, woken = Book(), list[DoorName]()
    with pytest.raises(UnknownDoorError, match="did you mean viettel"):
        await _commands(book, woken).set_paused("vietel", "os:an", paused=True)
    assert not book.told
    assert not woken


async def test_a_store_that_is_down_wakes_nobody() -> None:
    woken = list[DoorName]()
    with pytest.raises(StoreDownError):
        await _commands(Book(down=True), woken).set_paused("phone", "os:an", paused=False)
    assert not woken


async def test_an_import_is_audited_before_it_is_done() -> None:
    book = Book()
    order = ImportOrder("q3.csv", 33, replace=False)
    report = await _commands(book, []).import_cases(order, "os:an", book.load)
    assert report == "report"
    assert book.told == [
        ("cases.import", NOW, "os:an", "q3.csv", "rows=33 replace=no"),
        ("loaded",),
    ]


async def test_an_import_that_cannot_be_audited_is_not_done() -> None:
    down, book = Book(down=True), Book()
    order = ImportOrder("q3.csv", 33, replace=True)
    with pytest.raises(StoreDownError):
        await _commands(down, []).import_cases(order, "os:an", book.load)
    assert not book.told


@pytest.mark.parametrize(
    "doors, said",
    [(DOORS, "the doors are phone, viettel"), ([], "none is configured")],
    ids=["some", "none"],
)
def test_a_name_like_none_is_answered_with_what_there_is(doors: list[DoorName], said: str) -> None:
    with pytest.raises(UnknownDoorError, match=said):
        known_door("qqqqqq", doors)


def test_names_that_stand_in_the_audit_are_of_bounded_length() -> None:
    assert len(actor("x" * 1000)) < 100
    with pytest.raises(UnknownDoorError) as caught:
        known_door("x" * 1000, DOORS)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("way", SettleAs)
async def test_a_reply_is_settled_in_the_name_of_who_says_so(way: SettleAs) -> None:
    book, woken = Book(), list[DoorName]()
    state = MtState.QUEUED if way is SettleAs.AGAIN else MtState(way)
    book.says = Settled(MT, MO, DOORS[0], state, parked=False)
    assert await _commands(book, woken).settle(f" {MT.upper()}\n", way, "os:an") == book.says
    assert book.told == [(SettleOrder(MT, way, NOW, "os:an", frozenset(DOORS[:1])),)]
    # Only what goes again gives a door something to do.
    assert woken == (DOORS[:1] if way is SettleAs.AGAIN else [])


@pytest.mark.parametrize(
    "says, said",
    [
        (NoSuchMessage(), "no message has that id: give all of it"),
        (NoReply(MO), f"the text {MO} has no reply"),
        (NotOpen(MT, MtState.QUEUED), f"the reply {MT} is queued: only what is uncertain or held"),
        (InBatch(MT), f"{MT} belongs to a held batch: see sms-gateway notices held"),
        (TooOld(MT), f"the reply {MT} is no longer valid: call the citizen, settle it as failed"),
        (CannotSend(MT, DOORS[1]), f"door phone cannot send: call the citizen, then settle {MT}"),
        (CannotSend(MT, DoorName("gone")), "door gone is not configured any more: call"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_why_a_reply_is_not_settled_is_one_line(says: SettleResult, said: str) -> None:
    book, woken = Book(), list[DoorName]()
    book.says = says
    with pytest.raises(CommandError) as caught:
        await _commands(book, woken).settle(MT, SettleAs.AGAIN, "os:an")
    assert str(caught.value).startswith(said)
    assert not woken


async def test_a_text_is_handled_in_the_name_of_who_did_it() -> None:
    book = Book()
    book.says_of_text = Handled(MO)
    assert await _commands(book, []).handle(MO, " called\tback\n", "os:an") == Handled(MO)
    assert book.told == [(HandleOrder(MO, NOW, "os:an", "called back"),)]


@pytest.mark.parametrize(
    "says, said",
    [
        (NoSuchMessage(), "no message has that id"),
        (NotParked(MO, Outcome.ANSWERED), f"the text {MO} is answered: only parked ones"),
        (NotParked(MO, None), f"the text {MO} is unanswered: only parked ones"),
        (HandledBefore(MO), f"the text {MO} was handled before: see sms-gateway message {MO}"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_why_a_text_is_not_handled_is_one_line(says: HandleResult, said: str) -> None:
    book = Book()
    book.says_of_text = says
    with pytest.raises(CommandError) as caught:
        await _commands(book, []).handle(MO, "", "os:an")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("name", ["", "x" * 36, "'; --", MO[:-1], MO + "0", "\ud800" * 36])
async def test_what_is_no_id_is_not_looked_for(name: str) -> None:
    book = Book()
    with pytest.raises(CommandError, match="no message has that id"):
        await _commands(book, []).settle(name, SettleAs.FAILED, "os:an")
    with pytest.raises(CommandError, match="no message has that id"):
        await _commands(book, []).handle(name, "", "os:an")
    assert not book.told


async def test_a_store_that_is_down_settles_nothing() -> None:
    woken = list[DoorName]()
    with pytest.raises(StoreDownError):
        await _commands(Book(down=True), woken).settle(MT, SettleAs.AGAIN, "os:an")
    assert not woken


async def test_a_note_is_of_bounded_length() -> None:
    book = Book()
    book.says_of_text = Handled(MO)
    commands = _commands(book, [])
    await commands.handle(MO, "đ" * MAX_NOTE, "os:an")
    with pytest.raises(CommandError, match="201 characters: 200 are the most"):
        await commands.handle(MO, "đ" * (MAX_NOTE + 1), "os:an")
    assert len(book.told) == 1


def test_a_note_is_one_line_that_can_be_written_down() -> None:
    assert checked_note("  called\r\nback\tat  10 ") == "called back at 10"
    assert checked_note("odd \udc80") == "odd ?"
    assert checked_note("\u202eback\u202c at\u200b 10\u2028") == "back at 10"
    assert checked_note("\u200b" * 999) == ""


async def test_what_a_restore_held_is_let_go_and_its_doors_are_woken() -> None:
    book, woken = Book(), list[DoorName]()
    book.releases = Released(3, 0, 1, (DOORS[0], DOORS[1]))
    assert await _commands(book, woken).release("os:an") == book.releases
    assert book.told == [(ReleaseOrder(NOW, "os:an"),)]
    assert woken == DOORS


async def test_where_no_restore_holds_anything_somebody_may_have_meant_a_door() -> None:
    book, woken = Book(), list[DoorName]()
    with pytest.raises(CommandError, match=r"no restore holds anything back.*name it"):
        await _commands(book, woken).release("os:an")
    assert not woken
