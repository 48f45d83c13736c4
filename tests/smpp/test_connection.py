import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import uvloop

from sms_gateway.smpp import pdus
from sms_gateway.smpp.connection import Connection, connect
from sms_gateway.smpp.events import (
    Bound,
    Closed,
    Event,
    Incoming,
    PeerUnbound,
    Reason,
    Responded,
    Unanswered,
)
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import Timers
from sms_gateway.smpp.status import Status
from tests.smpp.smsc import Listening, Smsc, listening
from tests.virtual_time import VirtualClock

TIMERS = Timers(response_s=20, enquire_link_s=30, inactivity_s=0, bind_s=5)
SUBMIT = pdus.SubmitSm(destination_addr="84912345678", short_message=b"hello")


def now() -> float:
    return asyncio.get_running_loop().time()


class Esme:
    """A session, its connection, and what it told."""

    def __init__(self, window: int = 10) -> None:
        self.batches: list[Sequence[Event]] = []
        self.told: asyncio.Queue[Event] = asyncio.Queue()
        self.session = EsmeSession(TIMERS, window, now())
        self.connection: Connection[Event]

    def on_events(self, events: Sequence[Event]) -> None:
        self.batches.append(events)
        for event in events:
            self.told.put_nowait(event)

    def submit(self, token: object) -> None:
        self.session.submit(SUBMIT, token, now())
        self.connection.flush()


@contextlib.asynccontextmanager
async def connected(
    to: Listening, tls: ssl.SSLContext | None = None, server_name: str | None = None
) -> AsyncIterator[tuple[Esme, Smsc]]:
    """A bound ESME and the SMSC's end of it."""
    esme = Esme()
    esme.session.bind(pdus.BindTransceiver(system_id="office"), now())
    esme.connection = await connect(
        "127.0.0.1", to.port, esme.session, esme.on_events,
        tls=tls, server_name=server_name, connect_s=10,
    )  # fmt: skip
    try:
        smsc = await to.accepted()
        asked = await smsc.next()
        smsc.send(pdus.BindTransceiverResp(asked.sequence))
        assert isinstance(await esme.told.get(), Bound)
        yield esme, smsc
    finally:
        esme.connection.close()


async def test_a_message_goes_each_way() -> None:
    async with listening() as to, connected(to) as (esme, smsc):
        esme.submit("token")
        sent = await smsc.next()
        assert sent == pdus.SubmitSm(2, destination_addr="84912345678", short_message=b"hello")
        smsc.send(pdus.SubmitSmResp(2, 0, "id"), pdus.DeliverSm(7))
        assert await esme.told.get() == Responded("token", 0, "id")
        incoming = await esme.told.get()
        assert isinstance(incoming, Incoming)
        esme.session.answer(incoming, Status.ROK, now())
        esme.connection.flush()
        assert await smsc.next() == pdus.DeliverSmResp(7)


async def test_what_comes_together_is_told_together_and_what_goes_together_is_written_at_once() -> (
    None
):
    async with listening() as to, connected(to) as (esme, smsc):
        del esme.batches[:], smsc.reads[:]
        for token in range(10):
            esme.submit(token)
        sent = [await smsc.next() for _ in range(10)]
        assert len(smsc.reads) == 1
        smsc.send(*(pdus.SubmitSmResp(pdu.sequence, 0, "id") for pdu in sent))
        for token in range(10):
            assert await esme.told.get() == Responded(token, 0, "id")
        assert [len(batch) for batch in esme.batches] == [10]


async def test_what_is_answered_while_being_told_needs_no_flush() -> None:
    async with listening() as to, connected(to) as (_, smsc):
        smsc.send(pdus.EnquireLink(5))
        assert await smsc.next() == pdus.EnquireLinkResp(5)


