"""What the command line asks of the running service about a citizen's own data.

Numbers come as hashes. An erasure is answered in lines of JSON while it runs; one whose caller has
gone stops between two commits, and doing it again goes on.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

import msgspec
import structlog
from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.domain.ids import NumberHash
from sms_gateway.ports import StoreDownError
from sms_gateway.retention.rights import CitizenRights, Erased, Progress
from sms_gateway.web.control import NDJSON, Handler, caller, json_line, said, store_down

_log = structlog.get_logger("control")

_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


class _Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: _Hash


class _Erase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    numbers: Annotated[list[_Hash], msgspec.Meta(min_length=1, max_length=100)]
    reason: str


def add_rights(app: web.Application, rights: CitizenRights) -> None:
    """Add to the application behind the control socket.

    `POST /citizens/exporting` with JSON `{"number"}`, a hash; `/citizens/erase` with `{"numbers",
    "reason"}`, all hashes of one number, answered by lines of JSON: `{"looked"}` while it runs and
    at last `{"erased"}` or `{"error"}`.
    """
    app.router.add_post("/citizens/exporting", _exporting(rights))
    app.router.add_post("/citizens/erase", _erasing(rights))


def _exporting(rights: CitizenRights) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Export)
        await rights.exporting(NumberHash(wanted.number), caller(request))
        _log.info("citizen.exported")
        return web.json_response({})

    return handle


def _erasing(rights: CitizenRights) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Erase)
        response = web.StreamResponse(headers={"Content-Type": NDJSON})
        await response.prepare(request)

        async def progress(looked: int) -> None:
            await response.write(json_line({"looked": looked}))

        with contextlib.suppress(ConnectionError):  # who asked has gone
            outcome = await _outcome(rights, wanted, caller(request), progress)
            await response.write(json_line(outcome))
            await response.write_eof()
        return response

    return handle


async def _outcome(
    rights: CitizenRights, wanted: _Erase, by: str, progress: Progress
) -> Mapping[str, object]:
    numbers = [NumberHash(one) for one in wanted.numbers]
    try:
        erased = await rights.erase(numbers, wanted.reason, by, progress)
    except CommandError as error:
        return {"error": str(error)}
    except StoreDownError as error:
        return {"error": store_down(error)}
    _log_erased(erased)
    return {"erased": {**asdict(erased), "rest": msgspec.structs.asdict(erased.rest)}}


def _log_erased(erased: Erased) -> None:
    _log.info("citizen.erased", count=erased.texts, rows=erased.messages)
