"""A house in which there is something of everything: each page shows it, each act finds its own."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.access import SignedIn
from sms_gateway.domain.dossier import State
from sms_gateway.domain.identity import Identity
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.staff import Role
from tests.access.access_desk import SEAT
from tests.browser.console_browser import fill
from tests.browser.test_console_docs import partners
from tests.console.console_desk import Browser, ConsoleHouse
from tests.console.test_attention_page import HASH, refuse
from tests.console.test_notices_page import batch_of, hold_bulk
from tests.console.test_template_editing import act, fields, place_of, propose
from tests.console.test_windows_page import write
from tests.contracts.store_desk import AN, BINH, DOOR, Desk, number
from tests.parts import dossier

ONE = dossier(1, AN)
UNREAD = "HOSOCUATOI 170703-0001"
BACKWARDS = (State.PROCESSING, State.FINISHED, State.PAPERS_NEEDED)
TIMED = "/console/templates/S2-undated"
CLEAR = Address("+84900000009")
"""A number whose texts may be erased: no other act needs them."""


async def furnish(house: ConsoleHouse) -> Mapping[str, str]:
    """Fill it; what stands in addresses, by the name that tables give it."""
    desk, names = house.desk, dict[str, str]()
    names |= await _batches(house)
    names |= await _windows(house)
    await fill(desk)
    house.cases.add(ONE)
    for _ in range(3):
        await _unread(desk)
    await desk.receive("MCKH 1", sender=CLEAR)
    await refuse(house)
    await house.office.hire("binh", Role.CLERK)
    await house.office.hire("cu", Role.VIEWER)
    await house.office.come_in(login="binh")
    await _linked(house)
    names |= await _wordings(house)
    await partners(house)
    return {**names, **await _messages(house), **_rest()}


async def _batches(house: ConsoleHouse) -> Mapping[str, str]:
    """One of many texts, and two of dossiers that went back."""
    notices, found = house.notices, dict[str, str]()
    await notices.to_the_present()
    for number_, name in ((11, "backward"), (12, "dropped")):
        for state in BACKWARDS:
            notices.change(state, number_, state_at=notices.desk.clock.at)
            await notices.told(5 * 3600)
        found[name] = await batch_of(notices)
    return found | {"bulk": await hold_bulk(house)}


async def _windows(house: ConsoleHouse) -> Mapping[str, str]:
    house.notices.change(State.PROCESSING, 21)
    return {
        "standing": await write(house, -2),
        "past": await write(house, -30, -20),
        "ahead": await write(house, 96, 98),
        "told": await write(house, 120, 121),
    }


async def _unread(desk: Desk) -> None:
    mo = await desk.receive(UNREAD, sender=BINH)
    answer = desk.answer(mo, desk.mt(mo, MtState.HELD))
    bare = replace(answer, intent="malformed", key=CanonicalKey(""), agency="")
    assert await desk.store.answer([bare]) == [True]


async def _linked(house: ConsoleHouse) -> None:
    """Somebody who signs in by the provider."""
    await house.office.hire("lien", Role.CLERK)
    until = house.desk.clock.at + timedelta(hours=1)

    async def prove() -> Identity:
        return Identity("https://id.example.vn", "7", "lien", True, "nonce", until)  # noqa: FBT003  # second_factor

    assert isinstance(await house.office.access.sign_in_provided(prove, SEAT), SignedIn)


async def _wordings(house: ConsoleHouse) -> Mapping[str, str]:
    """A version of S4 that holds, two proposals after it, and one that it was quicker than.

    And one of S2-undated that was approved and waits for its moment.
    """
    minh = await house.signed_in(Role.SUPERVISOR, "minh")
    thu = await house.signed_in(Role.SUPERVISOR, "thu")
    held, late = place_of(await propose(minh)), place_of(await propose(minh, note="chậm"))
    assert place_of(await act(thu, held, "approve")) == held
    places = {
        "held": held,
        "timed": await _timed(minh, thu),
        "late": late,
        "wanted": place_of(await propose(minh, vi="Hồ sơ {code} đang xử lý. Hẹn trả: {due}.")),
        "unwanted": place_of(await propose(minh, vi="Hồ sơ {code} chờ. Hẹn trả: {due}.")),
    }
    return {name: place.rpartition("/")[2] for name, place in places.items()}


async def _timed(proposer: Browser, approver: Browser) -> str:
    page = await proposer.get(f"{TIMED}/edit")
    sent = {**fields(page), "vi": "Hồ sơ {code} đã nhận. Hẹn trả: {due}.", "at": "2027-01-04T08:00"}
    place = place_of(await proposer.post(f"{TIMED}/propose", sent, page))
    assert place_of(await act(approver, place, "approve")) == place
    return place


async def _messages(house: ConsoleHouse) -> Mapping[str, str]:
    rows = await house.desk.rows("SELECT id FROM inbox WHERE outcome = 'parked' ORDER BY id")
    return {f"parked{n}": str(row[0]) for n, row in enumerate(rows)}


def _rest() -> Mapping[str, str]:
    return {"number": number(BINH), "call": HASH, "door": DOOR, "dossier": ONE.id}
