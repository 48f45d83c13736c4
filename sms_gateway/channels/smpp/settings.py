"""All that a door of kind `smpp` can be told, as `[doors.<name>]` holds it.

Defaults are those of SMPP 3.4 where it names any; what telcos differ in is a setting each.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.door import ProbeText
from sms_gateway.domain.secret import Secret

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Octet = Annotated[int, Meta(ge=0, le=255)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
Role = Literal["transceiver", "transmitter", "receiver"]
Tag = Annotated[int, Meta(ge=1, le=0xFFFF)]


class Bind(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[[doors.<name>.binds]]`: one connection; what is left out is that of the door.

    Attributes:
        role: transceiver takes and sends; transmitter only sends, receiver only takes.
        host, port: of the SMSC.
        system_id, password: where this bind has an account of its own.
    """

    role: Role = "transceiver"
    host: str = ""
    port: Port | None = None
    system_id: str = ""
    password: Secret | None = None


class Tls(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.tls]`: the connection is encrypted; leave the table out for none.

    Attributes:
        ca_file: certificates of the telco's own authority, PEM; empty for those of the system.
        cert_file, key_file: our certificate and its key, PEM, where the telco wants one.
        server_name: the name in the telco's certificate; empty for `host`.
    """

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    server_name: str = ""


class Timers(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.timers]`, in seconds (SMPP 3.4 clause 7.2).

    Attributes:
        connect_s: until the connection is there.
        session_s: until the telco has answered the bind.
        response_s: until it has answered what we sent; then nobody knows whether it took it.
        enquire_link_s: silence after which we ask whether it is still there.
        inactivity_s: time without any message either way after which we unbind; 0 for never.
        reconnect_s, reconnect_most_s: before the connection is tried again; doubled up to the most.
        unbind_s: how long we wait for the answer to our leave.
    """

    connect_s: Seconds = 5.0
    session_s: Seconds = 10.0
    response_s: Seconds = 10.0
    enquire_link_s: Seconds = 30.0
    inactivity_s: Annotated[float, Meta(ge=0, le=86_400)] = 0.0
    reconnect_s: Seconds = 1.0
    reconnect_most_s: Seconds = 60.0
    unbind_s: Seconds = 3.0


class Addresses(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.addresses]`: kinds of numbers (SMPP 3.4 clauses 5.2.5 and 5.2.6).

    Attributes:
        ton, npi, range: of the bind: which numbers we serve.
        source_ton, source_npi: of the short code that an MT comes from.
        dest_ton, dest_npi: of the citizen's number.
        number_format: how the citizen's number is written: 84900000001, 0900000001, +84900000001.
        source: the number that MTs come from; empty for the one that the citizen texted.
        short_code: the number citizens text, where the telco does not send it as the destination.
    """

    ton: Octet = 0
    npi: Octet = 0
    range: Annotated[str, Meta(max_length=40)] = ""
    source_ton: Octet = 0
    source_npi: Octet = 0
    dest_ton: Octet = 1
    dest_npi: Octet = 1
    number_format: Literal["digits", "national", "plus"] = "digits"
    source: Annotated[str, Meta(max_length=20)] = ""
    short_code: str = ""


Alphabet = Literal["gsm7", "latin-1", "ascii", "utf-8", "ucs2"]
"""How octets become letters: GSM-7 unpacked, one septet in each octet; UCS-2 is UTF-16, high octet
first."""

LongText = Literal["udh8", "udh16", "sar", "payload"]
"""How a text of several SMS goes: by a header in each part with a short or long reference, by the
sar_ TLVs, or whole in message_payload."""


