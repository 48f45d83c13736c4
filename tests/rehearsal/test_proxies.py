"""The examples for nginx, Caddy and HAProxy, in front of a real gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_process import Program
from tests.rehearsal.proxies import (
    NUMBER,
    PASSWORD,
    QUERY,
    STRANGER,
    TELCO,
    TEXT,
    Behind,
    behind,
)

pytestmark = [pytest.mark.acceptance]

MACHINE = (
    "/", "/phone", "/phone/messages", "/metrics", "/ready", "/live", "/mo/local", "/MO/local",
    "/mo/../metrics", "/mo/%2e%2e/metrics", "/mo/..%2fmetrics", "//metrics", "/mo//local",
    "/mo/%6cocal", "/dlr/../phone",
)  # fmt: skip
"""What no telco has any business with, also in other spellings."""


@pytest.fixture(
    params=[
        pytest.param("nginx", marks=pytest.mark.rehearsal("nginx")),
        pytest.param("caddy", marks=pytest.mark.rehearsal("caddy")),
        pytest.param("haproxy", marks=pytest.mark.rehearsal("haproxy")),
    ]
)
def proxied(request: pytest.FixtureRequest, program: Program, tmp_path: Path) -> Iterator[Behind]:
    """A gateway behind each of them."""
    folder = tmp_path / "proxy"
    folder.mkdir()
    with behind(request.param, program, folder) as opened:
        yield opened


def test_a_telcos_call_goes_through_and_leaves_no_number_text_or_secret_in_a_log(
    proxied: Behind,
) -> None:
    status, said = proxied.call(QUERY)
    assert (status, said[:19]) == (200, "Ho so 170703-0001 d")
    assert proxied.call(QUERY, "POST", b"x=1", {"Content-Type": "text/plain"})[0] == 200
    assert proxied.call(QUERY.replace(PASSWORD, "wrong"))[0] in (401, 403)
    assert proxied.call(f"/dlr/nobody?from={NUMBER}&text={TEXT}")[0] == 404
    proxied.gateway.stop()
    assert proxied.call(QUERY)[0] in (502, 503)
    written = proxied.written()
    assert "200" in written
    for word in (NUMBER, TEXT, PASSWORD, "password"):
        assert word not in written


def test_the_gateway_hears_who_called_and_believes_nobody_who_only_says_so(
    proxied: Behind,
) -> None:
    # Left of what the proxy adds anybody may write: it counts for nothing.
    for said in ({}, {"X-Forwarded-For": STRANGER}, {"X-Forwarded-For": TELCO}):
        assert proxied.call(QUERY, headers=said)[0] == 200
        assert proxied.call(QUERY, headers=said, source=STRANGER)[0] == 403
    assert "caller.unknown" not in "\n".join(proxied.gateway.err)


def test_what_is_for_the_machine_stays_on_it_and_large_bodies_outside(proxied: Behind) -> None:
    for path in MACHINE:
        status, said = proxied.call(path)
        assert status in (400, 404), (path, said)
    assert proxied.call(QUERY, "POST", b"x" * 70_000)[0] == 413
