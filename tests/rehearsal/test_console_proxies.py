"""The examples for nginx and Caddy before the staff's desk, with a real Chromium before these."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from sms_gateway.domain.staff import Role
from sms_gateway.web.peers import Proxies
from tests.access.access_desk import PASSWORD
from tests.browser.conftest import FLAGS
from tests.browser.console_browser import WAIT_MS
from tests.console.console_desk import ConsoleHouse, console_house
from tests.console.console_parts import AROUND
from tests.contracts.store_desk import Desk, maker_of
from tests.real_process import PATIENCE_S
from tests.rehearsal.proxies import (
    CERTIFICATE,
    EXAMPLES,
    PROXIES,
    STRANGER,
    changed,
    trusting,
    until_open,
)

pytestmark = [pytest.mark.acceptance, pytest.mark.browser]

NAME = "desk.example.vn"
PROXY = "127.0.0.1/32"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def nginx(folder: Path, port: int, upstream: str) -> None:
    example = (EXAMPLES / "nginx" / "sms-gateway-console.conf").read_text(encoding="utf-8")
    site = changed(
        example,
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (f"/etc/ssl/{NAME}/fullchain.pem", str(CERTIFICATE)),
        (f"/etc/ssl/{NAME}/privkey.pem", str(CERTIFICATE)),
        ("/var/log/nginx", str(folder / "logs")),
        ("10.0.0.0/8", PROXY),
        ("http://127.0.0.1:8081", upstream),
    )
    with (folder / "site.conf").open("a", encoding="utf-8") as beside:
        beside.write(site)


def caddy(folder: Path, port: int, upstream: str) -> None:
    example = (EXAMPLES / "caddy" / "console.Caddyfile").read_text(encoding="utf-8")
    site = changed(
        example,
        (f"\n{NAME} {{\n", f"\nhttps://{NAME}:{port} {{\n\ttls {CERTIFICATE} {CERTIFICATE}\n"),
        ("/var/log/caddy", str(folder / "logs")),
        ("10.0.0.0/8", PROXY),
        ("127.0.0.1:8081", upstream.removeprefix("http://")),
    )
    with (folder / "Caddyfile").open("a", encoding="utf-8") as below:
        below.write(site)


@contextmanager
def proxied(kind: str, folder: Path, upstream: str) -> Iterator[int]:
    """The proxy with both of its files before the desk; the port at which it speaks TLS."""
    (folder / "logs").mkdir(parents=True)
    port = free_port()
    line = PROXIES[kind](folder, free_port(), "http://127.0.0.1:9")
    (nginx if kind == "nginx" else caddy)(folder, port, upstream)
    with (folder / "logs" / "stderr").open("w") as told:
        process = subprocess.Popen(  # noqa: S603  # the proxy under test
            line, stdin=subprocess.DEVNULL, stdout=told, stderr=told, env={"HOME": str(folder)}
            | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"},
        )  # fmt: skip
        try:
            until_open(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@asynccontextmanager
async def page_at(chromium: str, port: int) -> AsyncIterator[Page]:
    """A page of a browser to which this name is this machine."""
    rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1:{port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, rules])
        page = await browser.new_page(ignore_https_errors=True)
        page.set_default_timeout(WAIT_MS)
        yield page
        await browser.close()


async def status_for(source: str, port: int, path: str = "/console/sign-in") -> bytes:
    """The first line that somebody from this address hears."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=trusting(), server_hostname=NAME, local_addr=(source, 0)
    )
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    return line


async def works(page: Page, house: ConsoleHouse) -> None:
    """Sign in, look for a code, and be told of a new text while the list stands there."""
    await page.goto(f"https://{NAME}/")
    await page.locator("input[name=login]").fill("an")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button").click()
    await page.get_by_role("searchbox").fill("170703-0001")
    await page.get_by_role("button", name="Tìm", exact=True).click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    assert "code=170703-0001" in page.url
    await page.goto(f"https://{NAME}/console/messages")
    house.desk.clock.step(1)
    await house.desk.receive("MCKH_170703-0009")
    house.look()
    await expect(page.get_by_role("button", name="1 tin mới")).to_be_visible()


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("nginx", marks=pytest.mark.rehearsal("nginx")),
        pytest.param("caddy", marks=pytest.mark.rehearsal("caddy")),
    ],
)
async def test_staff_work_through_the_proxy_and_nobody_else_comes_as_far(
    chromium: str, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "data").mkdir()
    folder = tmp_path / "proxy"
    around = replace(AROUND, tls=True, proxies=Proxies((PROXY,)))
    async with (
        Desk(maker_of("sqlite"), tmp_path / "data") as desk,
        console_house(desk, around=around) as house,
    ):
        await house.office.hire("an", Role.CLERK)
        await desk.reply(mo=await desk.receive("MCKH_170703-0001"))
        with proxied(kind, folder, house.url) as port:
            async with page_at(chromium, port) as page:
                await works(page, house)
                assert b" 403 " in await status_for(STRANGER, port)
                assert b" 200 " in await status_for("127.0.0.1", port)
                assert b" 404 " in await status_for("127.0.0.1", port, "/metrics")
        ((seat,),) = await desk.rows("SELECT address FROM staff_session")
    written = "\n".join(path.read_text("utf-8", "replace") for path in (folder / "logs").iterdir())
    assert seat == "127.0.0.1"
    assert "200" in written
    for word in ("170703", "code=", PASSWORD):
        assert word not in written
