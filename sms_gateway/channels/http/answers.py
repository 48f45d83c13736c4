"""What the telco hears, in its own words."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import assert_never

import msgspec

from sms_gateway.channels.http import settings as s
from sms_gateway.described.addresses import one_line
from sms_gateway.described.body import (
    CONTENT_TYPES,
    Pieces,
    Template,
    Value,
    Vocabulary,
    compile_body,
    compile_text,
    forbid,
)
from sms_gateway.domain.message import MobileOriginated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.record import Record
from sms_gateway.gsm.alphabet import Alphabet, alphabet_of
from sms_gateway.ports import (
    Answered,
    AnswerStyle,
    Late,
    NoReply,
    Refused,
    Stored,
    WebhookReply,
    WebhookResult,
)
from sms_gateway.settings import SettingsError

_ECHOED = ("sender", "short_code", "telco_id")
_OF_HEADERS = ("status", "billing", "alphabet", "message_id")
_OWN = (*_OF_HEADERS, "reply")
_REFUSAL = Vocabulary(("status", "error", "field"))
_BASIC = 'Basic realm="sms-gateway"'
_DEFAULT_JSON = (
    '{"status":"{status}","reply":"{reply}","billing":"{billing}","message_id":"{message_id}"}'
)

Origin = Callable[[], MobileOriginated | None]
"""Gives the MO that is answered; asked only where a template wants something of it."""


class Fault(Record, frozen=True):
    """Why a call is not taken.

    Attributes:
        reason: unauthorised, unreadable or too_large.
        problem: what is wrong, without content.
        field: what cannot be read; empty where that is not the point.
        authenticated: the caller proved who it is.
        wants_basic: a stranger is asked for HTTP Basic.
        may_hold_good: messages that can be read may stand in the call: an OK would lose them.
    """

    reason: str
    problem: str
    field: str = ""
    authenticated: bool = False
    wants_basic: bool = False
    may_hold_good: bool = False

    @property
    def detail(self) -> str:
        """One line for people."""
        return f"field {self.field} {self.problem}" if self.field else self.problem


def write_number(address: Address, number_format: s.NumberFormat) -> str:
    """A party as the telco writes it."""
    if number_format == "national":
        return address.national
    return address.value if number_format == "plus" else address.digits


def billing_words(words: s.BillingWords) -> Mapping[Billing, Value]:
    """The telco's word for each way of billing."""
    return {
        Billing.CHARGE: words.charge,
        Billing.FREE: words.free,
        Billing.REFUND: words.refund,
    }


