"""What a telco implements, and what it may say."""

import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import Item, MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.outcome import Billing, SendOutcome
from sms_gateway.domain.record import EMPTY, Private, Record
from sms_gateway.reading import MoRow, Reading

if TYPE_CHECKING:
    from sms_gateway.ports.sessions import Session

MAX_REQUEST = 16 * 1024
"""Largest body, and largest query, that a telco may send, in octets."""

MAX_BATCH = 256 * 1024
"""Largest body that may hold several messages, in octets: a hundred long texts."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a door can carry.

    Attributes:
        slots: messages it takes at one moment; dispatch leases no more.
        per_second: pace, or None for none.
        per_day, per_number_per_day: parts of messages that it takes within a day, of all and to one
            number; None for any number.
        refused_characters: never sent to this telco.
        max_segments: longest message.
        dedupes_by_our_id: an uncertain send may be repeated, the telco knows our id.
        templates: names of the replies that it carries, None for any text: some telcos send only
            what is registered.
        names_mo: a reply names the MO that it answers, by what the telco said with that one; one to
            a text of another door could not.
        answers_only: it takes nothing but answers to texts of its own.
    """

    slots: int = 10
    per_second: float | None = None
    per_day: int | None = None
    per_number_per_day: int | None = None
    refused_characters: frozenset[str] = frozenset()
    max_segments: int = 2
    dedupes_by_our_id: bool = False
    templates: frozenset[str] | None = None
    names_mo: bool = False
    answers_only: bool = False

    @property
    def no_text_of_ours(self) -> str:
        """Why no text goes by it that answers none, to end a line with; empty where it does."""
        if self.answers_only:
            return "it takes nothing but answers to texts that came in by it"
        if self.templates is not None:
            return "it sends registered templates only (outbound.templates), no other text"
        return ""

    def carries(self, template: str) -> bool:
        """Whether a message made from this template goes by it; empty for a text of our own."""
        return self.templates is None or template in self.templates

    @property
    def longest(self) -> int:
        """Longest message, in segments: one that is over the limit of a day would never leave."""
        limits = (self.max_segments, self.per_day, self.per_number_per_day)
        return min(most for most in limits if most is not None)

    @property
    def daily(self) -> bool:
        """Whether there is a limit of a day."""
        return self.per_day is not None or self.per_number_per_day is not None


Settled = Callable[[MessageId, SendOutcome], None]


class Sender(Protocol):
    """Hands messages to a telco."""

    @property
    def limits(self) -> Limits:
        """What the door can carry now."""

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        """Send, and call `settled` exactly once per message as its fate is known.

        Never raises for what a telco or a network does. When cancelled, messages of which octets
        may have left are settled Uncertain, the others Deferred.
        """


class AnswerStyle(enum.StrEnum):
    """When the telco wants the reply."""

    INLINE = "inline"
    ACKNOWLEDGE = "acknowledge"


class Purpose(enum.StrEnum):
    """What a route of a door is for."""

    MESSAGES = "messages"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Route:
    """One address that a door's telco calls.

    Attributes:
        method: upper case.
        path: may hold `{secret}`, any one segment.
        purpose: what it is for.
        largest: body, in octets; of a larger one the door sees one octet more.
    """

    method: str
    path: str
    purpose: Purpose
    largest: int = MAX_REQUEST


class WebhookRequest(Record, frozen=True):
    """A telco's call as octets.

    Attributes:
        method: upper case.
        path: without query.
        query: raw, not decoded.
        headers: names in lower case; of repeated ones the last.
        body: at most the octets of its route, and one more.
        peer: the caller's IP address, after trusted proxies.
        purpose: of the route that matched.
    """

    method: str
    path: str
    query: Private[str]
    headers: Private[Mapping[str, str]]
    body: Private[bytes]
    peer: Private[str]
    purpose: Purpose = Purpose.MESSAGES


class WebhookReply(Record, frozen=True):
    """What the telco hears."""

    status: int
    content_type: str
    body: Private[bytes]
    headers: Private[Mapping[str, str]] = EMPTY


class Refused(Record, frozen=True):
    """A call that is not taken.

    Attributes:
        reason: `unauthorised`, `unreadable` or `too_large`; a metric's label.
        detail: one line for people and for the kept record: names the field, never its content.
        authenticated: the caller proved who it is, so what it sent is kept for staff.
        reply: the refusal in the door's own style.
    """

    reason: str
    detail: str
    authenticated: bool
    reply: WebhookReply


class Unreadable(Record, frozen=True):
    """One of several texts or reports of a call that cannot be read; the others are taken.

    It is kept for staff, once by its octets, and then the call is taken as a whole: a telco that
    heard a refusal would send the others again and again.

    Attributes:
        detail: one line for people and for the kept record: names the field, never its content.
        raw: it alone, as it may be kept: without what the door names as secret.
    """

    detail: str
    raw: Private[bytes]


class Answered(Record, frozen=True):
    """The reply to put into the response."""

    id: MessageId
    text: Private[str]
    billing: Billing


