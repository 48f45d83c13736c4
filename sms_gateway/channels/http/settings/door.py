"""The whole of a door."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sms_gateway.channels.door import ProbeText
from sms_gateway.channels.http.settings.access import Access
from sms_gateway.channels.http.settings.answer import Answer
from sms_gateway.channels.http.settings.inbound import Inbound, Reports
from sms_gateway.channels.http.settings.outbound import Outbound
from sms_gateway.channels.http.settings.words import Seconds


class HttpDoor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>]` with `kind = "http"`, or with a preset as its kind.

    Attributes:
        kind: `http`, or the preset whose settings stand under these.
        variant: of the preset, several with blanks between them; empty for its usual form.
        without: dotted keys of the preset that are left out, for example `outbound`.
        inbound: how MOs come; unset for a door that only sends.
        access: who may call.
        secret_fields: names of query, form, JSON or XML fields that are never kept, besides those
            of `access`; header Authorization is never kept anyway.
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

    kind: str = "http"
    variant: str = ""
    without: tuple[str, ...] = ()
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
