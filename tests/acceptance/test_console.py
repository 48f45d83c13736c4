"""The console of the real process: the first administrator, and what a telco's call leaves."""

import re
import stat
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.real_process import PATIENCE_S, Gateway, Program

pytestmark = pytest.mark.acceptance

PASSWORD = "con trâu đi trước"
TEXT = b'{"id":"1","from":"0900000001","to":"8083","text":"MCKH_170703-0001"}'


class Browser:
    """Keeps cookies, and follows nothing."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.cookies: dict[str, str] = {}

    def call(self, path: str, form: dict[str, str] | None = None) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection(self.host, timeout=PATIENCE_S)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            }
        try:
            connection.request("GET" if form is None else "POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, text


def first_link(gateway: Gateway) -> str:
    found = gateway.wait_for_line(r"open the link in (\S+)$")
    file = Path(found[1])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text("utf-8").strip()


def test_the_first_administrator_comes_in_by_the_link_and_sees_what_was_texted(
    program: Program,
) -> None:
    gateway = program()
    link = first_link(gateway)
    assert link.startswith(f"{gateway.url}/console/invite/")
    browser, path = Browser(gateway.url), urlsplit(link).path
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert browser.call(path, chosen)[0].status == 303
    answer, _ = browser.call("/console/sign-in", {"login": "admin", "password": PASSWORD})
    assert answer.status == 303
    connection = HTTPConnection(browser.host, timeout=PATIENCE_S)
    connection.request("POST", "/mo/local", TEXT)
    assert connection.getresponse().status == 200
    connection.close()
    answer, page = browser.call("/console/messages")
    assert answer.status == 200
    assert "MCKH_170703-0001" in page
    (message,) = set(re.findall(r"/console/messages/[0-9a-f-]{36}", page))
    answer, page = browser.call(message)
    assert "da co ket qua" in page
    assert "0900000001" not in page
    # No word of it is in any log.
    assert gateway.stop() == 0
    assert PASSWORD not in gateway.output
    assert path.rpartition("/")[2] not in gateway.output


def test_a_second_start_makes_another_link_until_somebody_has_an_account(
    program: Program,
) -> None:
    gateway = program()
    old = first_link(gateway)
    gateway.stop()
    gateway = program(data=gateway.data)
    new = first_link(gateway)
    assert new != old
    browser = Browser(gateway.url)
    assert browser.call(urlsplit(old).path)[0].status == 404
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert browser.call(urlsplit(new).path, chosen)[0].status == 303
    gateway.stop()
    gateway = program(data=gateway.data)
    gateway.stop()
    assert not any("nobody has an account" in line for line in gateway.out)
    assert not (gateway.data / "first-administrator.txt").exists()
