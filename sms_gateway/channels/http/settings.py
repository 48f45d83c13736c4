"""All that a door of kind `http` can be told, as `[doors.<name>]` holds it.

A *field reference* names one value of a request: `query:NAME`, `form:NAME`, `json:a.b.0` (keys and
list positions, split at dots), `header:NAME`, or `const:VALUE`. A *template* is text with
placeholders in braces, `{reply}`; `{{` and `}}` stand for the braces themselves, but a JSON
document keeps its own.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.door import ProbeText
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import AnswerStyle

Word = str | int
"""A telco's word; a number fills a JSON value that is this placeholder alone as a number."""

Seconds = Annotated[float, Meta(gt=0, le=86_400 * 31)]
Status = Annotated[int, Meta(ge=100, le=599)]


class MoFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an MO's parts stand: field references, empty where the telco does not send one.

    Attributes:
        sender: who texted, in any spelling of a number.
        text: what they texted.
        short_code: the number they texted: `8083`, `848083`, `+848083`; often `const:8083`.
        message_id: the telco's id, the key of its retries.
        operator: the network, kept as it is written.
        time: when the telco got it, written as `time_format` says; unreadable counts as absent.
        part_reference, part_total, part_number: of a part of a long text; all three or none.
    """

    sender: str
    text: str
    short_code: str
    message_id: str = ""
    operator: str = ""
    time: str = ""
    part_reference: str = ""
    part_total: str = ""
    part_number: str = ""


class Inbound(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.inbound]`: how the telco hands over MOs.

    Attributes:
        path: the address it calls; empty for `/mo/<name>`. `{secret}` is one of the path secrets.
        methods: GET, POST or both.
        fields: where the parts of an MO stand.
        echo: name to field reference, for `{echo.NAME}` in templates.
        items: `json:PATH` of a list where one call carries several MOs (at most 100); the `json:`
            references are then relative to each item. One that cannot be read is kept for staff,
            and the others are taken. Only with answer style acknowledge.
        text_encoding: plain, or base64 with padding, canonical, of text in `charset`.
        charset: of query, form and Base64 text; JSON is always UTF-8.
        time_format: iso, unix, unix_ms, or a pattern such as `%Y%m%d%H%M%S`.
        time_zone: IANA name, of times written without a zone; empty for the service's own.
    """

    fields: MoFields
    path: str = ""
    methods: tuple[Literal["GET", "POST"], ...] = ("POST",)
    echo: dict[str, str] = {}
    items: str = ""
    text_encoding: Literal["plain", "base64"] = "plain"
    charset: Literal["utf-8", "latin-1", "windows-1252", "windows-1258"] = "utf-8"
    time_format: str = "iso"
    time_zone: str = ""


