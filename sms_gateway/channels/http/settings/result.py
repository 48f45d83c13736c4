"""What the telco says to an MT."""

from typing import Literal

from msgspec import Struct

from sms_gateway.channels.http.settings.words import Word


class Result(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.outbound.result]`: what the telco's answer to an MT means.

    The word found at `code` decides where a list names it (accepted only with status 2xx); else
    the status: 2xx accepted, or `otherwise` where `code` is set; 429, and 503 with Retry-After,
    throttled; 408 and 5xx rejected for now; 502 and 504 uncertain; 3xx and other 4xx rejected for
    good.

    Attributes:
        code: where the word stands: `json:PATH`, `xml:PATH`, `header:NAME`, `text` for the whole
            body, or `regex:PATTERN` whose first group it is (looked for in the first 4,096
            characters).
        accepted, duplicate, throttled, temporary, rejected: words; a duplicate counts as accepted.
        otherwise: what a 2xx with a word in no list means; without any word it is uncertain.
        telco_id: where the telco's id stands; a list gives one id per part.
    """

    code: str = ""
    accepted: tuple[Word, ...] = ()
    duplicate: tuple[Word, ...] = ()
    throttled: tuple[Word, ...] = ()
    temporary: tuple[Word, ...] = ()
    rejected: tuple[Word, ...] = ()
    otherwise: Literal["rejected", "temporary", "uncertain"] = "rejected"
    telco_id: str = ""
