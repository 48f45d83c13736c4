"""The request that hands over an MT, as `[outbound]` describes it."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

from yarl import URL

from sms_gateway.channels.door import read_zone
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.answers import billing_words, write_number
from sms_gateway.channels.http.digests import Digests
from sms_gateway.channels.http.request_parts import fixed_headers
from sms_gateway.channels.http.templates import Templates
from sms_gateway.channels.http.token import Token
from sms_gateway.described.addresses import one_line, read_url
from sms_gateway.described.body import (
    LIST,
    Template,
    Value,
    Vocabulary,
    compile_body,
    compile_text,
    forbid,
    read_pairs,
)
from sms_gateway.described.times import time_writer
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Billing, Rejected
from sms_gateway.domain.record import Private, Record
from sms_gateway.settings import SettingsError

_NAMES = (
    "to", "from", "text", "text_base64", "id", "billing", "alphabet", "length", "segments",
    "language", "template", "reply_to", "operator", "time",
)  # fmt: skip
# RFC 9110 section 5.5: a header value holds no control characters; they would end it.
_CONTROL = "".join(map(chr, (*range(32), 127)))


class Outgoing(Record, frozen=True):
    """A request, ready to be written.

    Attributes:
        method: GET or POST.
        url: with its query.
        headers: all that are ours to say.
        body: None where it has none.
        unsaid: sums and the token, which no reason may repeat.
    """

    method: str
    url: Private[URL]
    headers: Private[Mapping[str, str]]
    body: Private[bytes | None]
    unsaid: Private[tuple[str, ...]] = ()


class RequestWriter:
    """Writes requests from templates that were read at the start."""

    def __init__(self, outbound: s.Outbound, echo: tuple[str, ...], zone: tzinfo, at: str) -> None:
        """Read the settings.

        Args:
            outbound: the settings.
            echo: names that `{echo.NAME}` may say.
            zone: of `{time}`, unless the settings name another.
            at: dotted key of `outbound`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        self._constant = _constants(outbound)
        self._spoken = forbid(outbound.refused_characters)
        self._unwanted = _unwanted(outbound.allowed_characters, f"{at}.allowed_characters")
        self._templates = Templates(outbound.templates, outbound.param_item, self._speakable, at)
        names = (*_names(outbound, echo), *self._templates.names)
        plain = Vocabulary(names, ("param.",))
        self._digests = Digests(outbound.digests, outbound.secrets, plain, at)
        known = Vocabulary((*names, *self._digests.names), ("param.",))
        lists = self._templates.lists_params and outbound.format == "json"
        in_body = Vocabulary((*known.names, LIST), ("param.",)) if lists else known
        self._settings = outbound
        self._time = _time(outbound, zone, at)
        self._billing = billing_words(outbound.billing)
        self._alphabet = {"gsm7": outbound.alphabet.gsm7, "ucs2": outbound.alphabet.ucs2}
        self._length = outbound.length
        self._url = read_url(outbound.url, f"{at}.url")
        self._query = read_pairs(outbound.query, known, f"{at}.query")
        self._body = _body(outbound, in_body, at)
        self._fixed = fixed_headers(outbound, at)
        self._headers = {
            name: compile_text(one_line(name, source, at), known, at, forbid(_CONTROL))
            for name, source in outbound.headers.items()
        }

    @property
    def echoes(self) -> bool:
        """Whether a request says what the telco told with the text that it answers."""
        return any("{echo." in source for source in _sources(self._settings))

    @property
    def secrets(self) -> Sequence[str]:
        """What `{secret.NAME}` says."""
        return [secret.value for secret in self._settings.secrets.values()]

    def write(self, message: MobileTerminated, token: Token, now: datetime) -> Outgoing | Rejected:
        """The request for one MT; a rejection where this telco cannot have it."""
        of_template = self._templates.values(message) if self._templates else {}
        if isinstance(of_template, Rejected):
            return of_template
        values = self._values(message)
        values |= of_template
        if self._time is not None:
            values["time"] = self._time(now)
        if token.value:
            values |= {"token": token.value, "session": token.session}
        sums = self._digests.values(values) if self._digests else {}
        values |= sums
        url = self._url
        if self._query.fields:
            joint = "&" if url.raw_query_string else "?"
            url = URL(f"{url}{joint}{self._query.render(values).decode()}", encoded=True)
        headers = self._fixed | {name: text.fill(values) for name, text in self._headers.items()}
        body = self._body.render(values) if self._body else None
        unsaid = (*map(str, sums.values()), token.value) if sums or token.value else ()
        return Outgoing(self._settings.method, url, headers, body, unsaid)

    def _speakable(self, text: str) -> str:
        """A text without what this telco must not get."""
        text = text.translate(self._spoken) if self._spoken else text
        return self._unwanted.sub(" ", text) if self._unwanted else text

    def _billing_word(self, message: MobileTerminated) -> Value:
        # A telco that sends no id with a text is answered without one, and that is no push.
        answers = message.reply_to is not None or message.mo_received_at is not None
        if self._settings.push_word is not None and not answers:
            return self._settings.push_word
        usual = self._billing[message.billing]
        if message.billing is Billing.REFUND:
            return self._settings.refund_words.get(message.template, usual)
        return usual

    def _values(self, message: MobileTerminated) -> dict[str, Value]:
        clean = self._speakable if self._spoken or self._unwanted else str
        text = clean(message.text)
        packed = base64.b64encode(text.encode("utf-8", "replace")).decode()
        return {
            **{f"param.{name}": clean(value) for name, value in message.params.items()},
            **{f"echo.{name}": value for name, value in message.door_data.items()},
            "to": write_number(message.recipient, self._settings.number_format),
            "from": message.short_code,
            "text": text,
            "text_base64": packed,
            "id": message.id,
            "billing": self._billing_word(message),
            "alphabet": self._alphabet.get(message.alphabet, message.alphabet),
            "length": self._length.long if message.segments > 1 else self._length.short,
            "segments": message.segments,
            "language": message.language.value,
            "template": message.template,
            "reply_to": message.reply_to or "",
            "operator": message.operator,
            **self._constant,
        }


