"""A console whose staff sign in by a provider, opened."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sms_gateway.access import Access
from sms_gateway.console.desk import Desk as ConsoleDesk
from sms_gateway.console.places import FROM_PROVIDER, OUT_OF_PROVIDER
from sms_gateway.console.provider_desk import ProviderDesk
from sms_gateway.domain.secret import Secret
from sms_gateway.oidc import Provider
from sms_gateway.seldom import Seldom
from sms_gateway.settings.oidc import Oidc
from tests.access.access_desk import Office
from tests.console.console_desk import console_house
from tests.contracts.store_desk import Desk, maker_of
from tests.oidc.desk import BACK, House, Ticking
from tests.oidc.provider_stub import CLIENT, SECRET, provider_stub


@asynccontextmanager
async def opened(
    folder: Path,
    back: str = BACK,
    port: int = 0,
    **said: Any,  # noqa: ANN401  # settings of any type
) -> AsyncIterator[House]:
    """It, and its provider.

    Args:
        folder: of the test.
        back: how browsers reach the console.
        port: where it listens; 0 for any.
        said: what else `[console.oidc]` says.
    """
    data = folder / "data"
    data.mkdir()
    async with Desk(maker_of("sqlite"), data) as desk:
        clock, counter = Ticking(desk), itertools.count(1)
        async with provider_stub(clock.now) as stub:
            secret = Secret(SECRET)
            known: dict[str, Any] = {"client_id": CLIENT, "secret": secret, "timeout_s": 0.5}
            settings = Oidc(issuer=stub.url, **{**known, **said})
            provider = Provider(
                settings, f"{back}{FROM_PROVIDER}", f"{back}{OUT_OF_PROVIDER}", clock
            )
            provided = ProviderDesk(provider, settings, Seldom(clock.monotonic))
            limits = replace(Office(desk).around.limits, passwords=settings.passwords)

            def random(size: int) -> bytes:
                return next(counter).to_bytes(size)

            def change(console: ConsoleDesk) -> ConsoleDesk:
                limited: Access = Office(desk, limits).access
                changed = replace(console, provided=provided, random=random)
                return changed if settings.passwords else replace(changed, access=limited)

            async with console_house(desk, change=change, port=port) as house:
                yield House(house, stub, clock)
