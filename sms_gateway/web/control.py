"""The control socket: what the command line asks of the running service.

One process writes the databases (docs/architecture), so a command that changes something hands its
act to the service. Nobody else can reach it: see `local_socket`. An import comes as lines of JSON
and is answered as such, because it is long in both directions.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
import structlog
from aiohttp import web

from sms_gateway import local_socket
from sms_gateway.commands import CommandError, Commands, ImportOrder, UnknownDoorError, actor
from sms_gateway.domain.acts import SettleAs
from sms_gateway.ports import StoreDownError
from sms_gateway.tasks import ended

S = TypeVar("S")

_log = structlog.get_logger("control")

MAX_LINE = 4 * 1024 * 1024
"""Longest line of an import, in octets."""

_LINE_SECONDS = 30.0
_STATUS_SECONDS = 5.0
_CLOSING_SECONDS = 2.0
_MAX_BODY = 4096
NDJSON = "application/x-ndjson"
"""The type of an answer that comes in lines."""

Progress = Callable[[int, int], None]
"""What is done and what there is to do; from the half on an import cannot be dropped any more."""


class Upload(Protocol):
    """Takes the dossiers of one import, line by line, then imports them."""

    def add(self, line: bytes) -> None:
        """Take one line; runs in a thread of its own. Raises CommandError."""

    def __len__(self) -> int:
        """How many dossiers were taken."""

    async def load(self, progress: Progress, *, replace: bool) -> Mapping[str, int]:
        """Import them; the counts. Cancelled in the first half, none. Raises CommandError."""


Status = Callable[[], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Controls:
    """What the command line may reach.

    Attributes:
        commands: the acts.
        new_upload: begins an import.
        status: how the service is, as JSON can say it.
        doors: how each door is, `{"doors"}`, as JSON can say it.
        test_alarms: sends a test to the people on call; what came of it, as JSON can say it.
        send: queues a text by hand: door, number, text, who; its id. Raises CommandError.
    """

    commands: Commands
    new_upload: Callable[[], Upload]
    status: Status
    doors: Status
    test_alarms: Status
    send: Callable[[str, str, str, str], Awaitable[str]]


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    rows: int
    replace: bool


def build_control(controls: Controls) -> web.Application:
    """The application behind the socket.

    `GET /status` and `/doors`; `POST /doors/NAME/pause`, `/resume` and, with JSON `{"to", "text"}`
    and answered by `{"message"}`, `/send`; `POST /messages/ID/settle` with JSON `{"as"}` and
    `/messages/ID/handled` with `{"note"}`; `POST /restore/release`; `POST /alarms/test`; `POST
    /cases/import`: a line of JSON `{"file", "rows", "replace"}`, then lines that each hold an array
    of dossiers; the answer is lines of JSON, `{"done", "of"}` while it runs and at last
    `{"report"}` or `{"error"}`.
    """
    app = web.Application(middlewares=[_refusals], client_max_size=_MAX_BODY)
    app.router.add_get("/status", _status(controls.status))
    app.router.add_get("/doors", _status(controls.doors))
    app.router.add_post("/doors/{name}/pause", _pausing(controls.commands, paused=True))
    app.router.add_post("/doors/{name}/resume", _pausing(controls.commands, paused=False))
    app.router.add_post("/doors/{name}/send", _sending(controls))
    app.router.add_post("/messages/{id}/settle", _settling(controls.commands))
    app.router.add_post("/messages/{id}/handled", _handling(controls.commands))
    app.router.add_post("/restore/release", _releasing(controls.commands))
    app.router.add_post("/alarms/test", _testing(controls))
    importer = _Importer(controls)
    app.router.add_post("/cases/import", importer.handle)
    app.on_shutdown.append(importer.stop)
    return app


@asynccontextmanager
async def open_control(app: web.Application, folder: Path) -> AsyncIterator[None]:
    """Serve the control socket of a data folder for the length of a block.

    Raises:
        SocketTakenError: another process serves the folder.
        OSError: the socket cannot be made.
    """
    listening = await asyncio.to_thread(local_socket.listen, folder)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSING_SECONDS)
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield
    finally:
        # First the name, so that nobody calls a socket that will not answer.
        await asyncio.to_thread(local_socket.remove, folder)
        await runner.cleanup()
        listening.close()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except UnknownDoorError as error:
        return _refusal(404, str(error))
    except CommandError as error:
        return _refusal(409, str(error))
    except StoreDownError as error:
        return _refusal(503, store_down(error))
    except web.HTTPException as error:
        # An older or newer command line: say so instead of a bare number.
        return _refusal(error.status, "the running service does not know this: restart it")


def store_down(error: StoreDownError) -> str:
    """What is said where nothing could be written."""
    return f"the message store cannot write now ({error}): look at its disk, then try again"


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


def caller(request: web.Request) -> str:
    """Who is at the other end, as the audit names them; the kernel says so."""
    transport = request.transport
    connection = None if transport is None else transport.get_extra_info("socket")
    name = "" if connection is None else local_socket.peer_user(connection.fileno())
    return actor(name or "unknown")


def _status(status: Status) -> Handler:
    async def handle(_request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(_STATUS_SECONDS):
                return web.json_response(await status())
        except TimeoutError:
            return _refusal(503, "the message store does not answer: look at its disk")

    return handle


def _pausing(commands: Commands, *, paused: bool) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        door = await commands.set_paused(request.match_info["name"], caller(request), paused=paused)
        _log.info("door.paused" if paused else "door.resumed", door=door)
        return web.json_response({"door": door, "paused": paused})

    return handle


def _testing(controls: Controls) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await controls.commands.test_alarms(caller(request), controls.test_alarms)
        _log.info("alarm.tested")
        return web.json_response(told)

    return handle


class _Send(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: str
    text: str


def _sending(controls: Controls) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        name, wanted = request.match_info["name"], await said(request, _Send)
        mt_id = await controls.send(name, wanted.to, wanted.text, caller(request))
        _log.info("mt.sent_by_hand", mt_id=mt_id, door=name)
        return web.json_response({"message": mt_id})

    return handle


class _Settle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    settle_as: SettleAs = msgspec.field(name="as")


class _Handle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: str


def _settling(commands: Commands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Settle)
        done = await commands.settle(request.match_info["id"], wanted.settle_as, caller(request))
        _log.info("mt.settled_by_hand", mt_id=done.reply, door=done.door, state=done.state)
        return web.json_response(msgspec.structs.asdict(done))

    return handle


def _handling(commands: Commands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Handle)
        done = await commands.handle(request.match_info["id"], wanted.note, caller(request))
        _log.info("mo.handled", message_id=done.message)
        return web.json_response(msgspec.structs.asdict(done))

    return handle


def _releasing(commands: Commands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        done = await commands.release(caller(request))
        _log.info("restore.released", count=done.queued, uncertain=done.uncertain)
        return web.json_response(msgspec.structs.asdict(done))

    return handle


async def said(request: web.Request, kind: type[S]) -> S:
    """What a short command says.

    Raises:
        CommandError: it was cut off, or is of another version.
    """
    try:
        async with asyncio.timeout(_LINE_SECONDS):
            return msgspec.json.decode(await request.read(), type=kind)
    except (TimeoutError, ConnectionError, web.RequestPayloadError):
        message = "the command was cut off: nothing was done"
        raise CommandError(message) from None
    except msgspec.MsgspecError:
        message = "the running service is of another version: restart it, then do this again"
        raise CommandError(message) from None


class _Importer:
    """Imports, one at a time."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        self._busy = False
        self._task: asyncio.Task[None] | None = None

    async def stop(self, _app: web.Application) -> None:
        """Cut the import short, also one whose caller has gone; the next start goes on with it."""
        if self._task is not None:
            await ended([self._task], 0)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self._busy:
            return _refusal(409, "another import is under way: try again when it has ended")
        self._busy = True
        try:
            order, upload = await self._receive(request)
            return await self._run(request, order, upload)
        finally:
            self._busy = False

    async def _receive(self, request: web.Request) -> tuple[ImportOrder, Upload]:
        lines = _lines(request)
        try:
            head = msgspec.json.decode(await anext(lines, b""), type=_Head)
            upload = self._controls.new_upload()
            async for line in lines:
                await asyncio.to_thread(upload.add, line)
        except (TimeoutError, ConnectionError, web.RequestPayloadError):
            raise CommandError(_CUT_OFF) from None
        except msgspec.MsgspecError:
            message = "the running service is of another version: restart it, then import again"
            raise CommandError(message) from None
        if len(upload) != head.rows:
            raise CommandError(_CUT_OFF)
        return ImportOrder(head.file, head.rows, head.replace), upload

    async def _run(
        self, request: web.Request, order: ImportOrder, upload: Upload
    ) -> web.StreamResponse:
        steps: asyncio.Queue[bytes] = asyncio.Queue()
        droppable = True

        def progress(done: int, of: int) -> None:
            nonlocal droppable
            droppable = 2 * done < of
            steps.put_nowait(json_line({"done": done, "of": of}))

        async def load() -> Mapping[str, int]:
            return await upload.load(progress, replace=order.replace)

        async def whole() -> None:
            steps.put_nowait(await self._outcome(order, caller(request), load))

        response = web.StreamResponse(headers={"Content-Type": NDJSON})
        await response.prepare(request)
        self._task = task = asyncio.create_task(whole(), name="cases-import")
        task.add_done_callback(lambda _task: steps.put_nowait(b""))
        try:
            while step := await steps.get():
                await response.write(step)
            await response.write_eof()
        except ConnectionError:
            # Who asked has gone: what may still be dropped is, the rest is done all the same.
            if not droppable:
                await asyncio.wait([task])
        finally:
            await ended([task], 0)
        if not task.cancelled():
            task.result()  # raises what escaped, for that is a bug
        return response

    async def _outcome(
        self, order: ImportOrder, by: str, load: Callable[[], Awaitable[Mapping[str, int]]]
    ) -> bytes:
        try:
            counts = await self._controls.commands.import_cases(order, by, load)
        except CommandError as error:
            _log.warning("cases.import_failed", rows=order.rows)
            return json_line({"error": str(error)})
        except StoreDownError as error:
            return json_line({"error": store_down(error)})
        _log.info("cases.imported", rows=order.rows)
        return json_line({"report": counts})


_CUT_OFF = "the import was cut off before all dossiers had come: nothing was imported"


def json_line(value: Mapping[str, object]) -> bytes:
    """One line of an answer that comes in lines."""
    return msgspec.json.encode(value) + b"\n"


async def _lines(request: web.Request) -> AsyncIterator[bytes]:
    """The lines of a body, each within its limits of length and time.

    Raises:
        CommandError: one is too long.
        TimeoutError, ConnectionError, RequestPayloadError: the caller stopped in the middle.
    """
    rest = b""
    while True:
        async with asyncio.timeout(_LINE_SECONDS):
            chunk = await request.content.readany()
        if not chunk:
            break
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > MAX_LINE:
            message = f"a line of the import is longer than {MAX_LINE >> 20} MiB"
            raise CommandError(message)
    if rest:
        yield rest
