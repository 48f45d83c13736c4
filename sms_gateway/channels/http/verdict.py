"""What a telco's answer to an MT means."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import assert_never

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.parts import MAX_PARTS, Parts, together
from sms_gateway.channels.http.response import Response, finder
from sms_gateway.channels.http.rules import Rules, one_word
from sms_gateway.channels.http.values import MAX_ID
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.domain.record import Record
from sms_gateway.domain.secret import SHORTEST_SOUGHT
from sms_gateway.settings import SettingsError

MAX_REASON = 80
"""Longest reason of a rejection, in characters."""

MAX_RETRY_AFTER = timedelta(hours=1)
"""Longest wait that a telco is granted; it is asked again after that."""

_LONG_NUMBER = re.compile(r"[0-9](?:[\s.()-]?[0-9]){7,}")

_PASSED_ON: Mapping[int, str] = {
    HTTPStatus.BAD_GATEWAY: "bad_gateway",
    HTTPStatus.GATEWAY_TIMEOUT: "gateway_timeout",
}


_REFUSES_US = frozenset({
    HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.GONE,
})  # fmt: skip
"""The next message would meet them too: a password, an account, an address of ours is wrong."""

_LISTS: Sequence[s.Meaning] = ("accepted", "duplicate", "throttled", "temporary", "rejected")


class StaleToken(Record, frozen=True):
    """The telco took nothing, for our token has expired."""


class DoorRefused(Record, frozen=True):
    """The telco took nothing, for it refuses us and not this text.

    Attributes:
        word: the telco's, cleaned as a reason is; `http 404` where it said none.
        retry_after: the telco's wish, where it told one.
        bare: the telco said no word, so `word` may stand in a reason.
    """

    word: str
    retry_after: timedelta | None = None
    bare: bool = False

    @property
    def deferred(self) -> Deferred:
        """What becomes of the MT."""
        reason = f"door_refused {self.word}" if self.bare else "door_refused"
        return Deferred(reason, self.retry_after)


Judged = SendOutcome | StaleToken | DoorRefused


class Verdict:
    """Reads answers as `[outbound.result]` describes them."""

    def __init__(self, result: s.Result, at: str) -> None:
        """Read the settings.

        Args:
            result: the settings.
            at: dotted key of `result`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        self._code = finder(result.code, f"{at}.code") if result.code else None
        # The whole of an error page, and a bare status, is no word of the telco's.
        self._code_is_whole = result.code in ("text", "status")
        self._by_our_id = result.telco_id == "id"
        named = result.telco_id and not self._by_our_id
        self._telco_id = finder(result.telco_id, f"{at}.telco_id") if named else None
        self._otherwise = result.otherwise
        self._rules = Rules(result.rules, f"{at}.rules")
        self._parts = Parts((result.code, result.telco_id, *self._rules.places), at)
        self._meanings: dict[str, s.Meaning] = {}
        for meaning in _LISTS:
            for word in getattr(result, meaning):
                if self._meanings.setdefault(str(word), meaning) != meaning:
                    msg = f"{at}: {word!r} stands in two lists; one word has one meaning"
                    raise SettingsError(msg)
        if bool(self._meanings) != bool(result.code):
            msg = f"{at}: code and the lists of words go together; set both or neither"
            raise SettingsError(msg)

    def judge(
        self, response: Response, now: datetime, hidden: Sequence[str] = (), our_id: str = ""
    ) -> Judged:
        """What became of the MT.

        Args:
            response: what came back.
            now: for a Retry-After that names a moment.
            hidden: the text and number sent, which no reason may repeat.
            our_id: of the MT, for a telco that reports by it.
        """
        parts = self._parts.each(response)
        if parts is None:
            return Uncertain("unreadable_answer")
        judged = together([self._judge(one, now, hidden) for one in parts])
        if self._by_our_id and isinstance(judged, Accepted):
            return Accepted((TelcoId(our_id),))
        return judged

    def _judge(self, response: Response, now: datetime, hidden: Sequence[str]) -> Judged:
        taken = HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
        rule = self._rules.find(response, taken=taken)
        if rule is not None:
            return self._by_word(rule.means, response, now, clean_reason(rule.word, hidden))
        code = (one_word(self._code(response)) if self._code else None) or ""
        meaning = self._meanings.get(code) if self._code else None
        if meaning is not None and (taken or meaning != "accepted"):
            return self._by_word(meaning, response, now, clean_reason(code, hidden))
        if taken:
            return self._by_no_list(response, now, code, hidden)
        if meaning == "accepted" or self._rules.accepts(response):
            return _contradicted(response.status)
        word = "" if self._code_is_whole else clean_reason(code, hidden)
        return self._by_status(response, now, word)

    def _by_no_list(
        self, response: Response, now: datetime, code: str, hidden: Sequence[str]
    ) -> Judged:
        """A 2xx of which neither a rule nor a list says what it means."""
        if not self._code and not self._rules.says_accepted:
            return Accepted(self._ids(response))
        word = code or next(iter(self._rules.words(response)), "")
        # Where the word should stand is nothing: the telco may have meant anything.
        if not word or (self._code and not code):
            return Uncertain("unreadable_answer")
        return self._by_word(self._otherwise, response, now, clean_reason(word, hidden))

    def _by_word(
        self, meaning: s.Meaning, response: Response, now: datetime, reason: str
    ) -> Judged:
        match meaning:
            case "accepted" | "duplicate":
                return Accepted(self._ids(response))
            case "throttled":
                return Deferred("throttled", retry_after(response.headers, now))
            case "uncertain":
                return Uncertain("unknown_answer")
            case "door":
                return DoorRefused(reason, retry_after(response.headers, now))
            case "token":
                return StaleToken()
            case "temporary" | "rejected":
                word = reason or f"http {response.status}"
                return Rejected(word, permanent=meaning == "rejected")
            case _:
                assert_never(meaning)

    def _by_status(self, response: Response, now: datetime, word: str) -> Judged:
        status = response.status
        wait = retry_after(response.headers, now)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return Deferred("throttled", wait)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return Deferred("unavailable" if wait is None else "throttled", wait)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _broken(status)
        if not word and _refuses_us(status):
            return DoorRefused(f"http {status}", wait, bare=True)
        permanent = status != HTTPStatus.REQUEST_TIMEOUT
        return Rejected(word or f"http {status}", permanent=permanent)

    def _ids(self, response: Response) -> tuple[TelcoId, ...]:
        if self._telco_id is None:
            return ()
        found = (text.strip() for text in self._telco_id(response)[:MAX_PARTS])
        return tuple(
            TelcoId(text) for text in found if text and len(text) <= MAX_ID and text.isprintable()
        )


