"""What the API reaches, and one call of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.api.problems import Problem
from sms_gateway.api.sending import Sending
from sms_gateway.api.tokens import Callers
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.domain.api import ApiToken, Scope
from sms_gateway.domain.ids import MessageId
from sms_gateway.reading import Reading
from sms_gateway.web.peers import Proxies


class Counts(Protocol):
    """Counts texts. Raises StoreDownError."""

    async def outcomes(
        self,
        between: tuple[datetime, datetime],
        agencies: Sequence[str] | None,
        after: MessageId | None,
    ) -> tuple[Mapping[str, int], MessageId | None]:
        """How so many texts of a time ended, and the last looked at; None where there is none."""


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """All of it.

    Attributes:
        callers: who calls.
        reading, counts: what may be asked.
        sending: has texts sent.
        webhooks: the acts about them.
        audit: writes one line of who did what: when, by whom, which act, about what, how.
        zone: of days.
        proxies: those that may say who calls.
        seconds: how long a body may take, and an answer.
        now: the clock.
    """

    callers: Callers
    reading: Reading
    counts: Counts
    sending: Sending
    webhooks: WebhookCommands
    audit: Callable[[datetime, str, str, str, str], Awaitable[None]]
    zone: ZoneInfo
    proxies: Proxies
    seconds: float
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        request: as it came.
        desk: see there.
        token: who calls.
    """

    request: web.Request
    desk: ApiDesk
    token: ApiToken

    @property
    def agencies(self) -> Sequence[str] | None:
        """Whose messages it sees; None for all."""
        return self.token.agencies


Handler = Callable[[Call], Awaitable[web.Response | Problem]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing to ask for.

    Attributes:
        method, path: as aiohttp writes them.
        scope: that a token needs.
        handler: answers.
    """

    method: str
    path: str
    scope: Scope
    handler: Handler
