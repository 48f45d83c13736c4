"""When the certificate before the gateway ends, as its proxy shows it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.web.certificate import CertificateError, end_at, end_of

FOLDER = Path(__file__).parent / "certificates"
NEAR = ssl.PEM_cert_to_DER_cert((FOLDER / "utc_time.pem").read_text())
PROXY = (FOLDER / "proxy.pem").read_text()
FAR = ssl.PEM_cert_to_DER_cert(PROXY[PROXY.index("-----BEGIN CERTIFICATE") :])
FAR_ENDS = datetime(2054, 4, 13, 16, 37, tzinfo=UTC)


@asynccontextmanager
async def proxy(context: ssl.SSLContext | None) -> AsyncIterator[str]:
    """What listens at the address that it gives; without a context it closes at once."""

    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_a_year_of_two_digits_is_read() -> None:
    assert end_of(NEAR) == datetime(2035, 2, 12, 16, 37, tzinfo=UTC)


def test_a_year_of_four_digits_is_read() -> None:
    assert end_of(FAR) == FAR_ENDS


@pytest.mark.parametrize("octets", [b"", b"0", b"\x30\x80\x00\x00", NEAR[:100], b"x" + NEAR])
def test_what_is_no_certificate_is_said_to_be_none(octets: bytes) -> None:
    with pytest.raises(CertificateError, match="no certificate"):
        end_of(octets)


@given(st.integers(0, len(NEAR) - 1), st.binary(min_size=1, max_size=4))
def test_whatever_octets_come_it_ends_or_is_none(at: int, other: bytes) -> None:
    changed = NEAR[:at] + other + NEAR[at + len(other) :]
    with contextlib.suppress(CertificateError):
        assert end_of(changed).tzinfo is UTC


async def test_it_is_seen_as_a_telco_sees_it() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, FOLDER / "proxy.pem")
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    async with proxy(context) as at:
        assert await end_at("sms.example.vn", at) == FAR_ENDS
    assert names == ["sms.example.vn"]


async def test_one_that_speaks_no_tls_is_told_from_nobody() -> None:
    async with proxy(None) as at:
        with pytest.raises(CertificateError, match="speaks no TLS"):
            await end_at("sms.example.vn", at)
    with pytest.raises(CertificateError, match="nothing answers"):
        await end_at("sms.example.vn", at)


async def test_a_port_that_is_none_is_answered_by_nobody() -> None:
    with pytest.raises(CertificateError, match="nothing answers"):
        await end_at("sms.example.vn", "127.0.0.1:99999")
