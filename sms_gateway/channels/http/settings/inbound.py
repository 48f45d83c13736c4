"""How MOs and DLRs come in."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.http.settings.access import Access
from sms_gateway.channels.http.settings.words import Charset, Methods, TextCharset
from sms_gateway.domain.outcome import Delivery


class MoFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an MO's parts stand: field references, empty where the telco does not send one.

    Attributes:
        sender: who texted, in any spelling of a number.
        text: what they texted.
        short_code: the number they texted: `8083`, `848083`, `+848083`; often `const:8083`.
        message_id: the telco's id, the key of its retries.
        operator: the network, kept as it is written.
        time: when the telco got it, written as `time_format` says; unreadable counts as absent.
        charset: the character set of the text, in the words of `charsets`; only for a plain text
            in a query or form.
        part_reference, part_total, part_number: of a part of a long text; all three or none.
    """

    sender: str
    text: str
    short_code: str
    message_id: str = ""
    operator: str = ""
    time: str = ""
    charset: str = ""
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
        items: `json:PATH` of a list, or `xml:PATH` of elements, where one call carries several MOs
            (at most 100, in 256 KiB); `json:` and `xml:` references are then relative to each
            item. One that cannot be read is kept for staff, and the others are taken. Only with
            answer style acknowledge.
        text_encoding: plain, or base64 (canonical, with its padding or without) of text in
            `charset`, its lines broken or not; auto where the telco mixes them: Base64 with its
            padding is decoded where it is of letters of Vietnamese and signs of a phone, or of
            octets that are mostly ASCII and begin with a word; but never letters alone, and one of
            up to 12 characters only where it is of words or a code.
        charset: of query, form and Base64 text; JSON is always UTF-8, XML declares its own. In a
            query or form, and in Base64, octets of the text that are none in it become U+FFFD.
        charsets: the telco's word in `fields.charset` (upper and lower case alike) to the character
            set of the text; a word that is not here means `charset`.
        time_format: iso, unix, unix_ms, or a pattern such as `%Y%m%d%H%M%S`.
        time_zone: IANA name, of times written without a zone; empty for the service's own.
    """

    fields: MoFields
    path: str = ""
    methods: Methods = ("POST",)
    echo: dict[str, str] = {}
    items: str = ""
    text_encoding: Literal["plain", "base64", "auto"] = "plain"
    charset: Charset = "utf-8"
    charsets: dict[str, TextCharset] = {}
    time_format: str = "iso"
    time_zone: str = ""


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


class ReportRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of `[[doors.<name>.reports.rules]]`.

    Attributes:
        when: field reference to value; all must hold.
        means: what the DLR says then: enroute, delivered, expired, undeliverable, rejected or
            unknown.
    """

    when: Annotated[dict[str, str], Meta(min_length=1)]
    means: Delivery


class Reports(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.reports]`: how the telco tells what became of an MT.

    Attributes:
        path: empty for `/dlr/<name>`; where it is the path of MOs, `when` tells them apart.
        methods: GET, POST or both.
        fields: where the parts of a DLR stand.
        rules: for telcos whose `status` alone does not tell; the first that holds decides, and
            `words` come after them.
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
    methods: Methods = ("POST",)
    rules: tuple[ReportRule, ...] = ()
    words: dict[str, Delivery] = {}
    when: dict[str, str] = {}
    items: str = ""
    charset: Charset = "utf-8"
    time_format: str = "iso"
    time_zone: str = ""
    body: str = "OK"
    content_type: str = "text/plain; charset=utf-8"
    status_code: Annotated[int, Meta(ge=200, le=299)] = 200
    access: Access | None = None