class BasicUser(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One user of HTTP Basic; several passwords are valid at once while one is being changed."""

    user: str
    passwords: tuple[Secret, ...]


class FieldSecret(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field that must hold one of these secrets.

    Attributes:
        field: field reference, for example `query:password` or `header:X-Token`.
        secrets: all that are valid now.
    """

    field: str
    secrets: tuple[Secret, ...]


class Access(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.access]`: who may call. All that is set must hold; something must be set.

    Attributes:
        cidrs: networks the call may come from, after trusted proxies; `0.0.0.0/0` and `::/0`
            together let everybody in.
        path_secrets: what `{secret}` in the path may be; 16 letters and digits or more.
        basic: a name of your choice to a user and its passwords; any one of them.
        fields: a name of your choice to a field and what it may hold; all of them.
    """

    cidrs: tuple[str, ...] = ()
    path_secrets: tuple[Secret, ...] = ()
    basic: dict[str, BasicUser] = {}
    fields: dict[str, FieldSecret] = {}


class BillingWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the telco calls the three ways of billing, for example 71, 72 and 72."""

    charge: Word = "charge"
    free: Word = "free"
    refund: Word = "refund"


class StatusWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `{status}` says."""

    answered: Word = "answered"
    stored: Word = "stored"
    late: Word = "late"
    no_reply: Word = "no_reply"
    refused: Word = "refused"


class RefusedAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a refusal looks.

    Attributes:
        body: template in the answer's format with `{status}`, `{error}` (unauthorised, unreadable
            or too_large) and `{field}`; empty for `{"error": ..., "field": ...}` as JSON.
        status_code: 400 to 499 of what cannot be read; a stranger always gets 401 or 403.
    """

    body: str = ""
    status_code: Annotated[int, Meta(ge=400, le=499)] = 400


NumberFormat = Literal["digits", "national", "plus"]
"""How phone numbers are written: 84900000001, 0900000001 or +84900000001."""


class Answer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.answer]`: what the telco hears.

    Templates know `{status} {reply} {billing} {message_id} {sender} {short_code} {telco_id}` and
    `{echo.NAME}`. Values are escaped as the format wants; a JSON template is a JSON document, an
    XML template an XML document, and both are read once at the start.

    Attributes:
        style: inline, the reply goes back in the response; or acknowledge, it is sent later.
        format: text, json or xml.
        body: template; empty for a JSON document of status, reply, billing and message_id, or as
            text for `{reply}` inline and `OK` in acknowledge.
        no_reply, late, stored: templates for where there is no reply; empty for `body`.
        status_code: of every answer that is not a refusal.
        content_type: empty for the usual one of the format.
        charset: of the response.
        status, billing: the telco's words.
        number_format: how `{sender}` is written.
        forbidden: characters that become spaces in every value; empty for newlines in text
            answers and none in the others.
        acknowledge_refused: what was kept although it was unreadable is answered with OK (`stored`
            in acknowledge, `no_reply` inline), for telcos that retry ten times. With `items` only
            where each text was looked at: not for a call that is cut off, too large or too long.
        refused: how a refusal looks.
    """

    style: AnswerStyle = AnswerStyle.INLINE
    format: Literal["text", "json", "xml"] = "json"
    body: str = ""
    no_reply: str = ""
    late: str = ""
    stored: str = ""
    status_code: Annotated[int, Meta(ge=200, le=299)] = 200
    content_type: str = ""
    status: StatusWords = StatusWords()
    billing: BillingWords = BillingWords()
    number_format: NumberFormat = "digits"
    forbidden: str = ""
    acknowledge_refused: bool = False
    refused: RefusedAnswer = RefusedAnswer()


class Basic(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Our own user and password at the telco."""

    user: str
    password: Secret


class AlphabetWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the telco calls a text within GSM 03.38, and one beyond it."""

    gsm7: Word = "gsm7"
    ucs2: Word = "ucs2"


class Result(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.outbound.result]`: what the telco's answer to an MT means.

    The word found at `code` decides where a list names it (accepted only with status 2xx); else
    the status: 2xx accepted, or `otherwise` where `code` is set; 429, and 503 with Retry-After,
    throttled; 408 and 5xx rejected for now; 502 and 504 uncertain; 3xx and other 4xx rejected for
    good.

    Attributes:
        code: where the word stands: `json:PATH`, `header:NAME`, `text` for the whole body, or
            `regex:PATTERN` whose first group it is (looked for in the first 4,096 characters).
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


class ReportFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a DLR's parts stand: field references.

    Attributes:
        telco_id: the telco's id of the MT.
        status: its word for what became of it.
        error: its error code.
        time: when.
    """

    telco_id: str
    status: str
    error: str = ""
    time: str = ""


class Reports(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.reports]`: how the telco tells what became of an MT.

    Attributes:
        path: empty for `/dlr/<name>`; where it is the path of MOs, `when` tells them apart.
        methods: GET, POST or both.
        fields: where the parts of a DLR stand.
        words: the telco's word (upper and lower case alike) to enroute, delivered, expired,
            undeliverable, rejected or unknown; a word that is not here means unknown. Empty for the
            states of SMPP 3.4 appendix B: DELIVRD, EXPIRED and so on.
        when: field reference to value; all must hold for a call on the path of MOs to be a DLR.
        items: as for MOs.
        charset, time_format, time_zone: as for MOs.
        body, content_type, status_code: what the telco hears, as it stands here.
        access: who may call; unset for the door's own access.
    """

    fields: ReportFields
    path: str = ""
    methods: tuple[Literal["GET", "POST"], ...] = ("POST",)
    words: dict[str, Delivery] = {}
    when: dict[str, str] = {}
    items: str = ""
    charset: Literal["utf-8", "latin-1", "windows-1252", "windows-1258"] = "utf-8"
    time_format: str = "iso"
    time_zone: str = ""
    body: str = "OK"
    content_type: str = "text/plain; charset=utf-8"
    status_code: Annotated[int, Meta(ge=200, le=299)] = 200
    access: Access | None = None


class HttpDoor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>]` with `kind = "http"`.

    Attributes:
        kind: `http`.
        inbound: how MOs come; unset for a door that only sends.
        access: who may call.
        secret_fields: names of query, form or JSON fields that are never kept, besides those of
            `access`; header Authorization is never kept anyway.
        answer: what the telco hears.
        outbound: how MTs go; unset where replies only go back in the response.
        reports: how DLRs come.
        dedupe_window_s: how long the same text of the same sender counts as the same delivery,
            where the telco sends no id.
        id_window_s: how long a telco's id counts as the same delivery; ids come again (domain 2).
        answer_within_s: deadline of an answer; unset for the service's own.
        uncertain: a send of unknown fate is held for staff, or sent again (resend), which needs
            `dedupes_by_our_id`.
        probe: the text that proves the way in.
    """

    kind: Literal["http"] = "http"
    inbound: Inbound | None = None
    access: Access = Access()
    secret_fields: tuple[str, ...] = ()
    answer: Answer = Answer()
    outbound: Outbound | None = None
    reports: Reports | None = None
    dedupe_window_s: Annotated[float, Meta(ge=0, le=86_400)] = 10.0
    id_window_s: Seconds = 7 * 86_400.0
    answer_within_s: Annotated[float, Meta(gt=0, le=3_600)] | None = None
    uncertain: Literal["hold", "resend"] = "hold"
    probe: ProbeText | None = None
