"""One call to the provider, within limits: nothing is followed, unpacked or read without end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import msgspec

from sms_gateway.oidc.values import Refusal

MAX_ANSWER: Final = 256 * 1024
"""Most octets of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in JSON, an object.

    Attributes:
        status: of HTTP, never one that leads elsewhere.
        values: by name.
    """

    status: int
    values: Mapping[str, object] = field(repr=False)


async def call(
    url: str,
    seconds: float,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said | Refusal:
    """Ask by GET, or by POST where there is a form.

    Args:
        url: https, or this machine; whoever calls has seen to that.
        seconds: all of it may take.
        form: what is sent.
        headers: with it.
    """
    limit = aiohttp.ClientTimeout(total=seconds)
    asked = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    try:
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), timeout=limit, auto_decompress=False
            ) as session,
            session.request(
                "GET" if form is None else "POST",
                url,
                data=form,
                headers=asked,
                allow_redirects=False,
            ) as response,
        ):
            return await _said(response)
    except (TimeoutError, aiohttp.ClientError, OSError):
        return Refusal.UNREACHABLE
    except ValueError:
        # An address that no URL can be made of.
        return Refusal.ODD_ANSWER


async def _said(response: aiohttp.ClientResponse) -> Said | Refusal:
    if 300 <= response.status < 400:  # noqa: PLR2004  # all that leads elsewhere (RFC 9110 15.4)
        return Refusal.ODD_ANSWER
    whole = bytearray()
    async for chunk in response.content.iter_any():
        whole += chunk
        if len(whole) > MAX_ANSWER:
            response.close()
            return Refusal.ODD_ANSWER
    try:
        values = msgspec.json.decode(whole)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Refusal.ODD_ANSWER
    return Said(response.status, values) if isinstance(values, dict) else Refusal.ODD_ANSWER
