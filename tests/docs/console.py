"""Runs what the handbook shows: blocks ```console, a `$ ` line each, with the output beneath.

`...` in the output stands for anything. A block ```NAME file=PATH is written to the folder in
which the commands of its page run. ```console service needs a running gateway; `curl` is read here
and sent by the standard library, so that no test wants that tool.
"""

import base64
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from tests.docs.pages import Block
from tests.real_process import PATIENCE_S
from tests.structure.tree import ROOT

PROMPT = "$ "
_LISTENS = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what the handbook says it prints."""

    command: str
    printed: str


def steps(block: Block) -> Iterator[Step]:
    """The commands of a block; a line that ends in a backslash goes on in the next."""
    assert block.text.startswith(PROMPT), f"{block}: begins with no command"
    for part in re.split(rf"^{re.escape(PROMPT)}", block.text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.replace("\\\n", " ").partition("\n")
        yield Step(command, printed.strip("\n"))


def fits(printed: str, shown: str) -> bool:
    """Whether an output is what is shown, where `...` stands for anything."""
    pieces = [re.escape(piece) for piece in shown.split("...")]
    lines = "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())
    return bool(re.fullmatch(".*".join(pieces), lines, re.DOTALL))


def prepare(folder: Path, samples: Path, given: Sequence[Block]) -> None:
    """Make a folder such as the reader's: settings, the sample dossiers, the page's files."""
    shutil.copytree(samples, folder / "var")
    (folder / "config").symlink_to(ROOT / "config")
    for block in given:
        for word in block.words:
            if word.startswith("file="):
                (folder / word.removeprefix("file=")).write_text(block.text, encoding="utf-8")


def run(command: str, folder: Path) -> str:
    """The output of a command of ours, both streams, run in a folder."""
    first, pipe, second = command.partition(" | ")
    words = shlex.split(second if pipe else first)
    given = ""
    if pipe:
        said, text = shlex.split(first)
        assert said == "echo", f"only echo is piped: {command}"
        given = text + "\n"
    assert words[0] == "sms-gateway", f"only sms-gateway is run: {command}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "sms_gateway", *words[1:]],
        cwd=folder,
        env={**kept, "HOME": str(folder), "COLUMNS": "80", "PYTHONWARNINGS": "error"},
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    return done.stdout


@dataclass(slots=True)
class Call:
    """A request as curl's options describe it."""

    url: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    in_query: bool = False
    with_head: bool = False

    def send(self, base: str) -> str:
        """What curl would print of the response of the gateway at `base`."""
        body = "&".join(self.data)
        target = self.url.removeprefix(_LISTENS)
        assert target.startswith("/"), f"{self.url} is not the gateway of the handbook"
        if self.in_query:
            target, body = f"{target}?{body}", ""
        headers = dict(self.headers)
        if body:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        method = self.method or ("POST" if body else "GET")
        connection = HTTPConnection(urlsplit(base).netloc, timeout=PATIENCE_S)
        try:
            connection.request(method, target, body.encode() or None, headers)
            return self._printed(connection.getresponse())
        finally:
            connection.close()

    def _printed(self, response: HTTPResponse) -> str:
        text = response.read().decode()
        if not self.with_head:
            return text
        lines = [f"{name}: {value}" for name, value in response.getheaders()]
        return "\n".join([f"HTTP/1.1 {response.status} {response.reason}", *lines, "", text])


def curl(command: str) -> Call:
    """The request that a curl command describes; an option not known here is a fault."""
    program, *words = shlex.split(command)
    assert program == "curl", f"only curl calls a service: {command}"
    call = Call()
    left = iter(words)
    for word in left:
        match word:
            case "-s":
                pass
            case "-i":
                call.with_head = True
            case "-G":
                call.in_query = True
            case "-X":
                call.method = next(left)
            case "-d":
                call.data.append(next(left))
            case "--data-urlencode":
                name, _, value = next(left).partition("=")
                call.data.append(f"{name}={quote_plus(value)}")
            case "-H":
                name, _, value = next(left).partition(":")
                call.headers[name] = value.strip()
            case "-u":
                packed = base64.b64encode(next(left).encode()).decode()
                call.headers["Authorization"] = f"Basic {packed}"
            case _:
                assert word.startswith("http"), f"curl's {word} is not known here"
                call.url = word
    return call
