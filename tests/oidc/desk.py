"""A console and its provider, and people who go from one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.console.places import PROVIDER
from tests.console.console_desk import Browser, ConsoleHouse, Reply
from tests.contracts.store_desk import Desk
from tests.oidc.provider_stub import ProviderStub

BACK = "https://desk.example.vn"
"""How browsers reach the console, as the provider knows it."""

CARRIED = "__Host-sms-gateway-provider"
"""What a browser carries that left."""

HERE = "127.0.0.1"
"""Where browsers are."""


class Ticking:
    """Implements `ports.Clock` by a desk's, whose seconds go on with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        return self._desk.clock.at

    def monotonic(self) -> float:
        return self._desk.clock.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


@dataclass(slots=True)
class House:
    """All of it.

    Attributes:
        console: see there.
        stub: the provider.
        clock: of both.
    """

    console: ConsoleHouse
    stub: ProviderStub
    clock: Ticking

    async def leave(self, browser: Browser, wanted: str = "") -> str:
        """Press the button; the address at the provider."""
        query = f"?next={wanted}" if wanted else ""
        got = await browser.get(f"{PROVIDER}{query}")
        assert got.status == 303, got.text
        return got.headers["Location"]

    async def come(self, browser: Browser, wanted: str = "", **instead: str) -> Reply:
        """Press the button, sign in at the provider, come back with what it says or a test does."""
        address = await self.leave(browser, wanted)
        return await browser.get(self.stub.back(address, **instead))

    async def audit(self, act: str = "staff.%") -> Sequence[tuple[object, ...]]:
        """Who did what, beside adding people."""
        return [
            row
            for row in await self.console.desk.rows(
                "SELECT by, act, subject, detail FROM audit WHERE act LIKE 'staff.%' ORDER BY id"
            )
            if row[1] not in {"staff.add", "staff.accept"}
            and str(row[1]).startswith(act.rstrip("%"))
        ]
