"""The telco's request with a text: who sees how much of it."""

import json
from dataclasses import replace as with_other

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import MessageId, TraceId
from sms_gateway.domain.staff import Role
from sms_gateway.reading import MoRow
from tests.console.console_desk import ConsoleHouse
from tests.contracts.store_desk import AN, BINH, pending

HEAD = b"POST /mo/telco\n\n"
CALL = (
    HEAD
    + json.dumps(
        [
            {"from": "84900000001", "text": "MCKH 1"},
            {"from": "84911222333", "text": "cua nguoi khac"},
        ]
    ).encode()
)
OWN = "kiem tra"
OURS = ["H32.01"]


def by_items(kept: bytes, mo: MoRow) -> bytes | None:
    """As the door of a telco whose calls are lists."""
    mine = [one for one in json.loads(kept.removeprefix(HEAD)) if one["text"] == mo.text]
    return json.dumps(mine[0]).encode() if mine else None


def divided(house: ConsoleHouse) -> None:
    """The door can tell texts of one call from one another."""
    doors = with_other(house.console.doors, own_request=by_items)
    object.__setattr__(house.console, "doors", doors)


@pytest.fixture
async def batch(house: ConsoleHouse) -> tuple[MessageId, MessageId]:
    """Two texts of one call, of two agencies."""
    desk = house.desk
    one = replace(desk.arrival("MCKH 1", sender=AN), raw=CALL)
    one = replace(one, trace_id=TraceId(one.id))
    two = replace(desk.arrival("cua nguoi khac", sender=BINH), trace_id=one.trace_id, raw=None)
    for arrival, agency in ((one, "H32.01"), (two, "H32.02")):
        mo = pending(await desk.record(arrival))
        await desk.store.answer([replace(desk.answer(mo), agency=agency)])
    return one.id, two.id


async def reveal(house: ConsoleHouse, message: MessageId, agencies: list[str] | None) -> str:
    name = "all" if agencies is None else agencies[0].replace(".", "")
    who = await house.signed_in(Role.SUPERVISOR, name.lower(), agencies)
    path = f"/console/messages/{message}"
    page = await who.get(path)
    assert page.status == 200
    page = await who.post(f"{path}/unmask", {"reason": OWN}, page)
    assert page.status == 200
    return page.text


async def details(house: ConsoleHouse) -> list[str]:
    acts = await house.desk.rows("SELECT detail FROM audit WHERE act = 'message.unmask'")
    return [str(row[0]) for row in acts]


async def test_staff_of_one_agency_see_what_came_with_their_text_and_nothing_of_others(
    house: ConsoleHouse, batch: tuple[MessageId, MessageId]
) -> None:
    divided(house)
    shown = await reveal(house, batch[0], OURS)
    assert "84900000001" in shown
    assert "84911222333" not in shown
    assert "cua nguoi khac" not in shown
    assert await details(house) == [OWN]
    other = await reveal(house, batch[1], ["H32.02"])
    assert "84911222333" in other
    assert "MCKH 1" not in other


async def test_a_call_that_cannot_be_divided_shows_only_to_who_sees_all_agencies(
    house: ConsoleHouse, batch: tuple[MessageId, MessageId]
) -> None:
    shown = await reveal(house, batch[0], OURS)
    assert "0900000001" in shown
    assert "84911222333" not in shown
    assert "Không tách được" in shown
    assert "84911222333" in await reveal(house, batch[0], None)
    assert await details(house) == [OWN, f"{OWN}; the whole call was shown"]


@pytest.mark.parametrize("there", ["in", "not in"])
async def test_the_sheet_of_evidence_shows_no_text_of_others_to_staff_of_one_agency(
    house: ConsoleHouse, batch: tuple[MessageId, MessageId], there: str
) -> None:
    if there == "in":
        divided(house)
    one = await house.signed_in(Role.SUPERVISOR, "one", OURS)
    path = f"/console/messages/{batch[0]}/evidence"
    sheet = await one.post(path, {"reason": OWN}, await one.get(path))
    assert sheet.status == 200
    assert "84911222333" not in sheet.text
    assert "cua nguoi khac" not in sheet.text
    assert ("84900000001" in sheet.text) == (there == "in")
