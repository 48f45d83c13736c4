"""Opens a door of kind `smpp`."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sms_gateway.channels.door import DoorContext, probe_of
from sms_gateway.channels.reaching import reach
from sms_gateway.channels.smpp import settings as s
from sms_gateway.channels.smpp.link import Account, Link
from sms_gateway.channels.smpp.reading import PduReader, own_request
from sms_gateway.channels.smpp.repeats import Repeats
from sms_gateway.channels.smpp.sender import SmppSender
from sms_gateway.channels.smpp.trial import try_bind
from sms_gateway.channels.smpp.writing import PduWriter
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Check, Checked, Door, Inbound, Kept
from sms_gateway.settings import SettingsError, decode
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.pdus import BindReceiver, BindTransceiver, BindTransmitter

_BINDS: Mapping[s.Role, type[BindTransceiver | BindTransmitter | BindReceiver]] = {
    "transceiver": BindTransceiver,
    "transmitter": BindTransmitter,
    "receiver": BindReceiver,
}
_LONGEST_PASSWORD = 8
"""SMPP 3.4 clause 5.2.2: nine octets with the NUL at its end."""


class SmppSession:
    """All binds of a door; implements `ports.Session`."""

    def __init__(self, links: Sequence[Link]) -> None:
        """Take the binds; nothing is connected yet."""
        self._links = links

    async def run(self, inbound: Inbound) -> None:
        """Keep all of them until cancelled; then unbind."""
        async with asyncio.TaskGroup() as group:
            for link in self._links:
                group.create_task(link.run(inbound), name=f"bind-{link.account.name}")

    def state(self) -> str:
        """How many are bound, and why the first one that is not is not."""
        told = f"{self._bound()} of {len(self._links)} bound"
        reasons = [link.reason for link in self._links if link.state != "bound" and link.reason]
        return f"{told}: {reasons[0]}" if reasons else told

    def kept(self) -> Kept:
        """Whether all binds stand, or some, or none."""
        bound = self._bound()
        if not bound:
            return Kept.NONE
        return Kept.ALL if bound == len(self._links) else Kept.SOME

    def _bound(self) -> int:
        return sum(link.state == "bound" for link in self._links)


@asynccontextmanager
async def open_door(
    name: DoorName, raw: Mapping[str, object], context: DoorContext
) -> AsyncIterator[Door]:
    """A door as `[doors.<name>]` describes it, see `DoorOpener`; its session connects when it runs.

    Raises:
        SettingsError: the settings cannot be used.
    """
    at = f"doors.{name}"
    settings = decode(raw, s.SmppDoor, at)
    # In threads, for a time zone and certificates are read from files.
    reader = await asyncio.to_thread(PduReader, settings, context, at)
    tls = await asyncio.to_thread(_tls, settings.tls, f"{at}.tls")
    repeats = Repeats(settings.dedupe_window_s, settings.echo_s)
    links = [
        Link(name, account, settings, reader, repeats, context.clock)
        for account in _accounts(settings, tls, at)
    ]
    writer = PduWriter(settings, at)
    _try_writing([link.account for link in links], writer, context.clock.now(), at)
    seconds = settings.answer_within_s
    yield Door(
        name=name,
        kind=settings.kind,
        webhook=None,
        sender=SmppSender(links, writer, settings, context.clock),
        session=SmppSession(links),
        answer_within=timedelta(seconds=context.acknowledge_s if seconds is None else seconds),
        dedupe_window=timedelta(seconds=settings.dedupe_window_s),
        one_node=settings.one_node or settings.per_second is not None,
        leads_to=f"{'smpps' if settings.tls else 'smpp'}://{settings.host}:{settings.port}",
        check=_check_of(links, settings.timers.connect_s),
        try_binds=_trial_of(links, settings),
        probe=probe_of(settings.probe, context.region, at),
        own_request=own_request,
    )


def _try_writing(accounts: Sequence[Account], writer: PduWriter, now: datetime, at: str) -> None:
    """Write one PDU of each sort: what cannot be written is told at the start, not to the telco."""
    try:
        for account in accounts:
            encode(account.bind, 1)
            account.host.encode("idna")
            (account.server_name or "").encode("idna")
        for billing in Billing:
            for pdu in writer.write(_sample(billing, now), now):
                encode(pdu, 1)
    except ValueError:
        msg = (
            f"{at}: host, system_id, system_type, service_type, addresses or binds: SMPP allows "
            "ASCII only, and fewer letters; compare with what the telco gave you"
        )
        raise SettingsError(msg) from None


def _sample(billing: Billing, now: datetime) -> MobileTerminated:
    return MobileTerminated(
        id=MessageId("sample"),
        door=DoorName("sample"),
        recipient=Address("+84900000001"),
        short_code=ShortCode("8083"),
        text="MCKH",
        alphabet="gsm7",
        segments=1,
        billing=billing,
        valid_until=now,
        attempt=1,
    )


def _check_of(links: Sequence[Link], seconds: float) -> Check:
    async def check() -> Sequence[Checked]:
        # Without a bind: the telco may allow one, and the running gateway has it.
        accounts = {(a.host, a.port): a for a in (link.account for link in links)}
        return [
            found
            for (host, port), one in accounts.items()
            for found in await reach(host, port, one.tls, one.server_name, seconds)
        ]

    return check


def _trial_of(links: Sequence[Link], settings: s.SmppDoor) -> Check:
    async def trial() -> Sequence[Checked]:
        # One after the other, and those that are alike once: a telco counts its binds.
        alike: dict[object, Account] = {}
        for one in (link.account for link in links):
            alike.setdefault((one.host, one.port, one.bind), one)
        return [
            await try_bind(
                one,
                settings.timers,
                settings.longest_pdu,
                f"bind {one.name}" if len(alike) > 1 else "bind",
            )
            for one in alike.values()
        ]

    return trial


def _accounts(settings: s.SmppDoor, tls: ssl.SSLContext | None, at: str) -> Sequence[Account]:
    binds = settings.binds or (s.Bind(),)
    if not any(bind.role != "receiver" for bind in binds):
        msg = f"{at}.binds: no bind can send, so no citizen would be answered; add a transmitter"
        raise SettingsError(msg)
    accounts = [
        _account(settings, bind, tls, f"{number}", at) for number, bind in enumerate(binds, 1)
    ]
    if not settings.receipts.ids_shared:
        _apart(accounts, at)
    return accounts


def _apart(accounts: Sequence[Account], at: str) -> None:
    """Each SMSC has its own ids, and sends its receipts itself: one that only receives has none."""
    sending = {one.smsc for one in accounts if one.sends}
    for one in accounts:
        if one.smsc not in sending:
            msg = (
                f"{at}.binds: bind {one.name} only receives from {one.smsc}, and none sends there, "
                "so that receipts.ids_shared = false would match none of its receipts; set it to "
                "true, or add a transmitter there"
            )
            raise SettingsError(msg)


def _account(
    settings: s.SmppDoor, bind: s.Bind, tls: ssl.SSLContext | None, name: str, at: str
) -> Account:
    host = bind.host or settings.host
    addresses = settings.addresses
    pdu = _BINDS[bind.role](
        system_id=bind.system_id or settings.system_id,
        password=_password(bind.password or settings.password, at),
        system_type=settings.system_type,
        interface_version=0x34,
        addr_ton=addresses.ton,
        addr_npi=addresses.npi,
        address_range=addresses.range,
    )
    server_name = (settings.tls.server_name or host) if settings.tls else None
    return Account(name, host, bind.port or settings.port, tls, server_name, pdu)


def _password(secret: Secret, at: str) -> str:
    if not (secret.value.isascii() and len(secret.value) <= _LONGEST_PASSWORD):
        msg = f"{at}.password: SMPP allows {_LONGEST_PASSWORD} ASCII characters at most"
        raise SettingsError(msg)
    return secret.value


def _tls(tls: s.Tls | None, at: str) -> ssl.SSLContext | None:
    if tls is None:
        return None
    try:
        context = ssl.create_default_context(cafile=tls.ca_file or None)
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file or None)
    except (OSError, ssl.SSLError) as error:
        msg = f"{at}: a certificate cannot be read ({error.strerror or type(error).__name__})"
        raise SettingsError(msg) from None
    return context
