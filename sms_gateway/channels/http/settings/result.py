"""What the telco says to an MT."""

from typing import Literal

import msgspec
from msgspec import Struct

from sms_gateway.channels.http.settings.words import Word

Meaning = Literal[
    "accepted", "duplicate", "throttled", "temporary", "rejected", "uncertain", "door", "token"
]


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of `[[doors.<name>.outbound.result.rules]]`.

    Attributes:
        field: where the word stands, as for `code`.
        is_: the word, or a list of words, that must stand there; set this or `matches`.
        matches: a regular expression that is found there (in the first 512 characters).
        also: further places, and the word that must stand at each of them too.
        means: accepted (only with status 2xx); duplicate, it was accepted before; throttled;
            temporary; rejected; uncertain; door, the telco refuses us and not this text (password,
            address, sender name): nothing is lost, and the door rests; token, ours has expired and
            nothing was taken: it is fetched anew, and the MT is sent once more.
    """

    field: str
    is_: tuple[Word, ...] | Word = msgspec.field(default=(), name="is")
    matches: str = ""
    also: dict[str, Word] = {}
    means: Meaning


class Result(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.outbound.result]`: what the telco's answer to an MT means.

    The first of `rules` that holds decides; else the word found at `code` where a list names it
    (accepted only with status 2xx); else the status: 2xx accepted, or `otherwise` where `code` is
    set or a rule says what is accepted; uncertain without 2xx where the word, or a rule, says
    accepted; 429 and 503 throttled; 408 rejected for now; other 5xx uncertain, whatever word in no
    list stands there; 3xx, 401 to 405, 407 and 410 the door refused, where no word stands at
    `code`; other 4xx rejected for good.

    Attributes:
        code: where the word stands: `json:PATH`, `xml:PATH`, `header:NAME`, `status` of HTTP,
            `text` for the whole body, or `regex:PATTERN` whose first group it is (looked for in the
            first 4,096 characters); of several words there that differ none counts. A `*` in a
            JSON path means each entry of a list, one for each part of a long text: it is accepted
            where all are, uncertain where only some are.
        rules: looked at in their order.
        accepted, duplicate, throttled, temporary, rejected: words; a duplicate counts as accepted.
        otherwise: what a 2xx with a word in no list means; without any word it is uncertain.
        telco_id: where the telco's id stands; a list gives one id per part. `id` where the telco
            names our own `{id}` in its delivery reports.
    """

    code: str = ""
    rules: tuple[Rule, ...] = ()
    accepted: tuple[Word, ...] = ()
    duplicate: tuple[Word, ...] = ()
    throttled: tuple[Word, ...] = ()
    temporary: tuple[Word, ...] = ()
    rejected: tuple[Word, ...] = ()
    otherwise: Literal["rejected", "temporary", "uncertain"] = "rejected"
    telco_id: str = ""
