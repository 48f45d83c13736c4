"""What a telco's answer to an MT means."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.response import Response, finder
from sms_gateway.channels.http.values import MAX_ID
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.settings import SettingsError

MAX_REASON = 80
"""Longest reason of a rejection, in characters."""

MAX_RETRY_AFTER = timedelta(hours=1)
"""Longest wait that a telco is granted; it is asked again after that."""

MAX_PARTS = 20

_LONG_NUMBER = re.compile(r"[0-9](?:[\s.()-]?[0-9]){7,}")

_PASSED_ON: Mapping[int, str] = {
    HTTPStatus.BAD_GATEWAY: "bad_gateway",
    HTTPStatus.GATEWAY_TIMEOUT: "gateway_timeout",
}


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
        self._telco_id = finder(result.telco_id, f"{at}.telco_id") if result.telco_id else None
        self._otherwise = result.otherwise
        self._meanings: dict[str, str] = {}
        for meaning in ("accepted", "duplicate", "throttled", "temporary", "rejected"):
            for word in getattr(result, meaning):
                if self._meanings.setdefault(str(word), meaning) != meaning:
                    msg = f"{at}: {word!r} stands in two lists; one word has one meaning"
                    raise SettingsError(msg)
        if bool(self._meanings) != bool(result.code):
            msg = f"{at}: code and the lists of words go together; set both or neither"
            raise SettingsError(msg)

    def judge(self, response: Response, now: datetime, hidden: Sequence[str] = ()) -> SendOutcome:
        """What became of the MT.

        Args:
            response: what came back.
            now: for a Retry-After that names a moment.
            hidden: the text and number sent, which no reason may repeat.
        """
        found = self._code(response) if self._code else ()
        # Of several words that differ nobody knows which one is meant; a list of ids is no word.
        code = found[0].strip() if found and len(set(found)) == 1 else ""
        reason = clean_reason(code, hidden) or f"http {response.status}"
        meaning = self._meanings.get(code) if self._code else None
        taken = HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
        if meaning == "accepted" and not taken:
            meaning = None
        if meaning is None and taken and self._code is not None:
            if not code:
                return Uncertain("unreadable_answer")
            meaning = self._otherwise
        if meaning is None:
            return self._by_status(response, now, reason)
        return self._by_word(meaning, response, now, reason)

    def _by_word(self, meaning: str, response: Response, now: datetime, reason: str) -> SendOutcome:
        match meaning:
            case "accepted" | "duplicate":
                return Accepted(self._ids(response))
            case "throttled":
                return Deferred("throttled", _retry_after(response.headers, now))
            case "uncertain":
                return Uncertain("unknown_answer")
            case _:
                return Rejected(reason, permanent=meaning == "rejected")

    def _by_status(self, response: Response, now: datetime, reason: str) -> SendOutcome:
        status = response.status
        wait = _retry_after(response.headers, now)
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return Accepted(self._ids(response))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return Deferred("throttled", wait)
        if status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
            return Deferred("throttled", wait)
        if status in _PASSED_ON:
            # A proxy passed the message on and heard nothing, or half: the telco may have sent it.
            return Uncertain(_PASSED_ON[status])
        temporary = (
            status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )
        return Rejected(reason, permanent=not temporary)

    def _ids(self, response: Response) -> tuple[TelcoId, ...]:
        if self._telco_id is None:
            return ()
        found = (text.strip() for text in self._telco_id(response)[:MAX_PARTS])
        return tuple(
            TelcoId(text) for text in found if text and len(text) <= MAX_ID and text.isprintable()
        )


_WINDOW = 12


def clean_reason(raw: str, hidden: Sequence[str] = ()) -> str:
    """A telco's code as it may be kept: no text, no number, at most `MAX_REASON` characters."""
    for secret in hidden:
        if secret:
            raw = raw.replace(secret, "***")
        # A part of it gives it away as well.
        if any(secret[i : i + _WINDOW] in raw for i in range(len(secret) - _WINDOW + 1)):
            return "***"
    text = "".join(c if c.isprintable() else " " for c in raw)
    return _LONG_NUMBER.sub("***", text).strip()[:MAX_REASON].strip()


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
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
