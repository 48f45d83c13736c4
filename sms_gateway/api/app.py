"""The routes of the API, and what stands before each of them."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import structlog
from aiohttp import web

from sms_gateway.api import messages, outcomes, problems, send_message, webhooks
from sms_gateway.api.asked import AskedError
from sms_gateway.api.desk import ApiDesk, Call, Endpoint
from sms_gateway.api.problems import Problem
from sms_gateway.ports import StoreDownError
from sms_gateway.web.server import Handler

_log = structlog.get_logger("api")

PREFIX: Final = "/api"

ENDPOINTS: Final = (
    *messages.ENDPOINTS,
    *send_message.ENDPOINTS,
    *outcomes.ENDPOINTS,
    *webhooks.ENDPOINTS,
)
"""All there is to ask for."""


def add_api(app: web.Application, desk: ApiDesk) -> None:
    """Serve the API at the staff's listener."""
    by_path: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in ENDPOINTS:
        by_path[endpoint.path].append(endpoint)
    for path, endpoints in by_path.items():
        app.router.add_route("*", path, _served(desk, endpoints))
    app.router.add_route("*", PREFIX + "{rest:(?:/.*)?}", _nowhere)


async def _nowhere(_request: web.Request) -> web.StreamResponse:
    return problems.answered(problems.NOT_FOUND)


def _served(desk: ApiDesk, endpoints: Sequence[Endpoint]) -> Handler:
    methods = {endpoint.method: endpoint for endpoint in endpoints}
    wrong = problems.wrong_method(", ".join(sorted(methods)))

    async def serve(request: web.Request) -> web.StreamResponse:
        endpoint = methods.get(request.method)
        if endpoint is None:
            return problems.answered(wrong)
        result = await _guarded(desk, endpoint, request)
        return problems.answered(result) if isinstance(result, Problem) else result

    return serve


async def _guarded(
    desk: ApiDesk, endpoint: Endpoint, request: web.Request
) -> web.Response | Problem:
    try:
        async with asyncio.timeout(2 * desk.seconds):
            return await _answer(desk, endpoint, request)
    except AskedError as error:
        return error.problem
    except (StoreDownError, TimeoutError):
        return problems.UNAVAILABLE
    except (web.HTTPException, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001  # a bug costs one call
        # Never the exception's text: it may quote a citizen.
        _log.error("request.broke", method=request.method, exc_info=error)
        return problems.BROKE


async def _answer(
    desk: ApiDesk, endpoint: Endpoint, request: web.Request
) -> web.Response | Problem:
    token = await desk.callers.who(request)
    if isinstance(token, Problem):
        return token
    if not token.may(endpoint.scope):
        return problems.NO_SCOPE
    return await endpoint.handler(Call(request, desk, token))
