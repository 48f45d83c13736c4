"""When the certificate ends that the proxy before us shows to telcos.

It is asked for as a telco would, so that a renewed file that the proxy has not read yet is no news.
"""

import asyncio
import re
import ssl
from datetime import UTC, datetime

SECONDS = 5.0
"""How long connecting and the handshake may take."""

_SEQUENCE, _VERSION, _UTC_TIME, _GENERAL_TIME = 0x30, 0xA0, 0x17, 0x18
_LONG = 0x80
_MOST_LENGTH_OCTETS = 4
_CENTURY_TURNS = 50
_TIMES = {_UTC_TIME: re.compile(rb"\d{12}Z"), _GENERAL_TIME: re.compile(rb"\d{14}Z")}


class CertificateError(Exception):
    """It cannot be seen; the message says why, in few words."""


async def end_at(name: str, at: str) -> datetime:
    """When the certificate ends.

    Args:
        name: what telcos call the proxy.
        at: address and port of the proxy.

    Raises:
        CertificateError: nobody answers there, or not by TLS.
    """
    host, _, port = at.rpartition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Whether it is to be believed is for telcos to say; here only its end is read.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(
                host.strip("[]"), int(port), ssl=context, server_hostname=name
            )
    except ssl.SSLError:
        message = "what answers there speaks no TLS"
        raise CertificateError(message) from None
    except (OSError, OverflowError, ValueError):
        message = "nothing answers there"
        raise CertificateError(message) from None
    try:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    return end_of(certificate or b"")


def end_of(certificate: bytes) -> datetime:
    """When a certificate ends (RFC 5280 section 4.1).

    Args:
        certificate: in DER.

    Raises:
        CertificateError: it is none.
    """
    try:
        _, start, _ = _element(certificate, 0, _SEQUENCE)
        _, at, _ = _element(certificate, start, _SEQUENCE)
        tag, _, after = _element(certificate, at)
        if tag == _VERSION:
            _, _, after = _element(certificate, after)
        for _ in ("signature", "issuer"):
            _, _, after = _element(certificate, after, _SEQUENCE)
        _, begin, _ = _element(certificate, after, _SEQUENCE)
        _, _, after = _element(certificate, begin)
        tag, start, end = _element(certificate, after)
        return _moment(tag, certificate[start:end])
    except (IndexError, KeyError, ValueError):
        message = "what it shows is no certificate"
        raise CertificateError(message) from None


def _element(octets: bytes, at: int, wanted: int | None = None) -> tuple[int, int, int]:
    """Tag, begin and end of what stands there in DER. Raises IndexError, ValueError."""
    tag, length, start = octets[at], octets[at + 1], at + 2
    if length >= _LONG:
        count = length - _LONG
        if not 0 < count <= _MOST_LENGTH_OCTETS:
            raise ValueError
        length, start = int.from_bytes(octets[start : start + count], "big"), start + count
    if wanted not in (None, tag) or start + length > len(octets):
        raise ValueError
    return tag, start, start + length


def _moment(tag: int, written: bytes) -> datetime:
    if not _TIMES[tag].fullmatch(written):
        raise ValueError
    text = written.decode("ascii")
    if tag == _UTC_TIME:
        # RFC 5280 section 4.1.2.5.1: years from 50 on are of the last century.
        text = ("19" if int(text[:2]) >= _CENTURY_TURNS else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