def _broken(status: int) -> Uncertain:
    # It may have broken after the message was taken: the same as no answer at all. Of a proxy that
    # passed the message on and heard nothing, or half, that is so as well.
    return Uncertain(_PASSED_ON.get(status, f"server_error {status}"))


def _contradicted(status: int) -> Uncertain:
    """Its word says that it was accepted, and its status that it was not."""
    faulty = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _broken(status) if faulty else Uncertain("unknown_answer")


def _refuses_us(status: int) -> bool:
    # A redirect is never followed: the address in the settings is an old one.
    redirect = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return redirect or status in _REFUSES_US


_WINDOW = 12


def clean_reason(raw: str, hidden: Sequence[str] = ()) -> str:
    """A telco's code as it may be kept: no text, no number, at most `MAX_REASON` characters."""
    for secret in hidden:
        if len(secret) >= SHORTEST_SOUGHT:
            raw = raw.replace(secret, "***")
        # A part of it gives it away as well.
        if any(secret[i : i + _WINDOW] in raw for i in range(len(secret) - _WINDOW + 1)):
            return "***"
    text = "".join(c if c.isprintable() else " " for c in raw)
    return _LONG_NUMBER.sub("***", text).strip()[:MAX_REASON].strip()


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """RFC 9110 section 10.2.3: seconds or a moment; at most `MAX_RETRY_AFTER`."""
    raw = headers.get("retry-after", "").strip()
    if raw.isascii() and raw.isdecimal():
        return min(timedelta(seconds=int(raw[:6])), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(raw)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return min(max(moment - now, timedelta()), MAX_RETRY_AFTER)
    except OverflowError:
        # A zone so far off that the moment lies outside the calendar.
        return None
