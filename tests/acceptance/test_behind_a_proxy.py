"""Doors for this machine alone stay shut for those who come through a proxy of this machine."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.real_process import PATIENCE_S, Gateway

pytestmark = pytest.mark.acceptance

TEXT = b'{"id":"1","from":"0900000001","to":"8083","text":"MCKH_170703-0001"}'


def status(gateway: Gateway, method: str, path: str, headers: dict[str, str]) -> int:
    """The status of one call."""
    connection = HTTPConnection(urlsplit(gateway.url).netloc, timeout=PATIENCE_S)
    try:
        connection.request(method, path, TEXT if method == "POST" else None, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_whoever_comes_through_a_proxy_that_nobody_named_is_not_this_machine(
    gateway: Gateway,
) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        for value in ("203.0.113.7", "127.0.0.1", "for=127.0.0.1", ""):
            assert status(gateway, "POST", "/mo/local", {name: value}) == 403
            assert status(gateway, "GET", "/phone", {name: value}) == 403
    assert status(gateway, "GET", "/phone", {}) == 200
    assert status(gateway, "POST", "/mo/local", {}) == 200
    told = [line for line in gateway.err if "caller.unknown" in line]
    assert len(told) == 1
    assert "web.trusted_proxies" in told[0]
