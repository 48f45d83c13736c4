"""Opens a door of kind `simulator`. Copy this file to begin a door for a telco.

A door is a folder with this module, one line in `channels.KINDS`, and
`tests/channels/<kind>/contract_case.py`, which puts it under the contracts of all doors. It brings
what its telco needs and no more: a Webhook where the telco calls us, a Sender where we call the
telco. A telco has no pages; those belong to this kind alone.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated, Literal, assert_never

from msgspec import Meta, Struct

from sms_gateway.channels.door import DoorContext, ProbeText, probe_of
from sms_gateway.channels.simulator.access import Access
from sms_gateway.channels.simulator.form import (
    Line,
    UnreadableError,
    read_line,
    read_message,
    write_cookie,
)
from sms_gateway.channels.simulator.page import PATH, PhonePages
from sms_gateway.channels.simulator.responses import Problem, Responses, load_files, wants_html
from sms_gateway.domain.ids import DoorName, TelcoId
from sms_gateway.domain.message import Item, MobileTerminated
from sms_gateway.domain.outcome import Accepted
from sms_gateway.ports import (
    MAX_REQUEST,
    Answered,
    AnswerStyle,
    Door,
    Late,
    Limits,
    NoReply,
    Purpose,
    Refused,
    Route,
    Settled,
    Stored,
    WebhookReply,
    WebhookRequest,
    WebhookResult,
)
from sms_gateway.settings import SettingsError, decode


# Duty 1: say what can be configured. Unknown keys are refused when the gateway starts, so a slip
# of the pen never becomes a default that nobody meant. A secret would be a `domain.secret.Secret`.
class SimulatorDoor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>]` with kind `simulator`.

    Attributes:
        kind: `simulator`.
        numbers: phones to choose from, the first one first; any other may be typed.
        short_code: the number to text, until another is typed.
        sources: CIDRs of those who may open the page.
        hosts: names under which the page may be reached, beside `localhost` and IP addresses.
        probe: the text that proves the way in.
    """

    kind: Literal["simulator"] = "simulator"
    # The last one is of the range that Ofcom keeps free for drama: it belongs to nobody.
    numbers: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)] = (
        "0900000001",
        "0900000002",
        "+447700900123",
    )
    short_code: str = "8083"
    sources: Annotated[tuple[str, ...], Meta(min_length=1)] = ("127.0.0.0/8", "::1/128")
    hosts: tuple[str, ...] = ()
    probe: ProbeText | None = None


_OURS = f"POST {PATH}/messages".encode()


# Duty 2: open, and close on leaving. What a door holds open (connections to its telco) is entered
# here, so that the service closes all doors in reverse order, also when a later one cannot open.
@asynccontextmanager
async def open_door(
    name: DoorName, raw: Mapping[str, object], context: DoorContext
) -> AsyncIterator[Door]:
    """A door as `[doors.<name>]` describes it.

    Args:
        name: of the door.
        raw: its table.
        context: what the service tells each door.

    Raises:
        SettingsError: the settings cannot be used.
    """
    at = f"doors.{name}"
    settings = decode(raw, SimulatorDoor, at)
    lines = [_line(number, settings.short_code, context.region, at) for number in settings.numbers]
    access = Access(settings.sources, settings.hosts, at)
    responses = Responses(await load_files())
    pages = PhonePages(name, lines, access, responses, context)
    yield Door(
        name=name,
        kind=settings.kind,
        webhook=SimulatorWebhook(access, responses, context.region),
        sender=SimulatorSender(),
        answer_within=timedelta(seconds=context.acknowledge_s),
        # Nothing is on the air here: a reply sent twice is still one row, shown once.
        resend_uncertain=True,
        pages=pages.pages,
        probe=probe_of(settings.probe, context.region, at),
        # A form carries one text. Where a call may carry several, only what this one came with.
        own_request=lambda kept, _mo: kept if kept.startswith(_OURS) else None,
    )


def _line(number: str, short_code: str, region: str, at: str) -> Line:
    try:
        return read_line({"number": number, "short_code": short_code}, region)
    except UnreadableError as error:
        key = "numbers" if error.field == "number" else error.field
        msg = f"{at}.{key}: {error.problem}; write it as on a phone, for example 0900000001 or 8083"
        raise SettingsError(msg) from None


