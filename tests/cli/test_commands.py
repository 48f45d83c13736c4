from datetime import UTC, datetime

import pytest

from sms_gateway.commands import Commands, ImportOrder, UnknownDoorError, actor, known_door
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import StoreDownError

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
DOORS = [DoorName("viettel"), DoorName("phone")]


class Book:
    """A store that notes what it was told, in order."""

    def __init__(self, *, down: bool = False) -> None:
        self.told: list[tuple[object, ...]] = []
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

    async def load(self) -> str:
        self._note("loaded")
        return "report"


def _commands(book: Book, woken: list[DoorName]) -> Commands:
    return Commands(book, DOORS, lambda: NOW, woken.append)


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
