"""Hands MTs to a telco by HTTP, and tells what became of each."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

from sms_gateway.channels.door import DoorContext
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.request import Outgoing, RequestWriter
from sms_gateway.channels.http.session import open_session, read_response
from sms_gateway.channels.http.token import NO_TOKEN, Tokens
from sms_gateway.channels.http.verdict import DoorRefused, StaleToken, Verdict
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.ports import Clock, Limits, Settled
from sms_gateway.settings import SettingsError

MAX_WORDS = 4
"""Most words of a telco's refusal that stand in the log."""

_log = structlog.get_logger("channels")


@dataclass(slots=True)
class Attempt:
    """One MT on its way.

    Attributes:
        message: the MT.
        left: a connection was there, so octets of it may have left us.
        settled: its fate is told.
    """

    message: MobileTerminated
    left: bool = False
    settled: bool = False


class HttpSender:
    """A `Sender` that is described by settings."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        writer: RequestWriter,
        verdict: Verdict,
        limits: Limits,
        clock: Clock,
        tokens: Tokens | None = None,
    ) -> None:
        """Put it together; `open_sender` does."""
        self._session = session
        self._writer = writer
        self._verdict = verdict
        self._limits = limits
        self._clock = clock
        self._tokens = tokens
        self._slots = asyncio.Semaphore(limits.slots)
        self._refused = ""

    @property
    def limits(self) -> Limits:
        """What the door can carry."""
        return self._limits

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        """Send, and call `settled` exactly once per message as its fate is known."""
        attempts = [Attempt(message) for message in messages]
        try:
            async with asyncio.TaskGroup() as group:
                for attempt in attempts:
                    group.create_task(self._send_one(attempt, settled))
        finally:
            # Only a cancelled call comes here with open ones; some of them never started to run.
            for attempt in attempts:
                outcome = Uncertain("cancelled") if attempt.left else Deferred("shutdown")
                _settle(attempt, outcome, settled)

    async def _send_one(self, attempt: Attempt, settled: Settled) -> None:
        async with self._slots:
            try:
                outcome = await self._try(attempt)
            except Exception as error:  # noqa: BLE001  # a bug in one must not cancel the others
                _log.error("send.broke", door=attempt.message.door, error=type(error).__name__)
                outcome = Uncertain("sender_broke") if attempt.left else Deferred("sender_broke")
        _settle(attempt, outcome, settled)

    async def _try(self, attempt: Attempt) -> SendOutcome:
        outcome = await self._try_with_token(attempt)
        if isinstance(outcome, StaleToken):
            # The telco took nothing, and said so: with a new token it is sent once more.
            attempt.left = False
            outcome = await self._try_with_token(attempt)
        return Deferred("token_refused") if isinstance(outcome, StaleToken) else outcome

    async def _try_with_token(self, attempt: Attempt) -> SendOutcome | StaleToken:
        token = await self._tokens.get() if self._tokens else NO_TOKEN
        if isinstance(token, Deferred):
            return token
        outgoing = self._writer.write(attempt.message, token, self._clock.now())
        if isinstance(outgoing, Rejected):
            return outgoing
        outcome = await self._hand_over(attempt, outgoing)
        if isinstance(outcome, StaleToken) and self._tokens:
            self._tokens.forget(token)
        return outcome

    async def _hand_over(self, attempt: Attempt, outgoing: Outgoing) -> SendOutcome | StaleToken:
        try:
            async with self._session.request(
                outgoing.method,
                outgoing.url,
                data=outgoing.body,
                headers=outgoing.headers,
                allow_redirects=False,
                trace_request_ctx=attempt,
            ) as response:
                answer = await read_response(response)
        except aiohttp.ClientConnectorCertificateError:
            return Deferred("certificate")
        except TimeoutError:
            return Uncertain("timed_out") if attempt.left else Deferred("unreachable")
        except (aiohttp.ClientError, OSError):
            return Uncertain("disconnected") if attempt.left else Deferred("unreachable")
        message, number = attempt.message, attempt.message.recipient
        own = (*_credentials(outgoing.headers), *self._writer.secrets, *outgoing.unsaid)
        hidden = (message.text, number.digits, number.national, number.value, *own)
        judged = self._verdict.judge(answer, self._clock.now(), hidden, message.id)
        if isinstance(judged, DoorRefused):
            self._tell_refused(message.door, judged.word)
            return judged.deferred
        if isinstance(judged, Accepted):
            self._refused = ""
        return judged

    def _tell_refused(self, door: DoorName, word: str) -> None:
        # Once for each word, until something is taken: the door is tried again and again.
        if word != self._refused:
            self._refused = word
            # A whole sentence of a telco may quote anything; its beginning says which one it is.
            _log.warning("door.refused", door=door, reason=" ".join(word.split()[:MAX_WORDS]))


def _credentials(headers: Mapping[str, str]) -> Sequence[str]:
    """What we prove ourselves with: a telco that echoes it must not bring it into our log."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return [token]
    plain = base64.b64decode(token).decode("utf-8", "replace")
    user, _, password = plain.partition(":")
    return [token, plain, user, password]


@asynccontextmanager
async def open_sender(
    outbound: s.Outbound, echo: tuple[str, ...], context: DoorContext, at: str
) -> AsyncIterator[HttpSender]:
    """A sender with its own connections, closed on leaving.

    Args:
        outbound: the settings.
        echo: names that `{echo.NAME}` may say.
        context: its clock, for Retry-After; its zone, for times that are sent.
        at: dotted key of `outbound`, named in errors.

    Raises:
        SettingsError: the settings cannot be used.
    """
    writer = RequestWriter(outbound, echo, context.timezone, at)
    verdict = Verdict(outbound.result, f"{at}.result")
    if outbound.token is None and any(rule.means == "token" for rule in outbound.result.rules):
        msg = f"{at}.result.rules: one means token, and there is none; set outbound.token"
        raise SettingsError(msg)
    pushes = outbound.push_word is not None
    limits = Limits(
        slots=outbound.slots,
        per_second=outbound.per_second,
        per_day=outbound.per_day,
        per_number_per_day=outbound.per_number_per_day,
        refused_characters=frozenset(outbound.refused_characters),
        max_segments=outbound.max_segments,
        dedupes_by_our_id=outbound.dedupes_by_our_id,
        templates=frozenset(outbound.templates) if outbound.templates else None,
        names_mo=pushes or writer.echoes,
        # Without a word for a text that answers none, the telco would get empty fields.
        answers_only=outbound.one_mt_per_mo or (writer.echoes and not pushes),
    )
    async with open_session(outbound) as session:
        tokens = None
        if outbound.token is not None:
            tokens = Tokens(session, outbound.token, outbound.secrets, context.clock, f"{at}.token")
        yield HttpSender(session, writer, verdict, limits, context.clock, tokens)


def _settle(attempt: Attempt, outcome: SendOutcome, settled: Settled) -> None:
    if not attempt.settled:
        attempt.settled = True
        settled(MessageId(attempt.message.id), outcome)
