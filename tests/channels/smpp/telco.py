"""A telco behind a door of kind `smpp`: binds whoever comes, and does as told with what is sent."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.ports import Handed
from sms_gateway.smpp import pdus
from sms_gateway.smpp.pdus import Pdu, SubmitSm
from sms_gateway.smpp.status import Status
from tests.smpp.smsc import Listening, Smsc, listening

Answer = Callable[[SubmitSm], Sequence[Pdu] | None]
"""What the telco says to a submit_sm; None cuts the line."""

_BOUND = {
    pdus.BindTransceiver: pdus.BindTransceiverResp,
    pdus.BindTransmitter: pdus.BindTransmitterResp,
    pdus.BindReceiver: pdus.BindReceiverResp,
}


def accepts(pdu: SubmitSm) -> Sequence[Pdu]:
    """It takes everything."""
    return [pdus.SubmitSmResp(sequence=pdu.sequence, message_id=f"{pdu.sequence:08X}")]


def says(status: int) -> Answer:
    """It says this to everything."""
    return lambda pdu: [pdus.SubmitSmResp(sequence=pdu.sequence, status=status)]


class Telco:
    """One SMSC on loopback.

    Attributes:
        port: where it listens.
        answer: see `Answer`.
        bind_status: what it says to a bind.
        submitted: every submit_sm, in order.
        arrived: one entry for each, for the contract.
        answers: deliver_sm_resp and data_sm_resp that came.
        lines: the binds that are open.
        bound: one entry per bind that came.
        unbound: one entry per unbind that came.
    """

    def __init__(self, listening: Listening) -> None:
        self.port = listening.port
        self.answer: Answer = accepts
        self.bind_status: int = Status.ROK
        self.submitted: list[SubmitSm] = []
        self.arrived: asyncio.Queue[str] = asyncio.Queue()
        self.answers: asyncio.Queue[Pdu] = asyncio.Queue()
        self.lines: list[Smsc] = []
        self.bound: asyncio.Queue[Pdu] = asyncio.Queue()
        self.unbound: asyncio.Queue[Pdu] = asyncio.Queue()
        self._listening = listening

    async def serve(self) -> None:
        """Take connections until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._line(await self._listening.accepted()))

    async def _line(self, line: Smsc) -> None:
        self.lines.append(line)
        with suppress(EOFError, ConnectionError):
            while True:
                self._hear(line, await line.next())
        self.lines.remove(line)

    def _hear(self, line: Smsc, pdu: Pdu) -> None:
        if response := _BOUND.get(type(pdu)):  # type: ignore[arg-type]  # any PDU
            line.send(response(sequence=pdu.sequence, status=self.bind_status, system_id="smsc"))
            self.bound.put_nowait(pdu)
        elif isinstance(pdu, pdus.EnquireLink):
            line.send(pdus.EnquireLinkResp(sequence=pdu.sequence))
        elif isinstance(pdu, pdus.Unbind):
            line.send(pdus.UnbindResp(sequence=pdu.sequence))
            self.unbound.put_nowait(pdu)
        elif isinstance(pdu, SubmitSm):
            self.submitted.append(pdu)
            said = self.answer(pdu)
            self.arrived.put_nowait(f"{id(line)}-{pdu.sequence}")
            if said is None:
                line.writer.transport.abort()
            else:
                line.send(*said)
        else:
            self.answers.put_nowait(pdu)


@asynccontextmanager
async def open_telco(tls: ssl.SSLContext | None = None) -> AsyncIterator[Telco]:
    """A telco at work."""
    async with listening(tls) as heard:
        telco = Telco(heard)
        serving = asyncio.create_task(telco.serve())
        try:
            yield telco
        finally:
            serving.cancel()
            await asyncio.wait([serving])


class Desk:
    """An `Inbound` that remembers.

    Attributes:
        handed: what came.
        written: what `done` is told; None holds it back.
        held: those that were held back.
        open: whether the connection is to be kept.
        changes: one entry per `changed`.
        failures: one entry per `failed`.
        late: one entry per `taken_late`.
    """

    def __init__(self) -> None:
        self.handed: asyncio.Queue[Handed] = asyncio.Queue()
        self.written: bool | None = True
        self.held: list[Callable[[bool], None]] = []
        self.open = True
        self.changes: asyncio.Queue[None] = asyncio.Queue()
        self.failures: asyncio.Queue[None] = asyncio.Queue()
        self.late: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()

    def record(self, handed: Sequence[Handed], done: Callable[[bool], None]) -> None:
        """Take them."""
        for one in handed:
            self.handed.put_nowait(one)
        if self.written is None:
            self.held.append(done)
        else:
            asyncio.get_running_loop().call_soon(done, self.written)

    def may_be_open(self) -> bool:
        """As told."""
        return self.open

    def changed(self) -> None:
        """Note it."""
        self.changes.put_nowait(None)

    def taken_late(self, message: MobileTerminated, telco_id: TelcoId | None) -> None:
        """Note it."""
        self.late.put_nowait((message.id, telco_id))

    def failed(self) -> None:
        """Note it."""
        self.failures.put_nowait(None)
