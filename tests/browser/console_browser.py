"""A console with people and texts in it, seen by a real browser."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from sms_gateway.console.cookies import SESSION
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.staff import Role
from tests.browser.axe import violations
from tests.console.console_desk import ConsoleHouse
from tests.contracts.store_desk import AN, BINH, Desk

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
WAIT_MS = 10_000


async def fill(desk: Desk) -> None:
    """A day of an office: answered, parked, uncertain, unanswered, and an attacker's text."""
    texts = ("MCKH_170703-0001", "mckh 170703 0002 cho em hoi", "Ho so cua toi xong chua?", HOSTILE)
    for number in range(30):
        desk.clock.step(601)
        sender = AN if number % 5 == 0 else Address(f"+84912000{number:03}")
        mo = await desk.receive(texts[number % 4], sender=sender)
        if number % 4 == 2:
            await desk.reply(MtState.HELD, mo)
        elif number % 7 != 3:
            mt = await desk.reply(MtState.QUEUED, mo, text="Ho so 170703-0001 dang xu ly.")
            await desk.sent(mt, f"t{number}")
            if number % 2:
                await desk.reported(f"t{number}", Delivery.DELIVERED)
    await desk.reported("nobody-knows", Delivery.DELIVERED)
    await desk.receive("MCKH_170703-0001", sender=BINH)


@dataclass(slots=True)
class Seen:
    """A page in a browser, and everything that the browser complained about.

    Attributes:
        page: it.
        url: of the console.
        login: of the person who is signed in; empty for a stranger.
        complaints: as the browser said them.
    """

    page: Page
    url: str
    login: str = ""
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # The library writes into what it is given, and this class has no room for that.
        self.page.on("console", lambda said: self._said(said))  # noqa: PLW0108  # as said above

    def _said(self, said: ConsoleMessage) -> None:
        # A page for paper names no icon, and browsers ask for one all the same.
        icon = said.location["url"].endswith("/favicon.ico")
        if said.type in {"error", "warning"} and not icon:
            self.complaints.append(said.text)

    async def open(self, path: str) -> int:
        """Go there; the status."""
        answer = await self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        across: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return across

    async def violations(self, part: str = "html") -> Sequence[str]:
        """What axe-core finds wrong with the page as it stands, or a part, by rule and place."""
        return await violations(self.page, part)

    async def become(self, house: ConsoleHouse, role: Role | None, language: Language) -> None:
        """Who sits here leaves; a new person sits down, or a stranger."""
        await self.page.context.clear_cookies()
        self.login = await sit_down(self.page.context, house, role, language)


@asynccontextmanager
async def seen_by(  # noqa: PLR0913  # each is named, and most callers need two
    browser: Browser,
    house: ConsoleHouse,
    role: Role | None = Role.ADMINISTRATOR,
    width: int = 1440,
    *,
    language: Language = Language.VI,
    scripts: bool = True,
    strict: bool = True,
) -> AsyncIterator[Seen]:
    """The console in a browser of its own, with a new person signed in.

    Args:
        browser: in which it is opened.
        house: the console.
        role: of the new person; None for a stranger.
        width: of the window, in pixels.
        language: of the pages.
        scripts: scripts run.
        strict: a complaint of the browser fails the test; else whoever asks looks at them.
    """
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        # What is drawn is what stays.
        reduced_motion="reduce",
    )
    login = await sit_down(context, house, role, language)
    seen = Seen(await context.new_page(), house.url, login)
    yield seen
    await context.close()
    assert not strict or seen.complaints == []


async def sit_down(
    context: BrowserContext, house: ConsoleHouse, role: Role | None, language: Language
) -> str:
    """A new person at a browser that knows nobody; what they sign in with, empty for a stranger."""
    login, kept = "", {"__Host-language": "en" if language is Language.EN else "vi"}
    if role is not None:
        login = f"{role}-{len(await house.office.access.staff())}"
        person = await house.office.hire(login, role)
        await house.office.access.set_language(person, language)
        kept[SESSION] = (await house.office.come_in(login=login)).token.value
    # A `__Host-` cookie is taken from https only where it does not come from a response.
    url = house.url.replace("http:", "https:")
    await context.add_cookies([
        {"name": name, "value": value, "url": url, "secure": True, "httpOnly": True,
         "sameSite": "Lax"}
        for name, value in kept.items()
    ])  # fmt: skip
    return login
