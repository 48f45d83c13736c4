"""Whether a telco can be reached: its name, its port and its certificate; nothing is sent."""

import asyncio
import os
import socket
import ssl
from collections.abc import Sequence
from datetime import datetime

from sms_gateway.ports import Checked

_CLOSING_SECONDS = 1.0


async def reach(
    host: str, port: int, tls: ssl.SSLContext | None, server_name: str | None, seconds: float
) -> Sequence[Checked]:
    """Resolve, connect and shake hands, then hang up.

    Args:
        host: name or address of the telco.
        port: where it listens.
        tls: None for a plain connection.
        server_name: in its certificate; None for `host`.
        seconds: for each of the steps.
    """
    named = await _resolve(host, port, seconds)
    if not named.well:
        return [named]
    name = (server_name or host) if tls else None
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        told = f"that of {name} is not believed ({error.verify_message}): ask the telco"
        return [named, _well("connection", _at(host, port)), _wrong("certificate", told)]
    except ssl.SSLError as error:
        told = f"{_at(host, port)} speaks no TLS that we speak ({error.reason}): ask the telco"
        return [named, _wrong("connection", told)]
    except TimeoutError:
        told = f"{_at(host, port)} does not answer: does the telco let this machine in?"
        return [named, _wrong("connection", told)]
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        told = f"{_at(host, port)} cannot be reached ({why})"
        return [named, _wrong("connection", f"{told}: check the address, ask the telco")]
    try:
        connected = _well("connection", _at(host, port))
        shown = writer.get_extra_info("peercert")
        return [named, connected, *([_certificate(name or host, shown)] if tls and shown else [])]
    finally:
        await _hang_up(writer)


async def _resolve(host: str, port: int, seconds: float) -> Checked:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        told = f"{host} is not known here: check the name and this machine's DNS"
        return _wrong("name", told)
    addresses = dict.fromkeys(str(one[4][0]) for one in found)
    return _well("name", f"{host} is {', '.join(addresses)}")


def _certificate(name: str, shown: dict[str, str]) -> Checked:
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"])).astimezone()
    return _well("certificate", f"that of {name} ends on {end:%d/%m/%Y}")


def _well(what: str, told: str) -> Checked:
    return Checked(what, well=True, told=told)


def _wrong(what: str, told: str) -> Checked:
    return Checked(what, well=False, told=told)


def _at(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(_CLOSING_SECONDS):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        pass  # it was seen, that is all that was wanted
