from datetime import timedelta

import pytest

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.retention import (
    HeldBefore,
    HoldKind,
    LegalHoldOrder,
    LegalHoldResult,
    LegallyHeld,
    Lifted,
    LiftOrder,
    NothingToHold,
    PurgedBefore,
)
from sms_gateway.retention.holds import Holds
from tests.parts import START
from tests.retention.retention_desk import Shelf
from tests.virtual_time import VirtualClock

ID = MessageId("019aa8c4-7c1e-7000-8000-000000000001")
HASH = "07" * 16


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(VirtualClock())


@pytest.fixture
def holds(shelf: Shelf) -> Holds:
    return Holds(shelf, lambda: START)


@pytest.mark.parametrize(
    "kind, said, value",
    [
        (HoldKind.CODE, "170703-0001", "1707030001"),
        (HoldKind.CODE, "000.00.12.h32-170703-0001", "0000012H321707030001"),
        (HoldKind.NUMBER, HASH, HASH),
        (HoldKind.MESSAGE, f" {ID.upper()} ", ID),
    ],
)
async def test_a_hold_is_written_down_as_the_store_compares_it(
    holds: Holds, shelf: Shelf, kind: HoldKind, said: str, value: str
) -> None:
    shelf.says = LegallyHeld(kind, value)
    assert await holds.add(kind, said, "  court,\n case 7 ", "os:an") == LegallyHeld(kind, value)
    assert shelf.told == [(LegalHoldOrder(kind, value, START, "os:an", "court, case 7"),)]


@pytest.mark.parametrize(
    "kind, said, reason, sentence",
    [
        (HoldKind.CODE, "---", "why", "no dossier has such a code"),
        (HoldKind.NUMBER, "0900000001", "why", "no hash of a number"),
        (HoldKind.MESSAGE, "7", "why", "no message has that id"),
        (HoldKind.MESSAGE, ID, " ", "say why"),
        (HoldKind.MESSAGE, ID, "x" * (MAX_NOTE + 1), "200 are the most"),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_one_line(
    holds: Holds, shelf: Shelf, kind: HoldKind, said: str, reason: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        await holds.add(kind, said, reason, "os:an")
    assert shelf.told == []


@pytest.mark.parametrize(
    "says, sentence",
    [
        (HeldBefore(ID), "that is held already"),
        (NothingToHold(), "no message has that id"),
        (PurgedBefore(ID, START - timedelta(days=1)), "was purged on"),
    ],
)
async def test_what_the_store_refuses_is_told_in_one_line(
    holds: Holds, shelf: Shelf, says: LegalHoldResult, sentence: str
) -> None:
    shelf.says = says
    with pytest.raises(CommandError, match=sentence):
        await holds.add(HoldKind.MESSAGE, ID, "why", "os:an")


async def test_a_hold_is_let_go_in_the_name_of_who_says_so(holds: Holds, shelf: Shelf) -> None:
    with pytest.raises(CommandError, match="that is not held"):
        await holds.remove(HoldKind.MESSAGE, ID, "os:an")
    shelf.says_of_release = Lifted(HoldKind.MESSAGE, ID)
    assert await holds.remove(HoldKind.MESSAGE, ID, "os:an") == shelf.says_of_release
    assert shelf.told[-1] == (LiftOrder(HoldKind.MESSAGE, ID, START, "os:an"),)