# Duty 3, the way in: octets to values and values to octets. A Webhook keeps nothing and calls
# nobody, so its tests need no server, and it cannot say OK for what is not written down: between
# `read` and `reply` the gateway commits to the store.
class SimulatorWebhook:
    """Implements `ports.Webhook`: `POST /phone/messages`, a form with from, to, text and id."""

    def __init__(self, access: Access, responses: Responses, region: str) -> None:
        self._access = access
        self._responses = responses
        self._region = region

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses the telco calls. One with delivery reports adds Purpose.REPORTS."""
        return (Route("POST", f"{PATH}/messages", Purpose.MESSAGES),)

    @property
    def style(self) -> AnswerStyle:
        """The reply does not stand in the response to the MO: it comes through the Sender."""
        return AnswerStyle.ACKNOWLEDGE

    def read(self, request: WebhookRequest, now: datetime) -> Sequence[Item] | Refused:  # noqa: ARG002 - the port's; this door has no signatures that expire
        """The MO of a form.

        First who calls, then how much, then what. Whatever the octets, nothing is raised: a call
        that cannot be read is a value, and its detail names the field but never its content. Where
        a telco's calls carry several texts, one that cannot be read is `ports.Unreadable` beside
        the others, so that those are not refused with it.
        """
        if (problem := self._access.denied(request)) is not None:
            return self._refused(request, 403, "unauthorised", problem)
        if len(request.body) > MAX_REQUEST or len(request.query) > MAX_REQUEST:
            problem = Problem(
                f"over {MAX_REQUEST} octets", f"Tin quá dài, tối đa {MAX_REQUEST} octet."
            )
            return self._refused(request, 413, "too_large", problem)
        try:
            return (read_message(request, self._region),)
        except UnreadableError as error:
            return self._refused(request, 400, "unreadable", error.as_problem())

    def reply(self, results: Sequence[WebhookResult], request: WebhookRequest) -> WebhookReply:
        """The response after the commit: back to the page for a browser, else JSON.

        The same call gets the same octets each time: telcos repeat calls, and compare.
        """
        if wants_html(request):
            # See Other, so that reloading the page does not post the text again.
            return self._responses.redirect(PATH, cookie=self._cookie(request))
        described = [{"status": _status(result), "message_id": result.id} for result in results]
        return self._responses.json(200, described[0] if described else {"status": "ok"})

    def redacted(self, request: WebhookRequest) -> bytes:
        """The request as it is kept: this door has no secret, but the cookie stays outside."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        kind = request.headers.get("content-type", "")
        head = f"{request.method} {target}\ncontent-type: {kind}\n\n"
        return head.encode("utf-8", "replace") + request.body

    def _cookie(self, request: WebhookRequest) -> str:
        try:
            message = read_message(request, self._region)
        except UnreadableError:
            return ""
        return write_cookie(Line(message.sender, message.short_code))

    def _refused(
        self, request: WebhookRequest, status: int, reason: str, problem: Problem
    ) -> Refused:
        # What an authenticated caller sent is kept for staff to see; strangers fill no table.
        reply = self._responses.refusal(request, status, problem)
        return Refused(reason, problem.detail, reason != "unauthorised", reply)


def _status(result: WebhookResult) -> str:
    match result:
        case Answered():
            return "answered"
        case Stored():
            return "stored"
        case Late():
            return "late"
        case NoReply():
            return "no_reply"
        case _:
            assert_never(result)


# Duty 4, the way out: hand messages over and say what became of each, exactly once. A telco's
# Sender maps everything it can meet to the four outcomes: Accepted (also "had it already"),
# Deferred (throttled or not reached: spends no retry), Rejected (it said no), Uncertain (octets
# left and no answer came). It does not retry by itself: that is one table for all doors.
class SimulatorSender:
    """Implements `ports.Sender`: a telco that always takes everything at once."""

    @property
    def limits(self) -> Limits:
        """What the door can carry; our id names the row, so it tells a second sending apart."""
        return Limits(dedupes_by_our_id=True)

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        """Accept each, with made-up telco ids, one per segment.

        Nothing is awaited, so nothing can be cut off halfway. A telco's Sender settles what is
        under way as Uncertain when it is cancelled, and what is not as Deferred.
        """
        for message in messages:
            ids = (TelcoId(f"sim-{message.id}-{n + 1}") for n in range(message.segments))
            settled(message.id, Accepted(tuple(ids)))
