"""The listeners of a gateway, opened together and closed together."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from sms_gateway.settings import Settings
from sms_gateway.web.listening import listening
from sms_gateway.web.parts import Listener, Part
from sms_gateway.web.server import build_runner

Apps = Sequence[tuple[Listener, web.Application]]
"""Each listener with what is heard there."""


@dataclass(frozen=True, slots=True)
class Open:
    """Listeners that take calls.

    Attributes:
        runners: by the section of the settings.
    """

    runners: Mapping[Part, web.AppRunner]

    @property
    def addresses(self) -> Mapping[Part, str]:
        """The base address of each, as it came to be."""
        return {setting: _address(runner) for setting, runner in self.runners.items()}

    async def close(self) -> None:
        """Take no more calls; those under way get one grace, all together. May be repeated."""
        async with asyncio.TaskGroup() as group:
            for runner in self.runners.values():
                group.create_task(runner.cleanup())


@asynccontextmanager
async def open_listeners(
    apps: Apps, settings: Settings, *, shares_port: bool
) -> AsyncIterator[Open]:
    """Listen for the length of a block.

    Args:
        apps: what is heard where.
        settings: how long callers may take.
        shares_port: other processes listen at the same addresses.

    Raises:
        ListenError: one of the addresses cannot be used.
    """
    idle, grace = settings.web.idle_timeout_s, settings.dispatch.grace_s
    runners = {listener.setting: build_runner(app, idle, grace) for listener, app in apps}
    opened = Open(runners)
    try:
        for listener, _ in apps:
            runner = runners[listener.setting]
            await runner.setup()
            with listening(listener) as (host, port):
                await web.TCPSite(runner, host, port, reuse_port=shares_port or None).start()
        yield opened
    finally:
        await opened.close()


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
