"""A session over TLS, also with a peer that does not wait for its end."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.connection import connect
from sms_gateway.smpp.events import Bound, Closed, Reason, Responded
from tests.smpp.smsc import listening
from tests.smpp.test_connection import Esme, connected, now

CERTIFICATE = Path(__file__).parent.parent / "web" / "certificates" / "proxy.pem"


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(CERTIFICATE)
    return context


def serving() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_a_private_authority_and_a_name_are_enough_for_tls() -> None:
    tls, client = await asyncio.to_thread(serving), await asyncio.to_thread(trusting)
    async with (
        listening(tls) as to,
        connected(to, client, server_name="sms.example.vn") as (esme, smsc),
    ):
        esme.submit("token")
        smsc.send(pdus.SubmitSmResp((await smsc.next()).sequence, 0, "id"))
        assert await esme.told.get() == Responded("token", 0, "id")


async def test_a_certificate_for_another_name_is_no_connection() -> None:
    tls, client = await asyncio.to_thread(serving), await asyncio.to_thread(trusting)
    esme = Esme()
    async with listening(tls) as to:
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(
                "127.0.0.1", to.port, esme.session, esme.on_events, tls=client, connect_s=10
            )
    assert not [event for event in esme.batches if event != [Closed(Reason.CONNECTION_LOST)]]


def shaken(tls: ssl.SSLObject) -> bool:
    """Whether the handshake is done."""
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


@contextlib.asynccontextmanager
async def hasty(says: bytes) -> AsyncIterator[int]:
    """The port of a peer that says this in one write with the last record of its handshake."""
    context = await asyncio.to_thread(serving)
    # In TLS 1.2 the server's word is the last.
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(came, goes, server_side=True)
        while not shaken(tls):
            writer.write(goes.read())
            came.write(await reader.read(65_536))
        tls.write(says)
        writer.write(goes.read())
        await reader.read(65_536)
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("bound_first", [True, False])
async def test_a_peer_that_talks_before_it_is_asked_ends_the_session_and_raises_nothing(
    *, bound_first: bool
) -> None:
    client = await asyncio.to_thread(trusting)
    esme = Esme()
    bind = pdus.BindTransceiver(system_id="office")
    if bound_first:
        esme.session.bind(bind, now())
    async with hasty(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        connection = await connect(
            "127.0.0.1", port, esme.session, esme.on_events,
            tls=client, server_name="sms.example.vn", connect_s=10,
        )  # fmt: skip
        assert esme.session.closed
        if not bound_first:
            esme.session.bind(bind, now())
        connection.flush()
        await connection.closed
    assert esme.batches[-1][-1] == Closed(Reason.OUT_OF_STEP)


async def test_an_smsc_that_answers_with_the_end_of_its_handshake_binds_us() -> None:
    client = await asyncio.to_thread(trusting)
    esme = Esme()
    esme.session.bind(pdus.BindTransceiver(system_id="office"), now())
    async with hasty(encode(pdus.BindTransceiverResp(1))) as port:
        connection = await connect(
            "127.0.0.1", port, esme.session, esme.on_events,
            tls=client, server_name="sms.example.vn", connect_s=10,
        )  # fmt: skip
        assert isinstance(await esme.told.get(), Bound)
        connection.close()
        await connection.closed
