"""Who did something is told as people call them."""

from collections.abc import Sequence

from msgspec.structs import replace

from sms_gateway.console.actors import StaffNames, called
from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.domain.access import StaffRow
from sms_gateway.domain.staff import LoginName, Role
from sms_gateway.ports import StoreDownError
from tests.console.console_desk import ConsoleHouse
from tests.virtual_time import StandingClock

NAMES = {"lan": "Trần Thị Lan"}


def said(by: str, language: PageLanguage = PageLanguage.EN) -> str:
    return called(by, NAMES, catalogue(language).gettext)


def test_people_and_systems_have_the_words_of_the_reader() -> None:
    assert said("staff:lan") == "Trần Thị Lan"
    assert said("staff:gone") == "gone"
    assert said("os:root") == "root, on the server"
    assert said("os:root", PageLanguage.VI) == "root, trên máy chủ"
    assert said("token:portal", PageLanguage.VI) == "hệ thống portal"
    assert said("gateway", PageLanguage.VI) == "hệ thống tự thực hiện"
    assert said("something:else") == "something:else"


async def test_of_two_of_one_name_the_login_tells_who_is_who(house: ConsoleHouse) -> None:
    await house.signed_in(Role.CLERK, "an")
    (row,) = await house.office.access.staff()
    down = False

    async def staff() -> Sequence[StaffRow]:
        if down:
            raise StoreDownError
        other = [replace(row, login=LoginName(f"an.{n}"), name=name) for n, name in looks_same]
        return [row, replace(row, login=LoginName("an.2")), *other]

    # As some keyboards write them: in capitals, in full width, with an accent as a sign of its own.
    looks_same = [(3, "AN"), (4, "\uff21\uff4e"), (5, "L\u00ea"), (6, "Le\u0302")]
    names = StaffNames(staff, StandingClock())
    assert await names.now() == {
        "an": "An (an)",
        "an.2": "An (an.2)",
        "an.3": "AN (an.3)",
        "an.4": "\uff21\uff4e (an.4)",
        "an.5": "L\u00ea (an.5)",
        "an.6": "Le\u0302 (an.6)",
    }
    down = True
    assert await StaffNames(staff, StandingClock()).now() == {}


async def test_a_message_names_who_looked_and_who_handled_it(house: ConsoleHouse) -> None:
    mo = await house.desk.receive("cho")
    clerk = await house.signed_in()
    at = f"/console/messages/{mo.id}"
    await clerk.get(at)
    page = await clerk.get(at)
    assert '<span title="staff:clerk-1">Clerk-1</span>' in page.text
