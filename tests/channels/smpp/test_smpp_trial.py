import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from sms_gateway.channels import door_opener
from sms_gateway.channels.smpp import trial
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Checked
from sms_gateway.smpp import pdus
from sms_gateway.smpp.pdus import Pdu
from sms_gateway.smpp.status import Status
from sms_gateway.smsc.answering import Outside
from sms_gateway.smsc.behaviour import Account, Behaviour
from sms_gateway.smsc.centre import Centre
from tests.channels.smpp.contract_case import SETTINGS
from tests.channels.smpp.telco import Telco
from tests.contracts.channel_case import CONTEXT
from tests.smpp.smsc import Smsc, listening

ROK = "ESME_ROK, it is bound, answers enquire_link, and unbinds"
SHORT = {"session_s": 0.05, "response_s": 0.05}
TEXT = pdus.DeliverSm(
    sequence=7, source_addr="84900000001", destination_addr="8083", short_message=b"MCKH"
)


async def tried(port: int, **settings: object) -> Sequence[Checked]:
    raw = {**SETTINGS, "port": port, **settings}
    context = replace(CONTEXT, clock=SystemClock())
    async with door_opener("smpp")(DoorName("telco"), raw, context) as door:
        assert door.try_binds is not None
        return await door.try_binds()


@asynccontextmanager
async def saying(
    answers: Callable[[Pdu], Sequence[Pdu] | None],
) -> AsyncIterator[int]:
    """A telco that answers so, and hangs up on None; its port."""

    async def serve(line: Smsc) -> None:
        while True:
            said = answers(await line.next())
            if said is None:
                line.writer.close()
                return
            line.send(*said)

    async with listening() as heard:

        async def all_lines() -> None:
            while True:
                await asyncio.gather(serve(await heard.accepted()), return_exceptions=True)

        serving = asyncio.create_task(all_lines())
        try:
            yield heard.port
        finally:
            serving.cancel()
            await asyncio.wait([serving])


def usual(pdu: Pdu) -> Sequence[Pdu]:
    if isinstance(pdu, pdus.BindTransceiver):
        return [pdus.BindTransceiverResp(pdu.sequence)]
    if isinstance(pdu, pdus.EnquireLink):
        return [pdus.EnquireLinkResp(pdu.sequence)]
    return [pdus.UnbindResp(pdu.sequence)]


def only(found: Sequence[Checked], port: int, role: str = "transceiver") -> tuple[bool, str]:
    (one,) = found
    assert one.what == "bind"
    at = f"{role} at 127.0.0.1:{port}: "
    assert one.told.startswith(at)
    assert "secret" not in one.told
    return one.well, one.told.removeprefix(at)


async def test_a_bind_is_tried_asked_once_and_left(telco: Telco) -> None:
    assert only(await tried(telco.port), telco.port) == (True, ROK)
    assert telco.bound.qsize() == telco.unbound.qsize() == 1
    assert telco.submitted == []


