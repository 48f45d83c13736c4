"""Recorded exchanges of presets: `channels/presets/<dialect>/exchanges/*.toml`, one in each file.

An exchange is a call of the telco with what it says and what is answered to it, or an MT with our
request for it, the telco's response and what became of the MT. The door is called `telco`, and has
the settings of `office.toml`.
"""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from msgspec import Struct, convert

from sms_gateway.channels.presets import KINDS
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode, TelcoId
from sms_gateway.domain.message import (
    DeliveryReport,
    MobileOriginated,
    MobileTerminated,
    PartOf,
)
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Delivery
from sms_gateway.ports import (
    Answered,
    Late,
    NoReply,
    Purpose,
    Stored,
    WebhookRequest,
    WebhookResult,
)
from tests.structure.tree import PACKAGE

PRESETS = PACKAGE / "channels" / "presets"
NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ID = MessageId("01939a3e-0000-7000-8000-000000000001")
DOOR = DoorName("telco")


class _Said(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of an exchange; a slip of the pen in its file fails."""


class Call(_Said, frozen=True):
    """What the telco sends."""

    path: str
    method: str = "GET"
    query: str = ""
    headers: dict[str, str] = {}
    body: str = ""
    peer: str = "203.0.113.7"
    purpose: Purpose = Purpose.MESSAGES

    def request(self) -> WebhookRequest:
        return WebhookRequest(
            self.method,
            self.path,
            self.query,
            self.headers,
            self.body.encode(),
            self.peer,
            self.purpose,
        )


class Mo(_Said, frozen=True):
    """What a call says as an MO."""

    sender: str
    short_code: str
    text: str
    telco_id: str = ""
    operator: str = ""
    time: datetime | None = None
    part: tuple[int, int, int] | None = None
    data: dict[str, str] = {}

    def item(self) -> MobileOriginated:
        return MobileOriginated(
            telco_id=TelcoId(self.telco_id) if self.telco_id else None,
            sender=Address(self.sender),
            short_code=ShortCode(self.short_code),
            text=self.text,
            operator=self.operator,
            telco_time=self.time,
            part=PartOf(*self.part) if self.part else None,
            door_data=self.data,
        )


class Report(_Said, frozen=True):
    """What a call says as a DLR."""

    telco_id: str
    delivery: Delivery
    error: str = ""
    time: datetime | None = None

    def item(self) -> DeliveryReport:
        return DeliveryReport(TelcoId(self.telco_id), self.delivery, self.time, self.error)


class Refusal(_Said, frozen=True):
    """A call that is refused, and by which field."""

    reason: Literal["unauthorised", "unreadable", "too_large"]
    detail: str
    status: int
    body: str | None = None


class Reply(_Said, frozen=True):
    """What the telco hears: to a reply with this text, or where there is none."""

    body: str
    text: str = ""
    status: int = 200
    content_type: str = ""
    headers: dict[str, str] = {}


class Mt(_Said, frozen=True):
    """An MT of ours."""

    text: str = "Ho so 12345 dang xu ly."
    to: str = "+84900000001"
    short_code: str = "8083"
    billing: Billing = Billing.CHARGE
    reply_to: str = ""
    operator: str = ""
    template: str = ""
    alphabet: str = "gsm7"
    segments: int = 1
    mo_received_at: datetime | None = None
    params: dict[str, str] = {}
    data: dict[str, str] = {}

    def message(self) -> MobileTerminated:
        return MobileTerminated(
            id=ID,
            door=DOOR,
            recipient=Address(self.to),
            short_code=ShortCode(self.short_code),
            text=self.text,
            alphabet=self.alphabet,
            segments=self.segments,
            billing=self.billing,
            valid_until=NOW + timedelta(hours=1),
            attempt=1,
            template=self.template,
            params=self.params,
            reply_to=TelcoId(self.reply_to) if self.reply_to else None,
            operator=self.operator,
            mo_received_at=self.mo_received_at,
            door_data=self.data,
        )


class Sent(_Said, frozen=True):
    """The request that must reach the telco: all of it, but only the headers named here."""

    target: str
    method: str = "POST"
    headers: dict[str, str] = {}
    body: str = ""


class Response(_Said, frozen=True):
    """What the telco says, or how it ends."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = {}
    ends: Literal["", "times out", "closes", "holds"] = ""


class Fate(_Said, frozen=True):
    """What became of an MT; `duplicate` is accepted, and tells a repeated id."""

    state: Literal["accepted", "duplicate", "deferred", "rejected", "uncertain"]
    telco_ids: tuple[str, ...] = ()
    reason: str = ""
    permanent: bool = True


class Exchange(_Said, frozen=True):
    """One of them: `call` with what it says, or `mt` with what became of it.

    `token` is the request that fetches one before, `token_response` what the telco says where it
    hands out none; `SESSION` in a body is what both requests say.
    """

    about: str
    variant: str = ""
    settings: dict[str, object] = {}
    call: Call | None = None
    mo: Mo | None = None
    mos: tuple[Mo, ...] = ()
    report: Report | None = None
    reports: tuple[Report, ...] = ()
    refused: Refusal | None = None
    answers: dict[str, Reply] = {}
    mt: Mt | None = None
    token: Sent | None = None
    token_response: Response | None = None
    request: Sent | None = None
    response: Response | None = None
    fate: Fate | None = None

    def items(self) -> list[MobileOriginated | DeliveryReport]:
        mos = [self.mo] if self.mo else self.mos
        reports = [self.report] if self.report else self.reports
        return [one.item() for one in (*mos, *reports)]


class Office(_Said, frozen=True):
    """`office.toml`: what an office sets, and what it sets for a variant besides."""

    door: dict[str, object] = {}
    variants: dict[str, dict[str, object]] = {}


class Recorded(Struct, frozen=True):
    """An exchange and where it stands."""

    kind: str
    name: str
    exchange: Exchange

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"

    def door(self) -> dict[str, object]:
        """The table of the door that it was recorded with."""
        return {**door_of(self.kind, self.exchange.variant, self.exchange.settings)}


def results(name: str, reply: Reply) -> WebhookResult:
    """What the gateway says to an MO, by the name of its answer in an exchange."""
    without: dict[str, WebhookResult] = {
        "stored": Stored(ID),
        "late": Late(ID),
        "no_reply": NoReply(ID),
    }
    return without.get(name) or Answered(ID, reply.text, Billing(name))


def door_of(
    kind: str, variant: str = "", extra: Mapping[str, object] | None = None
) -> dict[str, object]:
    """What an office writes for a door of this kind."""
    office = _office(kind)
    own = {"variant": variant} if variant else {}
    table = office.door
    for name in variant.split():
        table = joined(table, office.variants.get(name, {}))
    return {"kind": kind, **own, **joined(table, extra or {})}


def joined(below: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """One table over another, key by key."""
    whole = dict(below)
    for name, value in over.items():
        under = whole.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        whole[name] = joined(under, value) if both else value  # type: ignore[arg-type]  # tables
    return whole


@functools.cache
def _office(kind: str) -> Office:
    return convert(_toml(PRESETS / kind / "office.toml"), Office)


@functools.cache
def recorded(kind: str) -> Sequence[Recorded]:
    """The exchanges of a preset, by the names of their files."""
    _office(kind)  # read here, before any loop runs
    files = sorted((PRESETS / kind / "exchanges").glob("*.toml"))
    return [Recorded(kind, file.stem, convert(_toml(file), Exchange)) for file in files]


def everything() -> Sequence[Recorded]:
    """The exchanges of all presets."""
    return [one for kind in KINDS for one in recorded(kind)]


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
