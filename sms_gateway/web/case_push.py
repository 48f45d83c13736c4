"""`POST /cases/v1/dossiers`: the one-stop software sends dossiers, in batches (domain 4.3)."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
import structlog
from aiohttp import hdrs, web

from sms_gateway.ports import CasesDownError, Purpose, Route, WebhookRequest
from sms_gateway.ports.pushed import MAX_ROWS, CasesPushed, RowFate, RowTold, Service
from sms_gateway.seldom import Seldom
from sms_gateway.settings.case_push import CasePush
from sms_gateway.web.case_access import CaseAccess
from sms_gateway.web.webhooks import RETRY_AFTER_SECONDS, Shell, read_call

_log = structlog.get_logger("cases")

PUSHED_AT = ("POST", "/cases/v1/dossiers")
"""Method and path."""
MAX_BODY = 1024 * 1024
"""Largest batch, in octets."""

_ROUTE = Route(*PUSHED_AT, Purpose.MESSAGES, MAX_BODY)
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class _Batch(msgspec.Struct, frozen=True):
    """What is read of a call; `session`, `madonvi` and `isUpdating` tell nothing that we need."""

    service: Service
    data: list[msgspec.Raw]


class _Row(msgspec.Struct, frozen=True):
    """The answer for one row, counted from 1."""

    row: int
    code: str = msgspec.field(name="MaHoSo")
    result: RowFate
    reason: str


class _Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a batch; `error_code` as the national API has it."""

    error_code: int = 0
    counts: Mapping[str, int]
    results: Sequence[_Row]


class _Fault(msgspec.Struct, frozen=True):
    """The answer to what is not taken."""

    error_code: int
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call is not taken.

    Attributes:
        status: of the answer.
        word: for metrics and the log.
        sentence: for whoever wrote the caller; holds nothing of the call.
    """

    status: HTTPStatus
    word: str
    sentence: str


_ADDRESS = Refusal(HTTPStatus.FORBIDDEN, "address", "calls may not come from this address")
_NO_PROOF = Refusal(
    HTTPStatus.UNAUTHORIZED, "unauthorised", "token or signature is missing or wrong"
)
_ENCODED = Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "encoded", "send the body without encoding")
_SLOW = Refusal(HTTPStatus.REQUEST_TIMEOUT, "slow", "the request took too long")
_TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_large",
    f"at most {MAX_BODY} octets: send smaller batches",
)
_TOO_MANY = Refusal(
    HTTPStatus.BAD_REQUEST, "too_many", f"at most {MAX_ROWS} rows: send smaller batches"
)
_UNREADABLE = Refusal(
    HTTPStatus.BAD_REQUEST,
    "unreadable",
    f"expected a JSON object with service, {' or '.join(Service)}, and data, a list of objects",
)
_UNAVAILABLE = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable",
    "the dossiers cannot be written now: send the same batch again later",
)


class CasePushHandler:
    """Serves the endpoint.

    Args:
        cases: takes batches.
        access: who may call.
        shell: as webhooks have it.
        seconds: how long one batch may take.
    """

    def __init__(
        self, cases: CasesPushed, access: CaseAccess, shell: Shell, seconds: float
    ) -> None:
        self._cases = cases
        self._access = access
        self._shell = shell
        self._seconds = seconds
        self._seldom = Seldom(shell.clock.monotonic)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a call; 200 means that what could be learned of it is written down."""
        read = await self._read(request)
        if isinstance(read, Refusal):
            return self._refused(read, read.word)
        began = self._shell.clock.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                told = await self._cases.take(read.service, [bytes(row) for row in read.data])
        except TimeoutError:
            return self._refused(_UNAVAILABLE, "slow")
        except CasesDownError as error:
            return self._refused(_UNAVAILABLE, str(error))
        return self._taken(read.service, told, self._shell.clock.monotonic() - began)

    async def _read(self, request: web.Request) -> _Batch | Refusal:
        shell = self._shell
        # What costs a stranger least is asked last: nothing is read of a body without a token.
        if not self._access.from_here(shell.proxies.caller(request)):
            return _ADDRESS
        if not self._access.has_token(request):
            return _NO_PROOF
        coding = request.headers.get(hdrs.CONTENT_ENCODING)
        if coding is not None and coding.lower() != "identity":
            return _ENCODED
        try:
            called = await read_call(request, shell.proxies, shell.read_seconds, _ROUTE)
        except (web.HTTPBadRequest, ConnectionError) as error:
            unread = _UNREADABLE if isinstance(error, web.HTTPBadRequest) else _SLOW
            self._note(unread, unread.word)
            raise
        return _SLOW if called is None else self._batch(called)

    def _batch(self, called: WebhookRequest) -> _Batch | Refusal:
        if len(called.body) > MAX_BODY:
            return _TOO_LARGE
        if not self._access.is_signed(called, self._shell.clock.now()):
            return _NO_PROOF
        try:
            batch = msgspec.json.decode(called.body, type=_Batch)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return _UNREADABLE
        if len(batch.data) > MAX_ROWS:
            return _TOO_MANY
        return batch if all(bytes(row).startswith(b"{") for row in batch.data) else _UNREADABLE

    def _taken(self, service: Service, told: Sequence[RowTold], seconds: float) -> web.Response:
        counts = Counter(row.fate for row in told)
        figures = self._shell.metrics.cases
        figures.called("taken")
        figures.told(told)
        _log.info(
            "cases.pushed",
            command=service,
            rows=len(told),
            new=counts[RowFate.NEW],
            changed=counts[RowFate.CHANGED],
            unchanged=counts[RowFate.UNCHANGED],
            overtaken=counts[RowFate.OVERTAKEN],
            refused=counts[RowFate.REFUSED],
            duration_ms=round(seconds * 1000),
        )
        rows = [_Row(at, row.code, row.fate, row.reason) for at, row in enumerate(told, 1)]
        return _response(
            HTTPStatus.OK, _Taken(counts={fate: counts[fate] for fate in RowFate}, results=rows)
        )

    def _refused(self, why: Refusal, reason: str) -> web.Response:
        self._note(why, reason)
        headers = {}
        if why is _UNAVAILABLE:
            headers["Retry-After"] = RETRY_AFTER_SECONDS
        if why is _NO_PROOF:
            headers["WWW-Authenticate"] = "Bearer"
        return _response(why.status, _Fault(why.status, why.word, why.sentence), headers)

    def _note(self, why: Refusal, reason: str) -> None:
        self._shell.metrics.cases.called(why.word)
        # Anybody may call, and perhaps very often.
        if count := self._seldom.due(f"{why.word} {reason}"):
            _log.warning("cases.push_refused", reason=reason, result=why.word, count=count)


def heard_at(push: CasePush) -> Mapping[tuple[str, str], str]:
    """Method and path that are taken, and what people call them; none where nobody may call."""
    return {PUSHED_AT: "cases.push"} if push.on else {}


def _response(
    status: HTTPStatus, said: _Taken | _Fault, headers: Mapping[str, str] = _HEADERS
) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(said),
        headers={**_HEADERS, **headers, "Content-Type": "application/json"},
    )
