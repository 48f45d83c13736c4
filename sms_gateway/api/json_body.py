"""A body of JSON, read within limits."""

from typing import Final, TypeVar

import msgspec
from aiohttp import hdrs, web

from sms_gateway.api.desk import Call
from sms_gateway.api.problems import NOT_JSON, TOO_LARGE, TOO_SLOW, Problem
from sms_gateway.ports import Purpose, Route
from sms_gateway.web.webhooks import read_call

MAX_BODY: Final = 16 * 1024
"""Longest body, in octets."""

_JSON: Final = "application/json"

T = TypeVar("T")


async def read_body(call: Call, shape: type[T], wrong: Problem) -> T | Problem:
    """The body of a call.

    Args:
        call: the call.
        shape: of its object.
        wrong: what is answered where it has another shape.
    """
    request = call.request
    encoded = request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity"
    if request.content_type != _JSON or encoded:
        return NOT_JSON
    route = Route(request.method, request.path, Purpose.MESSAGES, MAX_BODY)
    try:
        called = await read_call(request, call.desk.proxies, call.desk.seconds, route)
    except web.HTTPBadRequest:
        return wrong
    if called is None:
        return TOO_SLOW
    if len(called.body) > MAX_BODY:
        return TOO_LARGE
    try:
        return msgspec.json.decode(called.body, type=shape)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return wrong
