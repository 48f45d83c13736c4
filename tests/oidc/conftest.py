"""A console whose staff sign in by a provider."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from sms_gateway.console.desk import Desk as ConsoleDesk
from sms_gateway.console.places import FROM_PROVIDER
from sms_gateway.console.provider_desk import ProviderDesk
from sms_gateway.domain.secret import Secret
from sms_gateway.oidc import Provider
from sms_gateway.seldom import Seldom
from sms_gateway.settings.oidc import Oidc
from tests.console.console_desk import console_house
from tests.contracts.store_desk import Desk, maker_of
from tests.oidc.desk import BACK, House, Ticking
from tests.oidc.provider_stub import CLIENT, SECRET, provider_stub


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite"), folder) as desk:
        clock, counter = Ticking(desk), itertools.count(1)
        async with provider_stub(clock.now) as stub:
            settings = Oidc(issuer=stub.url, client_id=CLIENT, secret=Secret(SECRET), timeout_s=0.5)
            provider = Provider(settings, f"{BACK}{FROM_PROVIDER}", clock)
            provided = ProviderDesk(provider, settings, Seldom(clock.monotonic))

            def random(size: int) -> bytes:
                return next(counter).to_bytes(size)

            def change(console: ConsoleDesk) -> ConsoleDesk:
                return replace(console, provided=provided, random=random)

            async with console_house(desk, change) as opened:
                yield House(opened, stub, clock)
