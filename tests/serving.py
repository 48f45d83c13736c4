"""A web server of a test's own, on a free port of this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def serving(
    app: web.Application,
    *,
    host: str = "127.0.0.1",
    cancels: bool = False,
    patience: float = 60.0,
) -> AsyncIterator[str]:
    """Its address, without a path, until the block ends.

    Args:
        app: what is served.
        host: an address of this machine.
        cancels: whether a handler ends when its caller hangs up.
        patience: seconds that handlers under way have at the end.
    """
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=cancels, shutdown_timeout=patience
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, 0).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
