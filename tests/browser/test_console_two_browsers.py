"""Two people at one thing: who comes too late is told so on a page that is in everybody's reach."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser

from sms_gateway.domain.message import Language
from tests.access.access_desk import BY
from tests.browser.console_browser import seen_by
from tests.browser.full_house import furnish
from tests.browser.keyboard import Keyboard
from tests.browser.test_console_acts import faults
from tests.console.console_desk import ConsoleHouse
from tests.console.test_template_editing import act

pytestmark = pytest.mark.browser

WIDTHS = {Language.VI: (360,), Language.EN: (1440,)}
"""Of pages that are known but for a sentence."""

_TOKENS = "/console/tokens"
_HOOK = "/console/webhooks/portal"
_S4 = "/console/templates/S4"
_THEIRS = "main .wrong[role=alert]"


@dataclass(frozen=True, slots=True)
class Late:
    """An act that another person was quicker than.

    Attributes:
        at: the page on which both began.
        meanwhile: what the other one did.
        form: the path of the form that is sent too late, as a pattern.
        status: of the answer to it.
        fields: what is typed into it.
        button: which button of it.
    """

    at: str
    meanwhile: Callable[[ConsoleHouse, Mapping[str, str]], Awaitable[object]]
    form: str
    status: int
    fields: tuple[tuple[str, str], ...] = ()
    button: str = "button"


async def revoked(house: ConsoleHouse, _names: Mapping[str, str]) -> None:
    assert await house.console.partners.tokens.end("cong-mot-cua", BY)


async def turned_off(house: ConsoleHouse, _names: Mapping[str, str]) -> None:
    assert await house.console.partners.webhooks.turn("portal", BY, enabled=False)


async def turned_on(house: ConsoleHouse, _names: Mapping[str, str]) -> None:
    assert await house.console.partners.webhooks.turn("portal", BY, enabled=True)


async def purged(house: ConsoleHouse, _names: Mapping[str, str]) -> None:
    await house.desk.change("DELETE FROM webhook_event")


async def removed(house: ConsoleHouse, _names: Mapping[str, str]) -> None:
    assert await house.console.partners.webhooks.remove("portal", BY)


async def approved(house: ConsoleHouse, names: Mapping[str, str]) -> None:
    thu = await house.signed_in_again("thu")
    assert (await act(thu, f"{_S4}/versions/{names['wanted']}", "approve")).status == 303


async def rejected(house: ConsoleHouse, names: Mapping[str, str]) -> None:
    thu = await house.signed_in_again("thu")
    assert (await act(thu, f"{_S4}/versions/{names['unwanted']}", "reject")).status == 303


async def unlinked(house: ConsoleHouse, _names: Mapping[str, str]) -> None:
    await house.console.access.unlink("lien", BY)


LATE = (
    Late(_TOKENS, revoked, f"{_TOKENS}/[^/]+/revoke", 404),
    Late(_S4, approved, f"{_S4}/back", 409, (("note", "như cũ"),)),
    Late(f"{_S4}/versions/{{unwanted}}", rejected, f"{_S4}/versions/[^/]+/approve", 409),
    Late("/console/staff/lien", unlinked, "/console/staff/lien/unlink", 409),
    Late(_HOOK, turned_off, f"{_HOOK}/off", 409),
    Late(_HOOK, turned_on, f"{_HOOK}/on", 409),
    Late(_HOOK, purged, f"{_HOOK}/again", 404),
    Late(_HOOK, removed, f"{_HOOK}/replay", 404),
)
"""In the order in which they can be done."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", WIDTHS)
async def test_who_comes_too_late_is_told_so_in_everybodys_reach(
    browser: Browser, house: ConsoleHouse, language: Language
) -> None:
    names, wrong = await furnish(house), []
    async with seen_by(browser, house, language=language, strict=False) as seen:
        for late in LATE:
            await seen.page.set_viewport_size({"width": 1440, "height": 900})
            await seen.open(late.at.format_map(names))
            await late.meanwhile(house, names)
            keys = Keyboard(seen.page)
            sent = await keys.submit(late.form, dict(late.fields), late.button)
            told = await seen.page.locator(_THEIRS).all_inner_texts()
            if sent.status != late.status or len(told) != 1:
                wrong.append(f"{late.form}: {sent.status}, and says {told}")
            wrong += [f"{late.form}: {one}" for one in await faults(seen, WIDTHS[language])]
    assert wrong == []
