"""`POST /api/v1/messages`: have a text sent."""

import re
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import hdrs, web

from sms_gateway.api.asked import fields_of
from sms_gateway.api.desk import Call, Endpoint
from sms_gateway.api.problems import NOT_JSON, TOO_LARGE, TOO_SLOW, Problem, malformed, said
from sms_gateway.api.sending import Wanted
from sms_gateway.domain.api import Scope
from sms_gateway.ports import Purpose, Route
from sms_gateway.web.webhooks import read_call

MAX_BODY: Final = 16 * 1024
"""Longest body, in octets."""

_PATH: Final = "/api/v1/messages"
_ROUTE: Final = Route("POST", _PATH, Purpose.MESSAGES, MAX_BODY)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NO_KEY: Final = malformed("send Idempotency-Key, 8 to 64 of A-Z, a-z, 0-9, dash and underscore")
_NO_BODY: Final = malformed("send a JSON object with to, text and at most agency, door and urgent")
_JSON: Final = "application/json"


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
    encoded = request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity"
    if request.content_type != _JSON or encoded:
        return NOT_JSON
    body = await _read(call)
    if isinstance(body, Problem):
        return body
    wanted = Wanted(body.to, body.text, key, body.agency, body.door, body.urgent)
    result = await call.desk.sending.send(call.token, wanted)
    if isinstance(result, Problem):
        return result
    told = {"id": result.id, "before": result.before}
    return said(told, HTTPStatus.ACCEPTED, Location=f"{_PATH}/{result.id}")


async def _read(call: Call) -> _Body | Problem:
    try:
        called = await read_call(call.request, call.desk.proxies, call.desk.seconds, _ROUTE)
    except web.HTTPBadRequest:
        return _NO_BODY
    if called is None:
        return TOO_SLOW
    if len(called.body) > MAX_BODY:
        return TOO_LARGE
    try:
        body = msgspec.json.decode(called.body, type=_Body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return _NO_BODY
    return body


ENDPOINTS: Final = (Endpoint("POST", _PATH, Scope.SEND, send_message),)
