"""How MTs go out."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.http.settings.result import Result
from sms_gateway.channels.http.settings.words import BillingWords, NumberFormat, Seconds, Word
from sms_gateway.domain.secret import Secret


class Basic(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Our own user and password at the telco."""

    user: str
    password: Secret


class AlphabetWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the telco calls a text within GSM 03.38, and one beyond it."""

    gsm7: Word = "gsm7"
    ucs2: Word = "ucs2"


class Outbound(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.outbound]`: how an MT is handed over.

    Templates know `{to} {from} {text} {text_base64} {id} {billing} {alphabet} {segments}
    {language} {template} {reply_to} {operator}`, `{param.NAME}`, `{echo.NAME}`, `{secret.NAME}`.

    Attributes:
        url: http or https, without user and password.
        method: POST or GET.
        format: of the body: none, text, json, xml or form.
        body: template of a text, json or xml body.
        form: name to template, for format form.
        query: name to template.
        headers: name to template.
        secrets: name to secret, for `{secret.NAME}`.
        basic, bearer: Authorization; one of them, or none.
        content_type: empty for the usual one of the format.
        number_format: how `{to}` is written.
        billing, alphabet: the telco's words.
        connect_s, total_s: time limits, in seconds.
        keep_alive_s: how long an idle connection is kept; less than the telco keeps it, for a send
            on one that it has just closed ends uncertain.
        slots: requests at one moment.
        per_second: pace of all nodes together, so that of many nodes one sends; none if unset.
        one_node: the telco allows one of us to send: of many nodes one does, and another one takes
            over when that one ends.
        max_segments: longest message.
        refused_characters: never sent; they become spaces.
        dedupes_by_our_id: the telco takes a repeated `{id}` as the same message.
        result: what the answer means.
    """

    url: str
    method: Literal["GET", "POST"] = "POST"
    format: Literal["none", "text", "json", "xml", "form"] = "json"
    body: str = ""
    form: dict[str, str] = {}
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    basic: Basic | None = None
    bearer: Secret | None = None
    content_type: str = ""
    number_format: NumberFormat = "digits"
    billing: BillingWords = BillingWords()
    alphabet: AlphabetWords = AlphabetWords()
    connect_s: Seconds = 3.0
    total_s: Seconds = 10.0
    keep_alive_s: Seconds = 4.0
    slots: Annotated[int, Meta(ge=1, le=1000)] = 10
    per_second: Annotated[float, Meta(gt=0)] | None = None
    one_node: bool = False
    max_segments: Annotated[int, Meta(ge=1, le=20)] = 2
    refused_characters: str = ""
    dedupes_by_our_id: bool = False
    result: Result = Result()
