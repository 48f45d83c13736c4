"""Changes: through the service that runs on the data folder, or directly where none does."""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from importlib.metadata import version
from pathlib import Path
from secrets import randbits
from typing import Any, TypeVar

from sms_gateway import local_socket
from sms_gateway.clock import SystemClock
from sms_gateway.commands import CommandError, Commands, actor
from sms_gateway.domain.ids import DoorName, RunId
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.settings import Settings
from sms_gateway.store.opening import RunOf, open_store
from sms_gateway.store.sqlite.lock import LockHeldError
from sms_gateway.store.store import SqlStore

T = TypeVar("T")

SECONDS = 60.0
"""How long the service may keep silent: a step of an import, or one commit."""

_VERSION = version("sms-gateway")
_MAX_ANSWER = 64 * 1024
_OK = 200

Answer = dict[str, Any]


class _Call(HTTPConnection):
    """HTTP over a socket that is open already."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__("service", timeout=SECONDS)
        self.sock = connected


@dataclass(frozen=True, slots=True)
class RunningService:
    """The service that runs on a data folder; each call is one connection.

    Attributes:
        folder: the data folder.
    """

    folder: Path

    def ask(self, method: str, path: str, said: Mapping[str, str] | None = None) -> Answer:
        """One short question, with what it says as JSON.

        Raises:
            CommandError: the service refused, or ended meanwhile.
        """
        body = None if said is None else iter([json.dumps(said).encode()])
        *_, last = self.stream(method, path, body)
        return last

    def stream(self, method: str, path: str, body: Iterable[bytes] | None) -> Iterator[Answer]:
        """One question whose answer comes in lines.

        Raises:
            CommandError: the service refused, or ended meanwhile.
        """
        connected = local_socket.connect(self.folder, SECONDS)
        if connected is None:
            raise CommandError(_GONE)
        call = _Call(connected)
        try:
            chunked = {"Transfer-Encoding": "chunked"} if body is not None else {}
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # Where it refuses before it has heard everything, its answer says why.
                call.request(method, path, body, chunked, encode_chunked=body is not None)
            yield from _answers(call.getresponse())
        except (HTTPException, ConnectionError, ValueError) as error:
            raise CommandError(_GONE) from error
        finally:
            call.close()


_GONE = (
    "the service ended before it answered: start it and do this again; doing it twice does no harm"
)


def _answers(response: HTTPResponse) -> Iterator[Answer]:
    heard = False
    while line := response.readline(_MAX_ANSWER):
        answer: Answer = json.loads(line)
        if response.status != _OK or "error" in answer:
            raise CommandError(str(answer.get("error", f"it answered {response.status}")))
        heard = True
        yield answer
    if not heard:
        raise CommandError(_GONE)


def running_service(folder: Path) -> RunningService | None:
    """The service of a data folder, None where none is running.

    Raises:
        OSError: there is one that may not be spoken to.
    """
    connected = local_socket.connect(folder, SECONDS)
    if connected is None:
        return None
    connected.close()
    return RunningService(folder)


def change(
    settings: Settings,
    through: Callable[[RunningService], T],
    directly: Callable[[], Coroutine[Any, Any, T]],
) -> T:
    """Do something through the service, or directly where none is running.

    Raises:
        LockHeldError: another process owns the data folder and cannot be spoken to.
        whatever the two raise.
    """
    service = running_service(settings.data_path)
    if service is None:
        try:
            return asyncio.run(directly())
        except LockHeldError:
            # A service may have started in between.
            service = running_service(settings.data_path)
            if service is None:
                raise
    return through(service)


@asynccontextmanager
async def open_commands(
    settings: Settings, senders: Collection[DoorName] = ()
) -> AsyncIterator[Commands]:
    """The acts without a service: this process owns the data folder for the length of a block.

    Args:
        settings: see there.
        senders: doors that can send, where the act asks for them.

    Raises:
        LockHeldError: another process owns it.
        FolderError, SchemaError, sqlite3.Error, OSError: it cannot be opened or written.
    """
    clock = SystemClock()
    async with open_own_store(settings, clock) as store:
        doors = [DoorName(name) for name in settings.doors]
        yield Commands(store, doors, clock.now, _nobody_to_wake, senders)


def open_own_store(settings: Settings, clock: SystemClock) -> AbstractAsyncContextManager[SqlStore]:
    """The store without a service, as `open_commands` has it."""
    new_id = Uuid7(clock.milliseconds, randbits)
    run = RunOf(RunId(new_id()), "command line", _VERSION, clock.now)
    return open_store(settings.store_at, run, settings.store.group_limit)


def _nobody_to_wake(_door: DoorName) -> None:
    """Nothing sends here; the next service looks at the store by itself."""


def myself() -> str:
    """Who runs this command, as the audit names them."""
    return actor(local_socket.user_name(os.getuid()))
