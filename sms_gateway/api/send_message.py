"""`POST /api/v1/messages`: have a text sent."""

import re
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from sms_gateway.api.asked import fields_of
from sms_gateway.api.desk import Call, Endpoint
from sms_gateway.api.json_body import read_body
from sms_gateway.api.problems import Problem, malformed, said
from sms_gateway.api.sending import Wanted
from sms_gateway.domain.api import Scope

_PATH: Final = "/api/v1/messages"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NO_KEY: Final = malformed("send Idempotency-Key, 8 to 64 of A-Z, a-z, 0-9, dash and underscore")
_NO_BODY: Final = malformed("send a JSON object with to, text and at most agency, door and urgent")


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: str
    text: str
    agency: str = ""
    door: str = ""
    urgent: bool = False

    def __repr__(self) -> str:
        return "_Body()"


async def send_message(call: Call) -> web.Response | Problem:
    """Queue it, once for each key.

    Raises:
        AskedError: there is a query.
        StoreDownError: it could not be written down.
    """
    fields_of(call.request, ())
    request = call.request
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        return _NO_KEY
    body = await read_body(call, _Body, _NO_BODY)
    if isinstance(body, Problem):
        return body
    wanted = Wanted(body.to, body.text, key, body.agency, body.door, body.urgent)
    result = await call.desk.sending.send(call.token, wanted)
    if isinstance(result, Problem):
        return result
    told = {"id": result.id, "before": result.before}
    return said(told, HTTPStatus.ACCEPTED, Location=f"{_PATH}/{result.id}")


ENDPOINTS: Final = (Endpoint("POST", _PATH, Scope.SEND, send_message),)