class Texts(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.texts]`: how texts are coded.

    Attributes:
        coding_0: the alphabet of data_coding 0, both ways: the SMSC's own, whichever that is.
        codings: data_coding as a decimal number to alphabet, where the telco has its own.
        finds_ucs2: a text whose octets look like UCS-2 is read as such, whatever is declared.
        long: how a long MT goes; long MOs are read in each of the four ways.
        ucs2_coding: data_coding of an MT beyond GSM-7.
    """

    coding_0: Literal["gsm7", "latin-1", "ascii", "utf-8"] = "gsm7"
    codings: dict[str, Alphabet] = {}
    finds_ucs2: bool = True
    long: LongText = "udh8"
    ucs2_coding: Octet = 8


class Bill(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one way of billing is told.

    Attributes:
        service_type: of submit_sm; empty for that of the door.
        tlvs: tag as a decimal number to its value as text; sent as a C-octet string.
    """

    service_type: Annotated[str, Meta(max_length=5)] = ""
    tlvs: dict[str, str] = {}


class Billing(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.billing]`: how the telco is told who pays."""

    charge: Bill = Bill()
    free: Bill = Bill()
    refund: Bill = Bill()


class Receipts(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.receipts]`: delivery receipts.

    Attributes:
        ask: registered_delivery of each MT: always, on failure, or never.
        ids: how a receipt writes the id that submit_sm_resp gave: the same, or the one hexadecimal
            and the other decimal. Leading zeros and capitals never matter.
        ids_shared: all hosts of the door give ids out of one space, so that a receipt may come from
            another one than took the message; false where each host and port is an SMSC of its own,
            whose receipts come from itself.
        time_zone: IANA name, of the dates in receipts; empty for the service's own.
    """

    ask: Literal["always", "failure", "never"] = "always"
    ids: Literal["same", "hex_then_decimal", "decimal_then_hex"] = "same"
    ids_shared: bool = True
    time_zone: str = ""


class Statuses(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.statuses]`: command_status numbers that this telco means in its own way.

    Attributes:
        throttled: not now; the door rests, and no retry is spent.
        temporary: no, for now; it spends a retry.
        permanent: no, for this message.
        door: no, for everything that we send: it waits, and the alarm of failing sends tells.
        uncertain: it may have been taken.
    """

    throttled: tuple[int, ...] = ()
    temporary: tuple[int, ...] = ()
    permanent: tuple[int, ...] = ()
    door: tuple[int, ...] = ()
    uncertain: tuple[int, ...] = ()


class SmppDoor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>]` with `kind = "smpp"`.

    Attributes:
        kind: `smpp`.
        host, port: of the SMSC.
        system_id, password, system_type: our account, as the telco gave it.
        binds: the connections; empty for one transceiver.
        tls: see there; unset for a plain connection.
        timers, addresses, texts, billing, receipts, statuses: see there.
        service_type: of submit_sm, where the telco wants one.
        echo_tlvs: tags of deliver_sm that the reply's submit_sm repeats.
        window: submit_sm without an answer at one moment, on each bind.
        per_second: pace of all nodes together, in submit_sm (a long text is several); none if
            unset. Of many nodes one is bound then.
        per_day, per_number_per_day: parts of messages that the telco takes within a day, of all and
            to one number; what is over waits for the next one; no limit if unset.
        throttled_rest_s: how long the door rests when the telco throttles it.
        one_node: the telco allows one node: of many one is bound, and another takes over.
        max_segments: longest MT.
        refused_characters: never sent; they become spaces.
        longest_pdu: octets of a PDU that is still read.
        dedupe_window_s: how long the same text of the same sender counts as the same delivery,
            where the telco may not have heard that we took it.
        echo_s: the same where it has heard so.
        answer_within_s: deadline of an answer; unset for the service's own.
        probe: the text that proves the way in.
    """

    host: str
    system_id: Annotated[str, Meta(min_length=1, max_length=15)]
    password: Secret
    kind: Literal["smpp"] = "smpp"
    port: Port = 2775
    system_type: Annotated[str, Meta(max_length=12)] = ""
    binds: tuple[Bind, ...] = ()
    tls: Tls | None = None
    timers: Timers = Timers()
    addresses: Addresses = Addresses()
    texts: Texts = Texts()
    billing: Billing = Billing()
    receipts: Receipts = Receipts()
    statuses: Statuses = Statuses()
    service_type: Annotated[str, Meta(max_length=5)] = ""
    echo_tlvs: tuple[Tag, ...] = ()
    window: Annotated[int, Meta(ge=1, le=1000)] = 10
    per_second: Annotated[float, Meta(gt=0)] | None = None
    per_day: Annotated[int, Meta(ge=1)] | None = None
    per_number_per_day: Annotated[int, Meta(ge=1)] | None = None
    throttled_rest_s: Seconds = 1.0
    one_node: bool = False
    max_segments: Annotated[int, Meta(ge=1, le=20)] = 2
    refused_characters: str = ""
    longest_pdu: Annotated[int, Meta(ge=512, le=1_000_000)] = 70_000
    dedupe_window_s: Annotated[float, Meta(ge=0, le=86_400)] = 120.0
    echo_s: Annotated[float, Meta(ge=0, le=86_400)] = 10.0
    answer_within_s: Annotated[float, Meta(gt=0, le=3_600)] | None = None
    probe: ProbeText | None = None