class Answers:
    """Writes responses as `[answer]` describes them."""

    def __init__(self, answer: s.Answer, echo: Sequence[str], *, batches: bool, at: str) -> None:
        """Read the settings.

        Args:
            answer: the settings.
            echo: names that `{echo.NAME}` may say.
            batches: one call may carry several MOs, so a response speaks of none.
            at: dotted key of `answer`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        if batches and answer.style is AnswerStyle.INLINE:
            msg = f"{at}.style: a call with several MOs cannot be answered inline; use acknowledge"
            raise SettingsError(msg)
        echoed = () if batches else (*_ECHOED, *(f"echo.{name}" for name in echo))
        known = Vocabulary((*_OWN, *echoed))
        forbidden = answer.forbidden or ("\r\n" if answer.format == "text" else "")
        body = answer.body or _default_body(answer, at)

        def template(source: str, key: str) -> Template:
            return compile_body(answer.format, source or body, known, f"{at}.{key}", forbidden)

        self._inline = answer.style is AnswerStyle.INLINE
        self._answered = template(answer.body, "body")
        self._no_reply = template(answer.no_reply, "no_reply")
        self._late = template(answer.late, "late")
        self._stored = template(answer.stored, "stored")
        self._settings = answer
        self._billing = billing_words(answer.billing)
        self._headers = _headers(answer, f"{at}.headers")
        self._content_type = answer.content_type or CONTENT_TYPES[answer.format]
        sources = (body, answer.no_reply, answer.late, answer.stored)
        self._wants_origin = any(f"{{{name}}}" in source for name in echoed for source in sources)
        told = (*sources, *answer.headers.values())
        self._wants_alphabet = any("{alphabet}" in source for source in told)
        self._refused = _refusal(answer, forbidden, f"{at}.refused.body")

    def reply(self, results: Sequence[WebhookResult], origin: Origin) -> WebhookReply:
        """The response to a call that was taken."""
        first = results[0] if results else None
        message_id = first.id if first else ""
        if not self._inline or first is None:
            return self._write(self._stored, self._settings.status.stored, message_id, origin)
        words = self._settings.status
        match first:
            case Answered():
                return self._write(self._answered, words.answered, message_id, origin, first)
            case Stored():
                return self._write(self._stored, words.stored, message_id, origin)
            case Late():
                return self._write(self._late, words.late, message_id, origin)
            case NoReply():
                return self._write(self._no_reply, words.no_reply, message_id, origin)
            case _:
                assert_never(first)

    def refusal(self, fault: Fault, acknowledgement: WebhookReply | None = None) -> Refused:
        """A refusal in the door's own style.

        Args:
            fault: why.
            acknowledgement: the OK of a door that acknowledges what it kept, where that is not
                the OK of an MO.
        """
        taken = fault.authenticated and not fault.may_hold_good
        if taken and self._settings.acknowledge_refused:
            reply = acknowledgement or self._acknowledged()
        else:
            status = self._status(fault)
            body, content_type = self._refusal_body(fault)
            # RFC 9110 section 15.5.2: a 401 names the scheme it wants.
            headers = {"WWW-Authenticate": _BASIC} if status == HTTPStatus.UNAUTHORIZED else {}
            reply = WebhookReply(status, content_type, body, headers)
        return Refused(fault.reason, fault.detail, fault.authenticated, reply)

    def _status(self, fault: Fault) -> int:
        if fault.reason == "unauthorised":
            return int(HTTPStatus.UNAUTHORIZED if fault.wants_basic else HTTPStatus.FORBIDDEN)
        status = self._settings.refused.status_code
        if fault.reason == "too_large" and status == HTTPStatus.BAD_REQUEST:
            return int(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return status

    def _acknowledged(self) -> WebhookReply:
        words = self._settings.status
        if self._inline:
            return self._write(self._no_reply, words.no_reply, "", _nobody)
        return self._write(self._stored, words.stored, "", _nobody)

    def _refusal_body(self, fault: Fault) -> tuple[bytes, str]:
        if self._refused is None:
            body = {"error": fault.reason} | ({"field": fault.field} if fault.field else {})
            return msgspec.json.encode(body), CONTENT_TYPES["json"]
        values: dict[str, Value] = {
            "status": self._settings.status.refused,
            "error": fault.reason,
            "field": fault.field,
        }
        return self._refused.render(values), self._content_type

    def _write(
        self,
        template: Template,
        status: Value,
        message_id: str,
        origin: Origin,
        answered: Answered | None = None,
    ) -> WebhookReply:
        values: dict[str, Value] = {
            "status": status,
            "reply": answered.text if answered else "",
            "billing": self._billing[answered.billing if answered else Billing.FREE],
            "message_id": message_id,
        }
        if self._wants_alphabet:
            values["alphabet"] = self._alphabet(answered.text if answered else "")
        if self._wants_origin and (mo := origin()) is not None:
            values["sender"] = write_number(mo.sender, self._settings.number_format)
            values["short_code"] = mo.short_code
            values["telco_id"] = mo.telco_id or ""
            values |= {f"echo.{name}": value for name, value in mo.door_data.items()}
        headers = {name: text.fill(values) for name, text in self._headers.items()}
        body = template.render(values)
        return WebhookReply(self._settings.status_code, self._content_type, body, headers)

    def _alphabet(self, text: str) -> Value:
        words = self._settings.alphabet
        return words.gsm7 if alphabet_of(text) is Alphabet.GSM7 else words.ucs2


def _nobody() -> None:
    """The origin of a call that could not be read."""


def _refusal(answer: s.Answer, forbidden: str, at: str) -> Template | None:
    source = answer.refused.body
    return compile_body(answer.format, source, _REFUSAL, at, forbidden) if source else None


def _headers(answer: s.Answer, at: str) -> Mapping[str, Pieces]:
    known = Vocabulary(_OF_HEADERS)
    return {
        name: compile_text(one_line(name, source, at), known, f"{at}.{name}", forbid("\r\n"))
        for name, source in answer.headers.items()
    }


def _default_body(answer: s.Answer, at: str) -> str:
    match answer.format:
        case "json":
            return _DEFAULT_JSON
        case "text":
            return "{reply}" if answer.style is AnswerStyle.INLINE else "OK"
        case "xml":
            msg = f"{at}.body: is missing; an XML answer wants a template"
            raise SettingsError(msg)
