"""Why a call is not answered as it wishes (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec
from aiohttp import web

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
"""That each answer has."""


@dataclass(frozen=True, slots=True)
class Problem:
    """It.

    Attributes:
        status: of the answer.
        code: for programs; it never changes.
        detail: for whoever wrote the caller; holds nothing of the call.
        headers: besides those of each answer.
    """

    status: HTTPStatus
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


NO_TOKEN = Problem(
    HTTPStatus.UNAUTHORIZED,
    "no_token",
    "send Authorization: Bearer and a token that is neither revoked nor past its time",
    {"WWW-Authenticate": "Bearer"},
)
NO_SCOPE = Problem(HTTPStatus.FORBIDDEN, "no_scope", "the token has not the scope for this")
NOT_FOUND = Problem(HTTPStatus.NOT_FOUND, "not_found", "there is no such thing for this token")
TOO_LARGE = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "the body is too long")
TOO_SLOW = Problem(HTTPStatus.REQUEST_TIMEOUT, "slow", "the request took too long")
NOT_JSON = Problem(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", "send application/json without encoding"
)
UNAVAILABLE = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable",
    "the store does not answer now: make the same call again later",
    {"Retry-After": "10"},
)
BROKE = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "something went wrong on our side"
)


def malformed(detail: str) -> Problem:
    """The call is not as the specification says."""
    return Problem(HTTPStatus.BAD_REQUEST, "malformed", detail)


def refused(code: str, detail: str) -> Problem:
    """The call is well formed, and cannot be done."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail)


def wrong_method(allowed: str) -> Problem:
    """The path takes other methods."""
    headers = {"Allow": allowed}
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method", f"use {allowed}", headers)


def too_many(seconds: int) -> Problem:
    """The token calls too often."""
    headers = {"Retry-After": str(seconds)}
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many", "this token calls too often", headers)


def answered(problem: Problem) -> web.Response:
    """It, as an answer."""
    said = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "code": problem.code,
        "detail": problem.detail,
    }
    return web.Response(
        status=problem.status,
        body=msgspec.json.encode(said),
        headers={**HEADERS, **problem.headers, "Content-Type": "application/problem+json"},
    )


def said(value: object, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> web.Response:
    """What was asked for; times are UTC."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(value),
        headers={**HEADERS, **headers, "Content-Type": "application/json"},
    )