def _time(outbound: s.Outbound, zone: tzinfo, at: str) -> Callable[[datetime], str] | None:
    """What writes `{time}`; None where no template wants it."""
    zone = read_zone(outbound.time_zone, zone, at)
    write = time_writer(outbound.time_format, zone, f"{at}.time_format")
    return write if any("{time}" in source for source in _sources(outbound)) else None


def _sources(outbound: s.Outbound) -> Sequence[str]:
    """All templates of a request, as they are written in the settings."""
    fields = (outbound.form, outbound.query, outbound.headers)
    summed = [one.over for one in outbound.digests.values()]
    return [outbound.body, *(source for named in fields for source in named.values()), *summed]


def _names(outbound: s.Outbound, echo: tuple[str, ...]) -> tuple[str, ...]:
    """The placeholders that every template of a request may have."""
    return (
        *_NAMES,
        *(("token", "session") if outbound.token else ()),
        *(f"echo.{name}" for name in echo),
        *_constants(outbound),
    )


def _unwanted(allowed: str, at: str) -> re.Pattern[str] | None:
    """What finds all but the allowed characters."""
    try:
        return re.compile(f"[^{allowed}]") if allowed else None
    except re.error as error:
        msg = f"{at}: is no inside of a class such as A-Za-z0-9 .,: ({error})"
        raise SettingsError(msg) from None


def _constants(outbound: s.Outbound) -> Mapping[str, Value]:
    return {
        **{f"value.{name}": value for name, value in outbound.values.items()},
        **{f"secret.{name}": secret.value for name, secret in outbound.secrets.items()},
    }


def _body(outbound: s.Outbound, known: Vocabulary, at: str) -> Template | None:
    given = {"body": bool(outbound.body), "form": bool(outbound.form)}
    wanted = {"none": (), "form": ("form",)}.get(outbound.format, ("body",))
    for name, there in given.items():
        if there != (name in wanted):
            problem = "is missing" if name in wanted else "does not go with"
            msg = (
                f"{at}.{name}: {problem} {'for' if name in wanted else ''} format {outbound.format}"
            )
            raise SettingsError(" ".join(msg.split()))
    if outbound.format == "none":
        return None
    if outbound.format == "form":
        return read_pairs(outbound.form, known, f"{at}.form")
    return compile_body(outbound.format, outbound.body, known, f"{at}.body")
