"""Whom to tell, how, and from when on: the settings, checked against the doors."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sms_gateway.domain.ids import DoorName, ShortCode
from sms_gateway.domain.incidents import Trouble
from sms_gateway.domain.msisdn import Address, AddressKind, read_address
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Door
from sms_gateway.settings import Settings, SettingsError

CAN_WAIT = frozenset({
    Trouble.UNCERTAIN, Trouble.PARKED, Trouble.PAUSED, Trouble.SILENT, Trouble.BACKUP,
    Trouble.CERTIFICATE, Trouble.UNKNOWN_STATE, Trouble.CHANGES_DOWN,
    Trouble.UNANNOUNCED, Trouble.HELD,
})  # fmt: skip
"""What is not worth waking anybody for."""

_ANY_CODE = "8083"
_STANDARD_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is an incident.

    Attributes:
        hold, calm: how long it must stand, and how long it must be gone.
        unanswered: age of the oldest text without an answer.
        late, uncertain, parked: how many.
        paused: how long a door may be paused.
        silent_texts: texts missing at a door.
        failing_sends: sends in a row.
        disk_free_mib: MiB that must be free.
        backup: how old the newest backup may be.
        certificate: how long before its end a certificate is told of.
    """

    hold: timedelta
    calm: timedelta
    unanswered: timedelta
    late: int
    uncertain: int
    parked: int
    paused: timedelta
    silent_texts: int
    failing_sends: int
    disk_free_mib: int
    backup: timedelta
    certificate: timedelta


@dataclass(frozen=True, slots=True)
class Texting:
    """The way to the phones of the people on call."""

    numbers: Sequence[Address]
    door: DoorName
    short_code: ShortCode


@dataclass(frozen=True, slots=True)
class Posting:
    """The webhook; the key signs, None for no signature."""

    url: Secret
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it.

    Attributes:
        node: the name of this installation in what is told.
        zone: of times that are told, and of the quiet hours.
        texting, posting: the ways; None where nobody is told so.
        per_hour: told by each way within an hour at most.
        quiet: from and until, or None.
        mute: what nobody is told of.
        look: seconds between two looks.
        limits: see there.
    """

    node: str
    zone: ZoneInfo
    texting: Texting | None
    posting: Posting | None
    per_hour: int
    quiet: tuple[time, time] | None
    mute: frozenset[Trouble]
    look: float
    limits: Limits

    def is_quiet(self, now: datetime) -> bool:
        """Whether a text that can wait should."""
        if self.quiet is None:
            return False
        begin, end = self.quiet
        here = now.astimezone(self.zone).time()
        return begin <= here < end if begin <= end else here >= begin or here < end


def plan_of(settings: Settings, doors: Mapping[DoorName, Door], node: str) -> Plan:
    """What the settings say.

    Args:
        settings: see there.
        doors: the configured ones, open.
        node: the name of this machine.

    Raises:
        SettingsError: a number is none, or the door or address cannot be used.
    """
    quiet = settings.alarms.quiet
    begin, _, end = quiet.partition("-")
    return Plan(
        node=node,
        zone=ZoneInfo(settings.gateway.timezone),
        texting=_texting(settings, doors),
        posting=_posting(settings),
        per_hour=settings.alarms.per_hour,
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if quiet else None,
        mute=frozenset(settings.alarms.mute),
        look=settings.alarms.look_s,
        limits=_limits(settings),
    )


def on_call(settings: Settings) -> Sequence[Address]:
    """The phones of the people on call.

    Raises:
        SettingsError: one is no phone number.
    """
    found = []
    for index, number in enumerate(settings.alarms.numbers):
        address = read_address(number, settings.gateway.region)
        if address is None or address.kind is not AddressKind.MSISDN:
            # Never quoted: it may be a number with a slip in it.
            message = f"alarms.numbers.{index}: no phone number; write it as 0900000001"
            raise SettingsError(message)
        found.append(address)
    return list(dict.fromkeys(found))


def _limits(settings: Settings) -> Limits:
    return Limits(
        hold=timedelta(seconds=settings.alarms.hold_s),
        calm=timedelta(seconds=settings.alarms.calm_s),
        unanswered=timedelta(seconds=settings.alarms.unanswered_s),
        late=settings.alarms.late,
        uncertain=settings.alarms.uncertain,
        parked=settings.alarms.parked,
        paused=timedelta(seconds=settings.alarms.paused_s),
        silent_texts=settings.alarms.silent_texts,
        failing_sends=settings.alarms.failing_sends,
        disk_free_mib=settings.alarms.disk_free_mib,
        backup=timedelta(hours=settings.backup.late_hours),
        certificate=timedelta(days=settings.alarms.certificate_days),
    )


def _texting(settings: Settings, doors: Mapping[DoorName, Door]) -> Texting | None:
    numbers = on_call(settings)
    if not numbers:
        return None
    name = DoorName(settings.alarms.door)
    door = doors.get(name)
    able = ", ".join(sorted(n for n, d in doors.items() if not _why_not(d)))
    hint = f"the doors that send are {able}" if able else "no door sends: use webhook_url"
    if not name:
        message = f"alarms.door: missing, and there are numbers; {hint}"
        raise SettingsError(message)
    if why := "no door has this name" if door is None else _why_not(door):
        message = f"alarms.door: {why}; {hint}"
        raise SettingsError(message)
    return Texting(numbers, name, ShortCode(settings.alarms.short_code or first_code(settings)))


def _why_not(door: Door) -> str:
    """Why no text to people on call goes by it; empty where it does."""
    return "this door does not send" if door.sender is None else door.sender.limits.no_text_of_ours


def first_code(settings: Settings) -> str:
    """The short code that a text of our own comes from where none is said."""
    if settings.gateway.short_codes:
        return settings.gateway.short_codes[0]
    tables = settings.keywords.get("short_codes")
    return str(next(iter(tables), _ANY_CODE)) if isinstance(tables, dict) else _ANY_CODE


def _posting(settings: Settings) -> Posting | None:
    url, secret = settings.alarms.webhook_url, settings.alarms.webhook_secret
    if url is None:
        return None
    try:
        parts = urlsplit(url.value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        message = "alarms.webhook_url: no address; write it as https://HOST/PATH"
        raise SettingsError(message)
    return Posting(url, None if secret is None else _key(secret))


def _key(secret: Secret) -> bytes:
    # Standard Webhooks 1.0 writes a secret as whsec_ and Base64.
    if not secret.value.startswith(_STANDARD_PREFIX):
        return secret.value.encode()
    try:
        return base64.b64decode(secret.value.removeprefix(_STANDARD_PREFIX), validate=True)
    except binascii.Error:
        message = "alarms.webhook_secret: behind whsec_ stands no Base64; copy it again"
        raise SettingsError(message) from None
