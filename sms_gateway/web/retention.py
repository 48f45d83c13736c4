"""What the command line asks of the running service about purging and legal holds.

A purge may be long: it is answered in lines of JSON while it runs. One whose caller has gone is cut
off, and the next one goes on with it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
import structlog
from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.domain.retention import HoldKind
from sms_gateway.ports import StoreDownError
from sms_gateway.retention.cuts import Cuts
from sms_gateway.retention.holds import Holds
from sms_gateway.retention.purge import Around, Purge, log_purged
from sms_gateway.tasks import ended
from sms_gateway.web.control import NDJSON, Handler, caller, json_line, said, store_down

_log = structlog.get_logger("control")


@dataclass(frozen=True, slots=True)
class Retaining:
    """What the command line may reach.

    Attributes:
        purge: does it.
        holds: the acts on legal holds.
        cuts: from when on things are kept; raises CommandError, see `cuts_of`.
    """

    purge: Purge
    holds: Holds
    cuts: Callable[[datetime | None], Cuts]


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    until: datetime | None


class _Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: HoldKind
    value: str
    reason: str


class _Released(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: HoldKind
    value: str


def add_retention(app: web.Application, retaining: Retaining) -> None:
    """Add to the application behind the control socket.

    `POST /purge` with JSON `{"until"}`, a moment or null; the answer is lines of JSON,
    `{"done", "of"}` while it runs and at last `{"report"}` or `{"error"}`. `POST /holds/add` with
    `{"kind", "value", "reason"}` and `/holds/remove` with `{"kind", "value"}`.
    """
    purging = _Purging(retaining)
    app.router.add_post("/purge", purging.handle)
    app.on_shutdown.append(purging.stop)
    app.router.add_post("/holds/add", _adding(retaining.holds))
    app.router.add_post("/holds/remove", _removing(retaining.holds))


def _adding(holds: Holds) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Held)
        done = await holds.add(wanted.kind, wanted.value, wanted.reason, caller(request))
        _log.info("hold.added", reason=done.kind)
        return web.json_response(msgspec.structs.asdict(done))

    return handle


def _removing(holds: Holds) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Released)
        done = await holds.remove(wanted.kind, wanted.value, caller(request))
        _log.info("hold.removed", reason=done.kind)
        return web.json_response(msgspec.structs.asdict(done))

    return handle


class _Purging:
    """Purges that a person asks for."""

    def __init__(self, retaining: Retaining) -> None:
        self._retaining = retaining
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self, _app: web.Application) -> None:
        """Cut them off."""
        await ended([*self._tasks], 0)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Wanted)
        cuts = self._retaining.cuts(wanted.until)
        steps: asyncio.Queue[bytes] = asyncio.Queue()

        async def whole() -> None:
            steps.put_nowait(await self._outcome(cuts, caller(request), steps))

        response = web.StreamResponse(headers={"Content-Type": NDJSON})
        await response.prepare(request)
        task = asyncio.create_task(whole(), name="purge")
        self._tasks.add(task)
        task.add_done_callback(lambda _task: steps.put_nowait(b""))
        try:
            while step := await steps.get():
                await response.write(step)
            await response.write_eof()
        except ConnectionError:
            pass  # who asked has gone
        finally:
            await ended([task], 0)
            self._tasks.discard(task)
        if not task.cancelled():
            task.result()  # raises what escaped, for that is a bug
        return response

    async def _outcome(self, cuts: Cuts, by: str, steps: "asyncio.Queue[bytes]") -> bytes:
        def progress(done: int, of: int) -> None:
            steps.put_nowait(json_line({"done": done, "of": of}))

        try:
            purged = await self._retaining.purge.run(cuts, by, Around(progress))
        except CommandError as error:
            return json_line({"error": str(error)})
        except StoreDownError as error:
            return json_line({"error": store_down(error)})
        log_purged(purged)
        counts = msgspec.structs.asdict(purged.counts)
        return json_line({"report": {"counts": counts, "scrubbed": purged.scrubbed}})