async def no_delay_is_set() -> bool:
    async with listening() as to, connected(to) as (esme, _):
        found = esme.connection._transport  # noqa: SLF001 - the option of its socket is asked
        assert found is not None
        option = found.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        return bool(option)


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_has_the_option_nodelay_set_on_either_loop(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(no_delay_is_set())


async def test_a_peer_that_hangs_up_leaves_nothing_open() -> None:
    async with listening() as to, connected(to) as (esme, smsc):
        esme.submit("token")
        await smsc.next()
        smsc.writer.close()
        assert await esme.told.get() == Unanswered("token", Reason.CONNECTION_LOST)
        assert await esme.told.get() == Closed(Reason.CONNECTION_LOST)
        await esme.connection.closed


async def test_an_unbind_is_answered_and_the_connection_closed_by_us() -> None:
    async with listening() as to, connected(to) as (esme, smsc):
        esme.session.unbind(now())
        esme.connection.flush()
        asked = await smsc.next()
        smsc.send(pdus.UnbindResp(asked.sequence))
        with pytest.raises(EOFError):
            await smsc.next()
        assert await esme.told.get() == Closed(Reason.UNBOUND)
        await esme.connection.closed


async def test_the_answer_to_an_unbind_is_written_before_the_connection_ends() -> None:
    async with listening() as to, connected(to) as (esme, smsc):
        smsc.send(pdus.Unbind(9))
        assert await smsc.next() == pdus.UnbindResp(9)
        with pytest.raises(EOFError):
            await smsc.next()
        await esme.connection.closed


async def test_one_timer_asks_a_silent_peer_and_then_gives_it_up() -> None:
    clock = VirtualClock()
    async with listening() as to:
        with clock.ruling():
            async with connected(to) as (esme, smsc):
                await clock.advance(29)
                assert esme.session.deadline() == 30
                await clock.advance(1.5)
                assert isinstance(await smsc.next(), pdus.EnquireLink)
                await clock.advance(21)
                assert esme.batches[-1] == [Closed(Reason.PEER_SILENT)]
                await esme.connection.closed


async def test_a_submit_times_out_by_the_timer_of_the_connection() -> None:
    clock = VirtualClock()
    async with listening() as to:
        with clock.ruling():
            async with connected(to) as (esme, _):
                esme.submit("token")
                await clock.advance(19)
                assert len(esme.batches) == 1
                await clock.advance(1.5)
                assert esme.batches[-1] == [Unanswered("token", Reason.TIME_OUT)]
                assert not esme.connection.closed.done()


async def test_a_peer_that_sends_and_never_reads_is_cut_off() -> None:
    async with listening() as to, connected(to) as (esme, smsc):
        questions = [pdus.EnquireLink(number) for number in range(1, 5_001)]
        while not esme.connection.closed.done():
            smsc.send(*questions)
            with contextlib.suppress(ConnectionError):
                await smsc.writer.drain()
        assert await esme.told.get() == Closed(Reason.CONNECTION_LOST)


async def unread(esme: Esme, smsc: Smsc) -> None:
    """The peer asks and does not read, until we wait for it."""
    smsc.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a real transport
    questions = [pdus.EnquireLink(number) for number in range(1, 1_001)]
    while not esme.connection._paused:  # noqa: SLF001 - what no peer can see
        smsc.send(*questions)
        await smsc.writer.drain()
        await asyncio.sleep(0)


async def test_a_peer_that_half_closes_and_never_reads_is_cut_off_five_seconds_later() -> None:
    clock = VirtualClock()
    async with listening() as to:
        with clock.ruling():
            async with connected(to) as (esme, smsc):
                await unread(esme, smsc)
                smsc.writer.write_eof()
                found = esme.connection._transport  # noqa: SLF001 - its end is waited for
                assert found is not None
                while not found.is_closing():
                    await clock.settled()
                await clock.advance(4)
                assert not esme.connection.closed.done()
                await clock.advance(2)
                assert esme.batches[-1] == [Closed(Reason.CONNECTION_LOST)]
                await esme.connection.closed


async def test_a_bind_that_was_closed_while_the_loop_closed_it_ends_too() -> None:
    clock = VirtualClock()
    async with listening() as to:
        with clock.ruling():
            async with connected(to) as (esme, smsc):
                await unread(esme, smsc)
                found = esme.connection._transport  # noqa: SLF001 - closed as the loop does it
                assert found is not None
                found.close()
                esme.connection.close()
                await clock.advance(6)
                await esme.connection.closed


async def test_a_text_before_an_unbind_is_answered_before_it() -> None:
    async with listening() as to, connected(to) as (esme, smsc):
        smsc.send(pdus.DeliverSm(7), pdus.Unbind(8))
        incoming = await esme.told.get()
        assert isinstance(incoming, Incoming)
        assert isinstance(await esme.told.get(), PeerUnbound)
        esme.session.answer(incoming, Status.ROK, now())
        esme.connection.flush()
        assert await smsc.next() == pdus.DeliverSmResp(7)
        assert await smsc.next() == pdus.UnbindResp(8)
        with pytest.raises(EOFError):
            await smsc.next()
        assert await esme.told.get() == Closed(Reason.PEER_UNBOUND)
        await esme.connection.closed


async def test_a_text_that_is_never_written_down_holds_an_unbind_for_two_seconds() -> None:
    clock = VirtualClock()
    async with listening() as to:
        with clock.ruling():
            async with connected(to) as (esme, smsc):
                smsc.send(pdus.DeliverSm(7), pdus.Unbind(8))
                assert isinstance(await esme.told.get(), Incoming)
                await clock.advance(1.9)
                assert not esme.session.closed
                await clock.advance(0.2)
                assert await smsc.next() == pdus.UnbindResp(8)
                await esme.connection.closed


async def test_nobody_there_is_an_error_of_the_system() -> None:
    async with listening() as to:
        port = to.port
    esme = Esme()
    with pytest.raises(OSError):  # noqa: PT011 - refused, in the words of any system
        await connect("127.0.0.1", port, esme.session, esme.on_events, connect_s=10)
    assert esme.batches == []