async def test_the_password_is_the_one_that_the_smsc_of_this_house_wants_or_not() -> None:
    outside = Outside(lambda: datetime.now(UTC), Random(1), 1)  # noqa: S311  # a test
    for password, well in (("secret", True), ("another", False)):
        centre = Centre(Behaviour(), Account("us", password), outside, None)
        server = await asyncio.get_running_loop().create_server(centre.came, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            found = only(await tried(port), port)
        assert found[0] is well
        if not well:
            assert found[1].startswith("ESME_RINVPASWD, wrong password: compare `password`")


@pytest.mark.parametrize(
    "status,told",
    [
        (Status.RALYBND, "ESME_RALYBND, this account is bound: end what else uses it"),
        (Status.RINVSYSID, "ESME_RINVSYSID, unknown account"),
        (0x400, "0x00000400, ask the telco what it means"),
    ],
)
async def test_what_the_telco_says_is_told_with_what_to_do(
    status: int, told: str, telco: Telco
) -> None:
    telco.bind_status = status
    well, found = only(await tried(telco.port), telco.port)
    assert not well
    assert found.startswith(told)


async def test_a_telco_that_never_answers_the_bind_is_not_waited_for() -> None:
    async with saying(lambda _pdu: []) as port:
        well, told = only(await tried(port, timers=SHORT), port)
    assert (well, told) == (
        False,
        (
            "no answer to the bind in 0.05 seconds: "
            "ask the telco whether this machine's address may bind there"
        ),
    )


async def test_a_telco_that_takes_the_bind_and_is_silent_then_fails() -> None:
    def answers(pdu: Pdu) -> Sequence[Pdu]:
        return usual(pdu) if isinstance(pdu, pdus.BindTransceiver) else []

    async with saying(answers) as port:
        well, told = only(await tried(port, timers=SHORT), port)
    assert (well, told) == (
        False, "ESME_ROK, then no answer to enquire_link in 0.05 seconds: ask the telco why"
    )  # fmt: skip


async def test_a_telco_that_does_not_answer_the_unbind_is_well_and_that_is_told() -> None:
    def answers(pdu: Pdu) -> Sequence[Pdu]:
        return [] if isinstance(pdu, pdus.Unbind) else usual(pdu)

    async with saying(answers) as port:
        well, told = only(await tried(port, timers=SHORT), port)
    assert well
    assert told.endswith("no answer to the unbind")


async def test_a_text_that_comes_meanwhile_is_told_also_where_the_trial_fails() -> None:
    def answers(pdu: Pdu) -> Sequence[Pdu]:
        return [*usual(pdu), TEXT] if isinstance(pdu, pdus.BindTransceiver) else []

    async with saying(answers) as port:
        well, told = only(await tried(port, timers=SHORT), port)
    assert not well
    assert told.endswith("ask the telco why; what it handed over it must keep: 1")


@pytest.mark.parametrize(
    "silent,told",
    [
        (pdus.BindTransceiver, "no answer to the bind in 0.05 seconds"),
        (pdus.EnquireLink, "ESME_ROK, then no answer to enquire_link in 0.05 seconds"),
    ],
)
async def test_a_person_waits_no_longer_than_the_most_whatever_the_settings_allow(
    silent: type[Pdu], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_MOST_S", 0.05)

    async with saying(lambda pdu: [] if isinstance(pdu, silent) else usual(pdu)) as port:
        timers = {"session_s": 3_600, "response_s": 3_600}
        found = only(await tried(port, timers=timers), port)
    assert found[0] is False
    assert found[1].startswith(told)


@pytest.mark.parametrize("bound", [True, False])
async def test_a_telco_that_hangs_up_fails(*, bound: bool) -> None:
    def answers(pdu: Pdu) -> Sequence[Pdu] | None:
        return usual(pdu) if bound and isinstance(pdu, pdus.BindTransceiver) else None

    async with saying(answers) as port:
        well, told = only(await tried(port), port)
    assert not well
    assert told.startswith("ESME_ROK, then the connection broke" if bound else "the connection")


async def test_a_text_that_comes_meanwhile_is_left_to_the_telco() -> None:
    heard: list[Pdu] = []

    def answers(pdu: Pdu) -> Sequence[Pdu]:
        heard.append(pdu)
        if isinstance(pdu, pdus.DeliverSmResp):
            return []
        return [*usual(pdu), TEXT] if isinstance(pdu, pdus.BindTransceiver) else usual(pdu)

    async with saying(answers) as port:
        well, told = only(await tried(port), port)
    assert (well, told) == (True, f"{ROK}; what it handed over it must keep: 1")
    (answer,) = [one for one in heard if isinstance(one, pdus.DeliverSmResp)]
    assert answer.status == Status.RX_T_APPN


async def test_each_bind_of_a_door_is_tried_and_those_that_are_alike_once(telco: Telco) -> None:
    async with saying(lambda _pdu: None) as other:
        binds = [
            {"role": "transmitter"}, {"role": "transmitter"}, {"role": "receiver"},
            {"port": other},
        ]  # fmt: skip
        found = await tried(telco.port, binds=binds)
    assert [(one.what, one.well, one.told.split(": ")[0]) for one in found] == [
        ("bind 1", True, f"transmitter at 127.0.0.1:{telco.port}"),
        ("bind 3", True, f"receiver at 127.0.0.1:{telco.port}"),
        ("bind 4", False, f"transceiver at 127.0.0.1:{other}"),
    ]


async def test_where_no_connection_comes_about_no_bind_is_tried() -> None:
    async with listening() as heard:
        port = heard.port
    well, told = only(await tried(port), port)
    assert (well, told) == (False, "not tried, unreachable ECONNREFUSED")
