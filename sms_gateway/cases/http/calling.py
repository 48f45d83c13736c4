"""One request to a case database and what came back, whatever it sends."""

import asyncio
import ssl
from dataclasses import dataclass, field

import aiohttp

from sms_gateway.cases.http.request import Outgoing
from sms_gateway.cases.remote import Away

MAX_ANSWER = 1024 * 1024
"""Most octets of an answer that are read."""

_KEEP_ALIVE = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole.

    Attributes:
        status: of HTTP.
        is_page: it says of itself that it is a page for people.
        body: its octets, as they came.
    """

    status: int
    is_page: bool
    body: bytes = field(repr=False)


class Line:
    """Connections to one case database; requests wait for each other where there are too many."""

    def __init__(self, session: aiohttp.ClientSession, slots: int) -> None:
        self._session = session
        self._slots = asyncio.Semaphore(slots)

    def beside(self) -> "Line":
        """For one request at a time that takes no place of the others."""
        return Line(self._session, 1)

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()

    async def call(self, request: Outgoing) -> Reply | Away:
        """Send it; the caller sets the time limit."""
        try:
            async with (
                self._slots,
                self._session.request(
                    request.method,
                    request.url,
                    data=request.body,
                    headers=request.headers,
                    allow_redirects=False,
                ) as response,
            ):
                return await _whole(response)
        except aiohttp.ClientSSLError as error:
            return Away("certificate", _of_tls(error))
        except aiohttp.ClientConnectorError:
            sentence = "the case database takes no connection: see whether it runs, and check url"
            return Away("refused", sentence)
        except (aiohttp.ClientError, OSError):
            return Away("broken", "the case database broke off its answer, or it was no HTTP")


def _of_tls(error: aiohttp.ClientSSLError) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "the certificate of the case database is not trusted: check ca_file and url"
    return "no TLS with the case database: check url"


async def _whole(response: aiohttp.ClientResponse) -> Reply | Away:
    # Nothing is unpacked: a small answer could become a large one.
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        return Away("broken", "the case database packs its answers, which was not asked for")
    chunks, left = [], MAX_ANSWER
    async for chunk in response.content.iter_any():
        left -= len(chunk)
        if left < 0:
            response.close()
            return Away("oversized", "the case database answers more than 1 MiB: ask for less")
        chunks.append(chunk)
    is_page = response.content_type in ("text/html", "application/xhtml+xml")
    return Reply(response.status, is_page, b"".join(chunks))


def open_line(tls: ssl.SSLContext, slots: int) -> Line:
    """Connections of one case database; no cookies, no proxies, nothing followed."""
    session = aiohttp.ClientSession(
        # One more than there are slots, see `Line.beside`.
        connector=aiohttp.TCPConnector(limit=slots + 1, keepalive_timeout=_KEEP_ALIVE, ssl=tls),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
    )
    return Line(session, slots)
