"""How MTs go out."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.http.hashes import Algorithm, Encoding
from sms_gateway.channels.http.settings.result import Result
from sms_gateway.channels.http.settings.words import (
    AlphabetWords,
    BillingWords,
    LengthWords,
    NumberFormat,
    Seconds,
    Word,
)
from sms_gateway.domain.secret import Secret


class Basic(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Our own user and password at the telco; of some the user is the secret."""

    user: Secret
    password: Secret


class RegisteredTemplate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template that the telco has registered, for one of ours.

    Attributes:
        id: the telco's, for `{template_id}`.
        params: names of our reply's placeholders, in the order of the telco's, for `{params}`.
    """

    id: Word
    params: tuple[str, ...] = ()


class OutboundDigest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sum, for `{digest.NAME}`.

    Attributes:
        algorithm: of the sum.
        over: template of what is summed; all placeholders but `{digest.NAME}` and `{params}`.
        encoding: hex in small letters, or Base64.
        key: of an HMAC: the name of one of `secrets`.
    """

    algorithm: Algorithm
    over: str
    encoding: Encoding = "hex"
    key: str = ""


class Token(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A token that is fetched by a POST before anything is sent, for `{token}`.

    Templates know `{secret.NAME}` of `outbound` and `{session}`, 32 letters and digits that are new
    with each token.

    Attributes:
        url: http or https, without user and password.
        format: of the body: form or json.
        form: name to template, for format form.
        body: JSON template, for format json.
        basic: our user and password there.
        field: where the token stands in the answer, as for `result.code`.
        lifetime_field: where its life in seconds stands.
        lifetime_s: its life where the answer does not say; a new one is fetched after nine tenths.
    """

    url: str
    format: Literal["form", "json"] = "form"
    form: dict[str, str] = {}
    body: str = ""
    basic: Basic | None = None
    field: str = "json:access_token"
    lifetime_field: str = "json:expires_in"
    lifetime_s: Seconds = 3_600.0


class Outbound(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.outbound]`: how an MT is handed over.

    Templates know `{to} {from} {text} {text_base64} {id} {billing} {alphabet} {length} {segments}
    {language} {template} {reply_to} {operator} {time}`, `{param.NAME}`, `{echo.NAME}`,
    `{value.NAME}`, `{secret.NAME}`, `{digest.NAME}`, with `templates` `{template_id}` and
    `{params}`, with `token` `{token}` and `{session}`.

    Attributes:
        url: http or https, without user and password.
        method: POST or GET.
        format: of the body: none, text, json, xml or form.
        body: template of a text, json or xml body.
        form: name to template, for format form.
        query: name to template.
        headers: name to template.
        values: name to value, for `{value.NAME}`: a registered name, an account. A number, or true
            and false, fills a JSON value that is this placeholder alone as such; it is text
            elsewhere, and so is all that comes from the environment.
        secrets: name to secret, for `{secret.NAME}`.
        basic, bearer: Authorization; one of them, or none.
        content_type: empty for the usual one of the format.
        number_format: how `{to}` is written.
        billing, alphabet, length: the telco's words.
        refund_words: name of a reply to the telco's word where that one is refunded, for telcos
            that tell a wrong syntax from a wrong number; others take that of `billing`.
        push_word: the telco's word where the text answers none; unset for that of `billing`.
        time_format: of `{time}`, the moment of the attempt: iso, unix, unix_ms, or a pattern such
            as `%Y%m%d%H%M%S`.
        time_zone: IANA name, for a time in its pattern; empty for the service's own.
        connect_s, total_s: time limits, in seconds.
        keep_alive_s: how long an idle connection is kept; less than the telco keeps it, for a send
            on one that it has just closed ends uncertain.
        slots: requests at one moment.
        per_second: pace of all nodes together, so that of many nodes one sends; none if unset.
        per_day, per_number_per_day: parts of messages that the telco takes within a day, of all and
            to one number; what is over waits for the next one; no limit if unset.
        one_node: the telco allows one of us to send: of many nodes one does, and another one takes
            over when that one ends.
        max_segments: longest message; an accented reply that is longer goes unaccented, and X1
            goes in place of one that is longer even so.
        refused_characters: never sent; they become spaces.
        allowed_characters: all that this telco takes, as the inside of a class of a regular
            expression, such as `A-Za-z0-9 .,:/-`; all others become spaces. Empty for no limit.
        one_mt_per_mo: the telco takes one reply to a text and no second one.
        templates: name of our reply to the telco's template, where it only sends what is
            registered; a reply that is not here is rejected.
        param_item: JSON template with `{n}` (as text, from 1), `{name}` and `{value}`: an entry of
            the list that `"{params}"`, alone, stands for in a JSON body.
        digests: name to a sum.
        token: what is fetched first; unset where the telco wants none.
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
    values: dict[str, Word | bool] = {}
    secrets: dict[str, Secret] = {}
    basic: Basic | None = None
    bearer: Secret | None = None
    content_type: str = ""
    number_format: NumberFormat = "digits"
    billing: BillingWords = BillingWords()
    refund_words: dict[str, Word] = {}
    push_word: Word | None = None
    alphabet: AlphabetWords = AlphabetWords()
    length: LengthWords = LengthWords()
    time_format: str = "iso"
    time_zone: str = ""
    connect_s: Seconds = 3.0
    total_s: Seconds = 10.0
    keep_alive_s: Seconds = 4.0
    slots: Annotated[int, Meta(ge=1, le=1000)] = 10
    per_second: Annotated[float, Meta(gt=0)] | None = None
    per_day: Annotated[int, Meta(ge=1)] | None = None
    per_number_per_day: Annotated[int, Meta(ge=1)] | None = None
    one_node: bool = False
    max_segments: Annotated[int, Meta(ge=1, le=20)] = 2
    refused_characters: str = ""
    allowed_characters: str = ""
    one_mt_per_mo: bool = False
    templates: dict[str, RegisteredTemplate] = {}
    param_item: str = ""
    digests: dict[str, OutboundDigest] = {}
    token: Token | None = None
    dedupes_by_our_id: bool = False
    result: Result = Result()