class Stored(Record, frozen=True):
    """Written down; the reply, if any, follows by another way."""

    id: MessageId


class Late(Record, frozen=True):
    """Written down, and not answered within the deadline of this call."""

    id: MessageId


class NoReply(Record, frozen=True):
    """Written down, and there is no reply to send."""

    id: MessageId


WebhookResult = Answered | Stored | Late | NoReply


class Webhook(Protocol):
    """A telco's HTTP side as pure functions: no server, client or loop in its tests."""

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses the telco calls."""

    @property
    def style(self) -> AnswerStyle:
        """When the telco wants the reply."""

    def read(self, request: WebhookRequest, now: datetime) -> Sequence[Item | Unreadable] | Refused:
        """What the call says. Never raises, whatever the octets.

        Unreadable only beside something that can be read: a call of which nothing can be read is
        Refused.
        """

    def reply(self, results: Sequence[WebhookResult], request: WebhookRequest) -> WebhookReply:
        """The response, one result per item that was read, in their order."""

    def redacted(self, request: WebhookRequest) -> bytes:
        """The request as it may be kept: query and body without what the door names as secret."""


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a door's page may use.

    Attributes:
        reading: questions to the store.
        hasher: of numbers, to ask for one number's messages.
        now: the moment of the request.
    """

    reading: Reading
    hasher: Hasher
    now: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a door shows to people, as the simulator does."""

    method: str
    path: str
    show: Callable[[WebhookRequest, PageContext], Awaitable[WebhookReply]]


@dataclass(frozen=True, slots=True)
class Probe:
    """The text that proves a door's way in, sent again and again by a phone or by the telco.

    Attributes:
        sender, text: what it is known by; capitals and blanks do not matter.
        within: how long after one the next must have come.
        answered: it is answered like any text, else only noted.
    """

    sender: Address
    text: str = field(repr=False)
    within: timedelta
    answered: bool = False

    def is_it(self, sender: Address, text: str) -> bool:
        """Whether this is one."""
        return sender == self.sender and _folded(text) == _folded(self.text)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the way to a telco found.

    Attributes:
        what: at what it looked: `name`, `connection`, `certificate`; where a token comes from
            another address `token name` and so on; `bind`, of several `bind 1` and so on.
        well: it is as it should be.
        told: what was found, and where it is wrong what to do; one line without a secret.
    """

    what: str
    well: bool
    told: str


Check = Callable[[], Awaitable[Sequence[Checked]]]


@dataclass(frozen=True, slots=True)
class Door:
    """A configured channel.

    Attributes:
        name: as in `[doors.<name>]`.
        kind: which folder of `channels` it comes from.
        webhook: its HTTP side, or None.
        sender: its way out, or None where replies only go back in the response.
        session: the connection that it keeps, or None.
        answer_within: deadline of an answer.
        dedupe_window: how long the same content without an id counts as the same delivery.
        id_window: how long a telco's id counts as the same delivery.
        keeps_refused_ok: the telco hears its OK for what was kept although it was unreadable.
        resend_uncertain: an uncertain send is repeated instead of held.
        one_node: of many nodes one sends at a time, and another takes over when that one dies.
        pages: what it shows to people.
        leads_to: where its way out ends: scheme, name and port, never a path or a secret; empty
            where it has none, or does not say.
        this_machine_only: a caller is let in because it calls from this machine, and nothing else
            is asked.
        probe: the text that proves its way in, or None.
        try_binds: opens each connection that is kept as the gateway would, and takes leave; only
            while no gateway keeps them, for many a telco allows one. None where none is kept.
        check: looks at the way to the telco, and sends nothing; None where there is nothing to see.
        example: makes a call such as the telco's of the address that the gateway is reached by, as
            a line for a shell, with placeholders for secrets, or says in one why there is none;
            None where no call comes.
        own_request: of a request as it was kept, what came with one text and with no other one;
            it says None where that cannot be told. None where nothing was kept.
    """

    name: DoorName
    kind: str
    webhook: Webhook | None
    sender: Sender | None
    answer_within: timedelta
    session: "Session | None" = None
    dedupe_window: timedelta = timedelta(seconds=10)
    id_window: timedelta = timedelta(days=7)
    keeps_refused_ok: bool = False
    resend_uncertain: bool = False
    one_node: bool = False
    pages: Sequence[Page] = ()
    leads_to: str = ""
    this_machine_only: bool = False
    probe: Probe | None = None
    check: Check | None = None
    try_binds: Check | None = None
    example: Callable[[str], str] | None = None
    own_request: Callable[[bytes, MoRow], bytes | None] | None = None

    @property
    def led(self) -> bool:
        """Whether one node sends for all: so that a pace or limit holds for their sum, too."""
        if self.one_node or self.sender is None:
            return self.one_node
        limits = self.sender.limits
        return limits.per_second is not None or limits.daily

    @property
    def inline(self) -> bool:
        """Whether replies go back in the response."""
        return self.webhook is not None and self.webhook.style is AnswerStyle.INLINE
