"""A wording that two people put into force is what the real process answers, until it is undone."""

import html
import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.acceptance.test_console import PASSWORD, Browser, first_link
from tests.real_process import PATIENCE_S, Gateway, Program

pytestmark = pytest.mark.acceptance

PLACE = "/console/templates/H1"
NEW = "Soạn tin theo mẫu: {keyword} và số biên nhận. gửi {short_code}"
SENT = "Soan tin theo mau: MCKH va so bien nhan. gui 8083"


def come_in(url: str, link: str, login: str) -> Browser:
    browser = Browser(url)
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert browser.call(urlsplit(link).path, chosen)[0].status == 303
    signed = {"login": login, "password": PASSWORD}
    assert browser.call("/console/sign-in", signed)[0].status == 303
    return browser


def two_people(gateway: Gateway, program: Program) -> tuple[Browser, Browser]:
    first = come_in(gateway.url, first_link(gateway), "admin")
    added = program.run(
        *("staff", "add", "binh", "--name", "Bình", "--role", "supervisor"),
        data=gateway.data,
    )
    assert added.returncode == 0, added.stderr
    found = re.search(r"/invite/\S+", added.stdout)
    assert found is not None, added.stdout
    return first, come_in(gateway.url, f"/console{found[0]}", "binh")


def answer(gateway: Gateway, number: int) -> str:
    """To a text that asks for help, whatever its id is."""
    body = b'{"id":"%d","from":"090000%04d","to":"8083","text":"MCKH TRO GIUP"}' % (number, number)
    connection = HTTPConnection(urlsplit(gateway.url).netloc, timeout=PATIENCE_S)
    try:
        connection.request("POST", "/mo/local", body)
        return re.sub(r"[0-9a-f-]{36}", "ID", connection.getresponse().read().decode())
    finally:
        connection.close()


def act(browser: Browser, page: str, path: str, form: dict[str, str]) -> str:
    """Send a form of a page; where it leads."""
    _, text = browser.call(page)
    sent = dict(re.findall(r'type="hidden" name="(csrf|base|before)" value="([^"]*)"', text))
    answered, said = browser.call(path, {**sent, **form})
    assert answered.status == 303, re.findall(r'class="wrong"[^>]*>(.*?)<', said)
    return (answered.headers["Location"] or "").partition("?")[0]


def test_a_text_is_answered_by_what_was_approved_and_by_the_file_after_going_back(
    program: Program,
) -> None:
    gateway = program()
    an, binh = two_people(gateway, program)
    file = answer(gateway, 1)
    assert SENT not in file
    english = re.search(r'<textarea id="en"[^>]*>(.*?)</textarea>', an.call(f"{PLACE}/edit")[1])
    assert english is not None
    said = {"vi": NEW, "vi_tail": "", "en": html.unescape(english[1]), "note": "ngắn hơn"}
    version = act(an, f"{PLACE}/edit", f"{PLACE}/propose", said)
    assert answer(gateway, 2) == file
    act(binh, version, f"{version}/approve", {})
    assert SENT in answer(gateway, 3)
    history = program.run("replies", "history", "H1", data=gateway.data)
    assert "in force" in history.stdout, history.stderr
    assert (
        SENT
        in program.run(*("ask", "MCKH TRO GIUP", "--from", "0900001234"), data=gateway.data).stdout
    )
    back = act(binh, PLACE, f"{PLACE}/back", {"note": "như cũ"})
    act(an, back, f"{back}/approve", {})
    assert answer(gateway, 4) == file
    assert gateway.stop() == 0
    assert NEW not in gateway.output
