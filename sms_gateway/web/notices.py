"""What the command line asks of the running service about automatic messages."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Annotated

import msgspec
import structlog
from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.domain.notices import BatchDone
from sms_gateway.notices.announcing import Announcer
from sms_gateway.notices.planning import Planner
from sms_gateway.notices.staff import NoticeActs
from sms_gateway.ports import CasesDownError
from sms_gateway.web.control import Handler, caller, said

_log = structlog.get_logger("control")


@dataclass(frozen=True, slots=True)
class Noticing:
    """What the command line may reach.

    Attributes:
        acts: on what is held.
        planner: says what would be sent.
        announcer: holds the announcement of an outage.
    """

    acts: NoticeActs
    planner: Planner
    announcer: Announcer


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hours: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]{0,2}$")]


class _Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    batch: Annotated[str, msgspec.Meta(max_length=64)]


def add_notices(app: web.Application, noticing: Noticing) -> None:
    """Add to the application behind the control socket.

    `POST /notices/plan` with JSON `{"hours"}`; `POST /notices/release`, `/notices/confirm` and
    `/notices/drop` with `{"batch"}`, answered by `{"texts"}`.
    """
    acts = noticing.acts
    app.router.add_post("/notices/plan", _planning(noticing.planner))
    for name, act in (
        ("release", acts.release),
        ("confirm", acts.confirm),
        ("drop", acts.drop),
    ):
        app.router.add_post(f"/notices/{name}", _acting(name, act))


def _planning(planner: Planner) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Wanted)
        try:
            planned = await planner.plan(int(wanted.hours))
        except CasesDownError as error:
            message = f"the dossiers cannot be read now ({error}): try again"
            raise CommandError(message) from error
        return web.json_response(asdict(planned))

    return handle


def _acting(name: str, act: Callable[[str, str], Awaitable[BatchDone]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Batch)
        done = await act(wanted.batch, caller(request))
        match name:
            case "release":
                _log.info("notices.released", count=done.texts)
            case "confirm":
                _log.info("notices.confirmed", count=done.texts)
            case _:
                _log.info("notices.dropped", count=done.texts)
        return web.json_response({"texts": done.texts})

    return handle
