import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from random import Random

import pytest

from sms_gateway.smpp import pdus
from sms_gateway.smpp.connection import Connection, connect
from sms_gateway.smpp.events import BindRefused, Bound, Closed, Event, Incoming, Reason, Responded
from sms_gateway.smpp.receipt import read_receipt
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import Timers
from sms_gateway.smpp.status import Status
from sms_gateway.smsc.answering import Outside
from sms_gateway.smsc.behaviour import Account, Behaviour, LongText, Receipts
from sms_gateway.smsc.centre import Centre

NUMBER = "84900000001"
ANYBODY = Account()
TIMERS = Timers(response_s=20, enquire_link_s=0, inactivity_s=0, bind_s=5)
REPLY = pdus.SubmitSm(
    source_addr="8083", destination_addr=NUMBER, registered_delivery=1, short_message=b"Ho so"
)


class Esme:
    """A gateway of a few lines, that answers what comes with `says`."""

    def __init__(self) -> None:
        self.session = EsmeSession(TIMERS, 100, asyncio.get_running_loop().time())
        self.connection: Connection[Event]
        self.told: asyncio.Queue[Event] = asyncio.Queue()
        self.says: int | None = Status.ROK

    def heard(self, events: Sequence[Event]) -> None:
        for event in events:
            self.told.put_nowait(event)
            if isinstance(event, Incoming) and self.says is not None:
                self.session.answer(event, self.says, 0.0)
        self.connection.flush()

    async def hears(self) -> Event:
        return await self.told.get()

    async def gets(self) -> pdus.DeliverSm:
        event = await self.hears()
        assert isinstance(event, Incoming), event
        assert isinstance(event.pdu, pdus.DeliverSm)
        return event.pdu

    def submit(self, *tokens: object) -> None:
        for token in tokens:
            self.session.submit(REPLY, token, asyncio.get_running_loop().time())
        self.connection.flush()

    async def answers(self, count: int) -> list[tuple[object, int]]:
        """Token and status of so many answers, in their order; receipts are passed over."""
        found: list[tuple[object, int]] = []
        while len(found) < count:
            event = await self.hears()
            if isinstance(event, Responded):
                found.append((event.token, event.status))
        return found


