import asyncio
import io
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from sms_gateway.channels import door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.settings import SettingsError
from tests.channels.smpp.conftest import House
from tests.channels.smpp.contract_case import SETTINGS
from tests.channels.smpp.telco import Desk, Telco, open_telco
from tests.contracts.channel_case import CONTEXT

PEM = str(Path(__file__).parent.parent.parent / "web" / "certificates" / "proxy.pem")
NAME = "sms.example.vn"


def serving(*, wants_ours: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    if wants_ours:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(PEM)
    return context


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def house(stack: AsyncExitStack, telco: Telco, **tls: str) -> House:
    timers = {"reconnect_s": 0.01, "connect_s": 2.0}
    raw = {**SETTINGS, "port": telco.port, "tls": tls, "timers": timers}
    context = replace(CONTEXT, clock=SystemClock())
    door = await stack.enter_async_context(door_opener("smpp")(DoorName("telco"), raw, context))
    found = House(telco, Desk(), door)
    stack.push_async_callback(found.stop)
    return found


async def test_it_binds_over_tls_with_a_private_authority_and_a_certificate_of_ours(
    stack: AsyncExitStack,
) -> None:
    telco = await stack.enter_async_context(open_telco(serving(wants_ours=True)))
    found = await house(stack, telco, ca_file=PEM, cert_file=PEM, key_file=PEM, server_name=NAME)
    await found.desk.changes.get()
    assert found.sender.limits.slots == 10


@pytest.mark.parametrize(
    "tls", [{"server_name": NAME}, {"ca_file": PEM}], ids=["unknown authority", "wrong name"]
)
async def test_a_telco_that_does_not_prove_who_it_is_is_not_talked_to(
    stack: AsyncExitStack, captured_logs: io.StringIO, tls: dict[str, str]
) -> None:
    telco = await stack.enter_async_context(open_telco(serving(wants_ours=False)))
    found = await house(stack, telco, **tls)
    async with asyncio.timeout(10):
        while "smpp.not_bound" not in captured_logs.getvalue():  # noqa: ASYNC110  # a log has no event
            await asyncio.sleep(0)
    assert '"reason":"certificate"' in captured_logs.getvalue()
    assert telco.bound.empty()
    assert found.sender.limits.slots == 0


@pytest.mark.parametrize("key", ["ca_file", "cert_file"])
async def test_a_certificate_that_is_not_there_is_told_at_the_start(
    stack: AsyncExitStack, key: str
) -> None:
    raw = {**SETTINGS, "tls": {key: "/nowhere.pem"}}
    opener = door_opener("smpp")(DoorName("telco"), raw, CONTEXT)
    with pytest.raises(SettingsError, match=r"doors\.telco\.tls: .*No such file"):
        await stack.enter_async_context(opener)


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"binds": [{"role": "receiver"}]}, "no bind can send"),
        (
            {
                "binds": [{"role": "transmitter"}, {"role": "receiver", "host": "192.0.2.7"}],
                "receipts": {"ids_shared": False},
            },
            r"bind 2 only receives from 192\.0\.2\.7:.*add a transmitter there",
        ),
        (
            {
                "binds": [{"role": "transmitter"}, {"role": "receiver", "port": 2776}],
                "receipts": {"ids_shared": False},
            },
            "bind 2 only receives from .*:2776,",
        ),
        ({"password": "longer-than-8"}, "8 ASCII characters"),
        ({"system_type": "Đ"}, "ASCII only"),
        ({"system_id": "Đ"}, "ASCII only"),
        ({"addresses": {"range": "đ"}}, "ASCII only"),
        ({"addresses": {"source": "đ"}}, "ASCII only"),
        ({"service_type": "đ"}, "ASCII only"),
        ({"billing": {"refund": {"service_type": "đ"}}}, "ASCII only"),
        ({"binds": [{"system_id": "x" * 16}]}, "ASCII only"),
        ({"host": "sms..example"}, "ASCII only"),
        ({"host": "x" * 64 + ".example"}, "ASCII only"),
        ({"addresses": {"short_code": "eighty"}}, "digits only"),
        ({"texts": {"codings": {"256": "ascii"}}}, "no data_coding"),
        ({"billing": {"free": {"tlvs": {"x": "1"}}}}, "expected a tag"),
    ],
)
async def test_settings_that_cannot_work_are_told_with_their_place(
    stack: AsyncExitStack, wrong: dict[str, object], told: str
) -> None:
    opener = door_opener("smpp")(DoorName("telco"), {**SETTINGS, **wrong}, CONTEXT)
    with pytest.raises(SettingsError, match=rf"doors\.telco.*{told}"):
        await stack.enter_async_context(opener)
