"""The text that waits in the handbook of the console is answered there, as it says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.acceptance.test_console import PASSWORD, Browser, first_link
from tests.docs.console import curl, steps
from tests.docs.console_pictures import PAGE
from tests.docs.pages import blocks
from tests.docs.settings_of import settings_folder
from tests.real_process import PATIENCE_S, Program

pytestmark = pytest.mark.acceptance

ATTENTION = "/console/attention?only=parked"
"""The texts alone: that their reply did not leave is told beside them, often a moment before."""
SAID = "Ho so cua Ong/Ba da co ket qua"


class Telco(BaseHTTPRequestHandler):
    """Takes what it is asked to send, as the server of the handbook does."""

    asked: Queue[str] = Queue()

    def do_GET(self) -> None:
        self.asked.put(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is written down."""


@contextmanager
def telco() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Telco, bind_and_activate=False) as server:
        server.server_bind()
        try:
            yield server
        finally:
            if server.socket.fileno() >= 0:
                server.shutdown()


def test_the_text_that_waits_is_answered_at_the_console(program: Program) -> None:
    (block,) = (one for one in blocks(PAGE, "console") if "service" in one.words)
    call, *_ = steps(block)
    with telco() as server:
        folder = settings_folder(PAGE, program.folder)
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        to = {"SMS_GATEWAY_DOORS__TRIAL__OUTBOUND__URL": url}
        valid = {"SMS_GATEWAY_DISPATCH__VALID_S": "2"}
        gateway = program(config=folder.config, env={**folder.environment, **to, **valid})
        browser = Browser(gateway.url)
        link = urlsplit(first_link(gateway)).path
        assert browser.call(link, {"password": PASSWORD, "again": PASSWORD})[0].status == 303
        browser.call("/console/sign-in", {"login": "admin", "password": PASSWORD})
        curl(call.command).send(gateway.url)
        # Bound and not listening: whoever calls is refused, as where nobody is.
        place = waiting(browser)
        server.server_activate()
        Thread(target=server.serve_forever, daemon=True).start()
        _, page = browser.call(place)
        fields = dict(re.findall(r'name="(csrf|key|most)" value="([^"]*)"', page))
        answer, _ = browser.call(f"{urlsplit(place).path}/answer", {**fields, "text": SAID})
        assert answer.status == 303
        asked = Telco.asked.get(timeout=PATIENCE_S)
        assert parse_qs(urlsplit(asked).query) == {"to": ["84900000001"], "text": [SAID]}
        assert place not in browser.call(ATTENTION)[1]


def waiting(browser: Browser) -> str:
    """The page of the text, as soon as it waits for a person."""
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        found = re.search(
            r'href="(/console/messages/[0-9a-f-]{36}[^"]*)"', browser.call(ATTENTION)[1]
        )
        if found is not None:
            return found[1]
    message = "no text waits for a person"
    raise AssertionError(message)
