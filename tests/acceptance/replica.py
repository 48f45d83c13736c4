"""Litestream beside the gateway of a house."""

import asyncio
import contextlib
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sms_gateway.replica.looking import last_copied
from tests.acceptance.house import House
from tests.acceptance.telco import PATIENCE


@asynccontextmanager
async def replica(house: House) -> AsyncIterator[None]:
    """Litestream beside the gateway, as its unit runs it."""
    line = house.program.line("replica", data=house.data, config=house.config)
    process = await asyncio.to_thread(
        subprocess.Popen,
        line,
        env=house.program.environment(house.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, PATIENCE)
        process.kill()
        process.wait()


async def until_copied(house: House) -> None:
    """Wait until the replica holds what stands in the databases now."""
    databases = (house.data / "gateway.db", house.data / "cases.db")
    since = None
    async with asyncio.timeout(PATIENCE):
        while True:
            copied = await asyncio.to_thread(last_copied, house.data, databases)
            since = since or copied
            if copied and since and copied > since:
                return
            await asyncio.sleep(0.05)  # another program, which gives no signal
