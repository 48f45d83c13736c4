"""What is no HTTP is answered without a word of it, and counted."""

import pytest

from tests.log_watch import leaks
from tests.web.web_desk import request, served

PRIVATE = b"0900000001-MCKH-170703-0001"
MALFORMED = [
    PRIVATE + b" is no request\r\n\r\n",
    b"GET /mo?text=" + PRIVATE + b" and more HTTP/1.1\r\nHost: gateway\r\n\r\n",
    b"GET /mo HTTP/1.1\r\nHost: gateway\r\n" + PRIVATE + b"\r\n\r\n",
    b"GET /mo HTTP/1.1\r\nHost: gateway\r\nX-Text: a\0" + PRIVATE + b"\r\n\r\n",
    b"POST /mo HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + PRIVATE + b"\r\n\r\n",
    b"GET /" + PRIVATE * 400 + b" HTTP/1.1\r\nHost: gateway\r\n\r\n",
    b"GET /mo HTTP/1.1\r\nHost: gateway\r\nX-Text: " + PRIVATE * 400 + b"\r\n\r\n",
    b"GET /mo HTTP/9000\r\nHost: " + PRIVATE + b"\r\n\r\n",
]


@pytest.mark.parametrize("octets", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_malformed_request_is_not_quoted_to_its_caller(
    octets: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    async with served() as desk:
        status, headers, body = await desk.heard(octets)
        assert (status, body) == (400, b'{"error": "this is no HTTP request"}')
        assert headers["content-type"].startswith("application/json")
        assert headers["cache-control"] == "no-store"
        assert desk.counted('sms_refused_total{door="",reason="malformed"} 1.0')
        assert not desk.side.calls
    said = "".join(capfd.readouterr())
    assert PRIVATE.decode() not in said
    assert not leaks(said)


async def test_a_malformed_request_behind_a_good_one_is_not_quoted_either() -> None:
    async with served() as desk:
        reader, writer = await desk.raw(request("POST", "/mo", b"{}"))
        assert (await reader.readuntil(b"\r\n\r\nOK")).startswith(b"HTTP/1.1 200")
        writer.write(MALFORMED[0])
        answer = await reader.read()
        writer.transport.abort()
    assert b" 400 Bad Request" in answer
    assert PRIVATE not in answer