class Telco:
    """A centre that listens."""

    def __init__(self, centre: Centre, port: int, stack: AsyncExitStack, lines: list[str]) -> None:
        self.centre = centre
        self.lines = lines
        self._port = port
        self._stack = stack

    async def bound(
        self, kind: type[pdus.AnyBind] = pdus.BindTransceiver, password: str = ""
    ) -> Esme:
        esme = Esme()
        bind = kind(system_id="office", password=password)
        esme.session.bind(bind, asyncio.get_running_loop().time())
        esme.connection = await connect(
            "127.0.0.1", self._port, esme.session, esme.heard, connect_s=5
        )
        self._stack.push_async_callback(self._part, esme)
        return esme

    async def _part(self, esme: Esme) -> None:
        esme.connection.close()
        await esme.connection.closed

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so, after anything that happens."""
        happened = asyncio.Event()
        self.centre.handing.changed = happened.set
        while not wanted():
            await happened.wait()
            happened.clear()


@asynccontextmanager
async def telco(
    behaviour: Behaviour, account: Account = ANYBODY, seed: int = 1
) -> AsyncIterator[Telco]:
    lines: list[str] = []
    outside = Outside(lambda: datetime(2026, 11, 27, tzinfo=UTC), Random(seed), 0x1F)  # noqa: S311  # repeatable
    centre = Centre(behaviour, account, outside, lines.append)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(centre.came, "127.0.0.1", 0)
    async with server, AsyncExitStack() as stack:
        there = Telco(centre, server.sockets[0].getsockname()[1], stack, lines)
        stack.push_async_callback(there.until, lambda: not centre.handing.lines)
        yield there


async def ready(there: Telco) -> Esme:
    esme = await there.bound()
    assert isinstance(await esme.hears(), Bound)
    return esme


async def test_only_the_account_may_bind() -> None:
    async with telco(Behaviour(), Account("office", "secret")) as there:
        esme = await there.bound(password="wrong")
        assert await esme.hears() == BindRefused(Status.RINVPASWD)
        await esme.connection.closed
        esme = await there.bound(password="secret")
        assert isinstance(await esme.hears(), Bound)
    async with telco(Behaviour(), Account("other")) as there:
        esme = await there.bound()
        assert await esme.hears() == BindRefused(Status.RINVSYSID)


async def test_a_text_goes_to_whoever_is_bound_and_its_end_is_told() -> None:
    async with telco(Behaviour()) as there:
        there.centre.handing.type(NUMBER, "MCKH 1")
        esme = await ready(there)
        pdu = await esme.gets()
        assert (pdu.source_addr, pdu.short_message) == (NUMBER, b"MCKH 1")
        await there.until(lambda: there.centre.figures.acknowledged == 1)
        assert there.lines[-1] == f"taken   {NUMBER}"


async def test_a_transmitter_gets_no_texts() -> None:
    async with telco(Behaviour()) as there:
        sender = await there.bound(pdus.BindTransmitter)
        await sender.hears()
        there.centre.handing.type(NUMBER, "MCKH 1")
        receiver = await there.bound(pdus.BindReceiver)
        await receiver.hears()
        assert (await receiver.gets()).source_addr == NUMBER
        assert sender.told.empty()


async def test_no_more_are_on_their_way_than_the_window_allows() -> None:
    async with telco(Behaviour(window=2)) as there:
        esme = await ready(there)
        esme.says = None
        for number in range(3):
            there.centre.handing.type(f"8490000000{number}", "x")
        first = await esme.hears()
        assert isinstance(first, Incoming)
        await esme.gets()
        assert there.centre.figures.delivered == 2
        esme.session.answer(first, Status.ROK, 0.0)
        esme.connection.flush()
        assert (await esme.gets()).source_addr == "84900000002"


@pytest.mark.parametrize("status", [Status.RX_T_APPN, Status.RTHROTTLED, Status.RSYSERR])
async def test_a_text_that_is_refused_for_now_comes_again(status: int) -> None:
    async with telco(Behaviour(again_s=0.01)) as there:
        esme = await ready(there)
        esme.says = status
        there.centre.handing.type(NUMBER, "MCKH 1")
        first = await esme.gets()
        esme.says = Status.ROK
        again = await esme.gets()
        assert (again.source_addr, again.short_message) == (first.source_addr, first.short_message)
        await there.until(lambda: there.centre.figures.acknowledged == 1)
        assert there.centre.figures.put_off == 1


async def test_a_text_that_is_refused_for_good_does_not_come_again() -> None:
    async with telco(Behaviour()) as there:
        there.centre.handing.ended = True
        esme = await ready(there)
        esme.says = Status.RX_R_APPN
        there.centre.handing.type(NUMBER, "MCKH 1")
        await there.until(lambda: there.centre.done)
        assert there.centre.figures.refused == 1


async def test_a_text_without_an_answer_goes_to_the_next_that_binds() -> None:
    async with telco(Behaviour(again_s=0.01)) as there:
        first = await ready(there)
        first.says = None
        there.centre.handing.type(NUMBER, "MCKH 1")
        await first.gets()
        first.connection.close()
        second = await ready(there)
        assert (await second.gets()).source_addr == NUMBER


async def test_texts_keep_the_pace() -> None:
    async with telco(Behaviour(per_second=50)) as there:
        esme = await ready(there)
        loop = asyncio.get_running_loop()
        began = loop.time()
        there.centre.handing.texts(iter([(NUMBER, "x")] * 3))
        for _ in range(3):
            await esme.gets()
        assert loop.time() - began >= 0.039


async def test_a_reply_is_answered_with_an_id_and_its_receipt_follows() -> None:
    async with telco(Behaviour()) as there:
        esme = await ready(there)
        there.centre.handing.type(NUMBER, "MCKH 1")
        await esme.gets()
        esme.submit("a")
        assert await esme.hears() == Responded("a", Status.ROK, "0000001F")
        receipt = await esme.gets()
        read = read_receipt(receipt.short_message, receipt.tlvs, receipt.esm_class)
        assert read is not None
        assert read.message_id == "0000001F"
        there.centre.handing.ended = True
        await there.until(lambda: there.centre.done)
        assert dict(line.split(": ") for line in there.centre.figures.lines()).items() >= {
            ("texts", "1"), ("acknowledged", "1"), ("submitted", "1"), ("answered", "1"),
            ("receipts", "1"), ("without_reply", "0"),
        }  # fmt: skip


async def test_a_text_without_a_reply_is_named_in_the_figures() -> None:
    async with telco(Behaviour()) as there:
        there.centre.handing.ended = True
        esme = await ready(there)
        there.centre.handing.type(NUMBER, "MCKH 1")
        await esme.gets()
        await there.until(lambda: there.centre.figures.acknowledged == 1)
        assert not there.centre.done
        assert f"without_reply: 1 {NUMBER}" in there.centre.figures.lines()


async def test_a_receipt_may_come_before_the_answer_and_twice() -> None:
    told = Behaviour(receipts_early=True, receipts_twice=True, receipts_plain=True)
    async with telco(told) as there:
        esme = await ready(there)
        esme.submit("a")
        early = await esme.gets()
        assert (early.esm_class, early.tlvs) == (0, ())
        assert isinstance(await esme.hears(), Responded)
        assert (await esme.gets()).short_message == early.short_message


async def test_a_receipt_that_nobody_can_take_keeps_no_answer_back() -> None:
    async with telco(Behaviour(receipts_early=True)) as there:
        esme = await there.bound(pdus.BindTransmitter)
        await esme.hears()
        esme.submit("a")
        assert isinstance(await esme.hears(), Responded)


async def test_it_refuses_and_drops_as_told() -> None:
    async with telco(Behaviour(throttle=0.5, drop=0.5, receipts=Receipts.NONE)) as there:
        esme = await ready(there)
        esme.submit(*range(40))
        figures = there.centre.figures
        await there.until(lambda: figures.submitted == 40)
        answers = await esme.answers(figures.throttled + figures.answered)
        assert {status for _, status in answers} == {Status.ROK, Status.RTHROTTLED}
        assert figures.throttled + figures.dropped + figures.answered == 40
        assert min(figures.throttled, figures.dropped, figures.answered) > 3


async def test_answers_come_late_and_in_another_order_as_told() -> None:
    async with telco(Behaviour(reorder=True, delay_s=0.01, receipts=Receipts.NONE)) as there:
        esme = await ready(there)
        esme.submit(*range(11))
        tokens = [token for token, _ in await esme.answers(11)]
        assert tokens != list(range(11))
        assert set(tokens) == set(range(11))


async def test_texts_come_twice_as_told_and_the_last_part_first() -> None:
    told = Behaviour(duplicate=1.0, reorder=True, long=LongText.PAYLOAD)
    async with telco(told) as there:
        esme = await ready(there)
        there.centre.handing.type(NUMBER, "x" * 400)
        assert (await esme.gets()).tlvs == (await esme.gets()).tlvs
    async with telco(Behaviour(reorder=True)) as there:
        esme = await ready(there)
        there.centre.handing.type(NUMBER, "x" * 153 + "y" * 100)
        assert b"y" in (await esme.gets()).short_message
        assert b"x" in (await esme.gets()).short_message


async def test_it_unbinds_when_it_leaves() -> None:
    async with telco(Behaviour()) as there:
        esme = await ready(there)
        await there.centre.leave(5)
        await esme.hears()
        assert await esme.hears() == Closed(Reason.PEER_UNBOUND)
        assert there.centre.handing.lines == []
